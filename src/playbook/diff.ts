const context = 3;
/** Beyond this many lines on a side, or edits, the texts are shown as replaced: the shortest diff would cost too much. */
const maxEdits = 600;

interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

const splitLines = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop() ?? ''}\n\\ No newline at end of file`);
  return lines;
};

/** Myers: the furthest x on every diagonal, for each number of edits; undefined beyond the limit. */
const trace = (a: readonly string[], b: readonly string[]): Map<number, number>[] | undefined => {
  const steps: Map<number, number>[] = [];
  let reached = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(a.length + b.length, maxEdits); edits += 1) {
    const next = new Map(reached);
    for (let k = -edits; k <= edits; k += 2) {
      let x = furthest(next, k, edits);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return [...steps, reached];
    }
    steps.push(reached);
    reached = next;
  }
  return undefined;
};

const goesDown = (reached: ReadonlyMap<number, number>, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));

const furthest = (reached: ReadonlyMap<number, number>, k: number, edits: number): number =>
  goesDown(reached, k, edits) ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;

const replaced = (a: readonly string[], b: readonly string[]): Edit[] => [
  ...a.map((line): Edit => ({ kind: '-', line })),
  ...b.map((line): Edit => ({ kind: '+', line })),
];

const edits = (a: readonly string[], b: readonly string[]): Edit[] => {
  const steps = trace(a, b);
  if (steps === undefined) return replaced(a, b);
  const found: Edit[] = [];
  let [x, y] = [a.length, b.length];
  for (let step = steps.length - 1; step >= 0; step -= 1) {
    const reached = steps[step] ?? new Map();
    const k = x - y;
    const before = goesDown(reached, k, step) ? k + 1 : k - 1;
    const fromX = step === 0 ? 0 : (reached.get(before) ?? 0);
    const fromY = step === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) {
      found.push({ kind: ' ', line: a[x - 1] ?? '' });
      x -= 1;
      y -= 1;
    }
    if (step === 0) break;
    found.push(x === fromX ? { kind: '+', line: b[y - 1] ?? '' } : { kind: '-', line: a[x - 1] ?? '' });
    [x, y] = [fromX, fromY];
  }
  return found.reverse();
};

const range = (start: number, count: number): string =>
  count === 1 ? `${start}` : `${count === 0 ? start - 1 : start},${count}`;

const hunks = (all: readonly Edit[]): readonly (readonly [number, number])[] => {
  const spans: [number, number][] = [];
  for (const [index, edit] of all.entries()) {
    if (edit.kind === ' ') continue;
    const last = spans.at(-1);
    const [from, to] = [Math.max(0, index - context), Math.min(all.length, index + context + 1)];
    if (last !== undefined && from <= last[1]) last[1] = to;
    else spans.push([from, to]);
  }
  return spans;
};

const showHunk = (all: readonly Edit[], from: number, to: number): string => {
  const before = all.slice(0, from);
  const inside = all.slice(from, to);
  const count = (list: readonly Edit[], without: Edit['kind']) => list.filter((edit) => edit.kind !== without).length;
  const left = range(count(before, '+') + 1, count(inside, '+'));
  const right = range(count(before, '-') + 1, count(inside, '-'));
  return [`@@ -${left} +${right} @@`, ...inside.map((edit) => edit.kind + edit.line)].join('\n');
};

/** A line end in a name would begin a line that looks like one of the diff. */
const onOneLine = (name: string): string => name.replace(/[\n\r\v\f\u0085\u2028\u2029]+/g, '⏎');

/** A unified diff of two texts with three lines of context, as `diff -u` prints it; empty when they are the same. */
export const unifiedDiff = (
  before: string,
  after: string,
  names: { readonly before: string; readonly after: string },
): string => {
  if (before === after) return '';
  const all = edits(splitLines(before), splitLines(after));
  const body = hunks(all).map(([from, to]) => showHunk(all, from, to));
  return `${[`--- ${onOneLine(names.before)}`, `+++ ${onOneLine(names.after)}`, ...body].join('\n')}\n`;
};
