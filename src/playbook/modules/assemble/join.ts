import { DEFAULT_BUDGET, Meter } from '../../templates/run/budget.ts';
import { toBytes, toCharacters } from '../edit/bytes.ts';
import { type Pattern, search } from '../edit/pattern.ts';

/** One file of the folder; its name is bytes, one character each. */
export interface Fragment {
  readonly name: string;
  readonly content: Buffer;
}

const letters: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '' },
};

/** Escapes as Python writes them in bytes: `\n`, `\x41`, `\101`. One that it does not know stays as it is. */
export const unescaped = (text: string): string =>
  toBytes(text).replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))/gs, (all, hex, octal, letter) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return letters[letter] ?? all;
  });

/** Enough for thousands of names, and an end for a pattern that backtracks for ever. */
const enoughSteps = 1_000_000;

/** Which of these names are meant; no hidden ones when told, and those with a match of the pattern anywhere. */
export const chosen = (
  names: readonly string[],
  { pattern, ignoreHidden }: { readonly pattern: Pattern | undefined; readonly ignoreHidden: boolean },
): ReadonlySet<string> => {
  const meter = new Meter({ ...DEFAULT_BUDGET, steps: enoughSteps });
  const fits = (name: string): boolean =>
    !(ignoreHidden && name.startsWith('.')) &&
    (pattern === undefined || search(pattern, toCharacters(name), meter) !== undefined);
  return new Set(names.filter(fits));
};

const feed = Buffer.from('\n');
const feedAfter = (bytes: Buffer): readonly Buffer[] => (bytes.at(-1) === 10 ? [] : [feed]);

/** The fragments in the order of their names, each on a line of its own, the delimiter in between. */
export const joined = (fragments: readonly Fragment[], delimiter: string): Buffer => {
  const between = delimiter === '' ? [] : [Buffer.from(delimiter, 'latin1')];
  const sorted = fragments.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.flatMap(({ content }, index) => {
    const before = sorted[index - 1];
    if (before === undefined) return [content];
    return [...feedAfter(before.content), ...between, ...between.flatMap(feedAfter), content];
  });
  return Buffer.concat(parts);
};
