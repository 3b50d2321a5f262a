import type { ChartRequest } from '#core/charts.ts';
import type { Shade } from './look.ts';
import { toPng } from './png.ts';
import { drawSvg } from './svg.ts';

/** What the worker is asked, one at a time. */
export interface Drawing {
  readonly id: number;
  readonly request: ChartRequest;
  readonly now: number;
}

/** The pictures of one chart: for a light page, and for a dark one. */
export type Pictures = Readonly<Record<Shade, Uint8Array>>;

/** What it answers. */
export type Drawn =
  | { readonly id: number; readonly pictures: Pictures }
  | { readonly id: number; readonly fault: string };

/** What it says before it begins: a worker that ended without it was dead already. */
export interface Begun {
  readonly begun: number;
}

const draw = ({ id, request, now }: Drawing): Drawn => {
  const png = (shade: Shade): Uint8Array => toPng(drawSvg(request, now, shade), shade);
  try {
    return { id, pictures: { light: png('light'), dark: png('dark') } };
  } catch (thrown) {
    return { id, fault: thrown instanceof Error ? String(thrown.stack) : String(thrown) };
  }
};

process.on('message', (drawing: Drawing) => {
  process.send?.({ begun: drawing.id } satisfies Begun);
  process.send?.(draw(drawing));
});
// The bot is gone, however it went: nobody is left to draw for.
process.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches this process too; the bot decides when it ends.
process.on('SIGINT', () => {});
