import { z } from 'zod';
import type { Json } from '#core/json.ts';

const json: z.ZodType<Json> = z.json();
const words = z.record(z.string(), json);

/** How a step ended, as Ansible says. */
const how = z.enum(['ok', 'skipped', 'failed', 'ignored', 'unreachable']);

const counts = z.object({
  ok: z.number(),
  failures: z.number(),
  unreachable: z.number(),
  changed: z.number(),
  skipped: z.number(),
  rescued: z.number(),
  ignored: z.number(),
});

const toldShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('play'), name: z.string() }),
  z.object({
    kind: z.literal('task'),
    uuid: z.string(),
    name: z.string(),
    module: z.string(),
    handler: z.boolean(),
  }),
  z.object({ kind: z.literal('begin'), uuid: z.string(), host: z.string() }),
  z.object({
    kind: z.literal('end'),
    how,
    uuid: z.string(),
    host: z.string(),
    on: z.string().nullable(),
    result: words,
    diffs: z.array(words),
    untold: z.boolean(),
    hidden: z.boolean(),
  }),
  z.object({ kind: z.literal('recap'), hosts: z.record(z.string(), counts) }),
]);

/** What the callback plugin tells, a line each. */
export type Told = z.output<typeof toldShape>;
export type TaskTold = Extract<Told, { kind: 'task' }>;
export type EndTold = Extract<Told, { kind: 'end' }>;
export type RecapTold = Extract<Told, { kind: 'recap' }>;

/** Reads a line; undefined for what it should never say. */
export function readTold(line: string): Told | undefined {
  try {
    return toldShape.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
