import type { CommandDescription } from './catalogue.ts';
import type { Line, Token } from './grammar.ts';

/** Reads a line as what it asks, without the question mark at its end; undefined where there is none. */
export function withoutQuestionMark({ text, tokens }: Line): Line | undefined {
  const last = tokens.at(-1);
  if (!last || last.quoted || last.key !== undefined || last.flag !== undefined) return undefined;
  if (tokens.length > 1 && /^\?+$/.test(last.text)) return { text, tokens: tokens.slice(0, -1) };
  const mark = /(?<=[\p{L}\p{N}])\?[?!.…]*$/u.exec(last.text)?.[0];
  if (mark === undefined) return undefined;
  const cut: Token = {
    ...last,
    text: last.text.slice(0, -mark.length),
    end: last.end - mark.length,
    trail: mark + (last.trail ?? ''),
  };
  return { text, tokens: [...tokens.slice(0, -1), cut] };
}

/** Whether a question mark at the end says no more than the command does: a question about whether to change something is no order. */
export const isQuestion = ({ kind, plugin, name, args }: CommandDescription): boolean =>
  kind === 'question' &&
  (plugin !== '' || name === 'help') &&
  !args.some((arg) => arg.required && (arg.kind === 'text' || arg.kind === 'words'));
