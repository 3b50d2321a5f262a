import { type GetUrlArgs, tidySum } from './arguments.ts';
import { type GetUrlState, refusedBy } from './probe.ts';

/** The sum the file must have; none when no checksum was asked for. */
export type Wanted =
  | { readonly kind: 'none' }
  | { readonly kind: 'sum'; readonly sum: string }
  | { readonly kind: 'failed'; readonly msg: string };

/** The line of a file: `sum  name`, `sum *name`, or a sum alone. */
const sumOf = (text: string, name: string): string | undefined => {
  const lines = text.replace(/\n$/, '').split('\n');
  const [only = ''] = lines;
  if (lines.length === 1 && only.trim().split(/\s+/).length === 1) return only.trim();
  for (const line of lines) {
    const [, sum, written = ''] = /^(\S*) (.*)$/s.exec(line) ?? [];
    const file = written
      .replace(/^[ *]/, '')
      .replace(/^[./]+/, '')
      .trimEnd();
    if (sum !== undefined && file === name) return sum;
  }
  return undefined;
};

/** The sum as the arguments or the file of sums say it. */
export const wantedSum = (args: GetUrlArgs, state: GetUrlState): Wanted => {
  const { expected } = args;
  if (expected === undefined) return { kind: 'none' };
  if ('sum' in expected) return { kind: 'sum', sum: expected.sum };
  const answer = state.sumsAnswer;
  if (answer !== undefined && (answer.status !== '200' || answer.code !== 0))
    return { kind: 'failed', msg: refusedBy(answer) };
  const sum = tidySum(sumOf(state.sums ?? '', args.name) ?? '');
  if (sum === '')
    return { kind: 'failed', msg: `Unable to find a checksum for file '${args.name}' in '${expected.from}'` };
  return /^[0-9a-f]+$/.test(sum) ? { kind: 'sum', sum } : { kind: 'failed', msg: 'The checksum format is invalid' };
};
