import type { PutTogether } from './broken-up.ts';

/**
 * Lines of a dump: the place in the file, groups of bytes and, behind them, the same as letters, as `xxd`, `hexdump` and `od`
 * write them. A secret in one has no place of its own, since its letters stand there twice: whole lines are hidden.
 */
const dumped =
  /^[ \t]*(?<place>[0-9A-Fa-f]{6,8}:? {1,2})? ?(?<bytes>(?:(?:[0-9A-Fa-f]{2}){1,8} {1,2})*(?:[0-9A-Fa-f]{2}){1,8})(?: {2,}.*| ?)\r?$/;

/** No line of a dump is longer. */
const longestLine = 200;

/** So long is what a program writes for 16 bytes. */
export const lineOfDump = 80;

/** Line breaks as JSON writes them, and where a text of it begins and ends. */
const written = /(?:\\{1,4}r)?\\{1,4}n|(?<!\\)"/g;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly string[];
}

/** Two blanks part bytes from their letters; in the middle of sixteen they part nothing. */
function groupsIn(line: string): { readonly groups: readonly string[]; readonly isPlaced: boolean } | undefined {
  const found = line.length > longestLine ? undefined : dumped.exec(line)?.groups;
  if (!found) return undefined;
  const [first = '', second = ''] = (found.bytes ?? '').split(/ {2}/);
  const isHalf = first.replaceAll(' ', '').length === 16;
  const groups = (isHalf ? `${first} ${second}` : first).split(' ').filter((group) => group !== '');
  return { groups, isPlaced: found.place !== undefined };
}

/** True for a line of a dump that may go on. */
export const isDumped = (line: string): boolean => {
  const found = groupsIn(line);
  return found !== undefined && (found.isPlaced || found.groups.length > 3);
};

function* linesIn(text: string, breaks: RegExp): Generator<readonly [start: number, end: number]> {
  let start = 0;
  for (const { index, 0: found } of text.matchAll(breaks)) {
    yield [start, index];
    start = index + found.length;
  }
  yield [start, text.length];
}

function* runsIn(text: string, breaks: RegExp): Generator<readonly Line[]> {
  let run: Line[] = [];
  for (const [start, end] of linesIn(text, breaks)) {
    const groups = end - start > longestLine ? undefined : groupsIn(text.slice(start, end))?.groups;
    if (groups) run.push({ start, end, groups });
    else if (run.length > 0) {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}

const asWritten = (group: string): string => group.toLowerCase();

/** Of a word whose last byte comes first. */
const turned = (group: string): string => (group.toLowerCase().match(/../g) ?? []).reverse().join('');

function putTogether(run: readonly Line[], read: (group: string) => string): PutTogether {
  const texts = run.map(({ groups }) => groups.map(read).join(''));
  const ends: number[] = [];
  for (const text of texts) ends.push((ends.at(-1) ?? 0) + text.length);
  const lineAt = (index: number): Line | undefined => {
    let [from, to] = [0, ends.length - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((ends[middle] ?? 0) > index) to = middle;
      else from = middle + 1;
    }
    return run[from];
  };
  return {
    text: texts.join(''),
    start: (index) => lineAt(index)?.start ?? 0,
    end: (index) => lineAt(index)?.end ?? 0,
  };
}

/** All bytes of dumps, in both orders where they stand in words. */
export function* dumpsIn(text: string): Generator<PutTogether> {
  for (const breaks of text.includes('\\') ? [/\n/g, written] : [/\n/g]) {
    for (const run of runsIn(text, breaks)) {
      yield putTogether(run, asWritten);
      if (run.some(({ groups }) => groups.some((group) => group.length > 2))) yield putTogether(run, turned);
    }
  }
}
