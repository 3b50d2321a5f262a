import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { equal } from '../values/compare.ts';
import { isHashable, keyOf } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { countOf, truth } from '../values/show.ts';
import { type List, orElse, Tuple, type Value } from '../values/value.ts';
import { sortKey } from './attributes.ts';

/** A collection that finds an item fast when it has a key, and by comparing when it is a list or a dict. */
class Seen {
  private readonly run: Run;
  private readonly keys = new Set<string>();
  private readonly others: Value[] = [];

  constructor(run: Run, items: readonly Value[] = []) {
    this.run = run;
    for (const item of items) this.add(item);
  }

  add(item: Value): void {
    if (isHashable(item)) this.keys.add(keyOf(item));
    else this.others.push(item);
  }

  has(item: Value): boolean {
    this.run.meter.step();
    if (isHashable(item)) return this.keys.has(keyOf(item));
    return this.others.some((other) => equal(other, item, this.run.meter));
  }
}

/** Items without repetition, in the order of their first coming. */
function distinct(run: Run, items: readonly Value[], key: (item: Value) => Value = (item) => item): List {
  const seen = new Seen(run);
  return items.filter((item) => {
    const id = key(item);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

const both = (work: (run: Run, a: readonly Value[], b: readonly Value[]) => List) =>
  builtin('a, b', (run, a, b) => work(run, iterate(run, a), iterate(run, b)));

const intersection = (run: Run, a: readonly Value[], b: readonly Value[]): List => {
  const seen = new Seen(run, b);
  return distinct(
    run,
    a.filter((item) => seen.has(item)),
  );
};

const difference = (run: Run, a: readonly Value[], b: readonly Value[]): List => {
  const seen = new Seen(run, b);
  return distinct(
    run,
    a.filter((item) => !seen.has(item)),
  );
};

const union = (run: Run, a: readonly Value[], b: readonly Value[]): List => distinct(run, [...a, ...b]);

/** All ways to take one item of each list, the last list moving fastest. */
function product(run: Run, lists: readonly (readonly Value[])[]): List[] {
  return lists.reduce<List[]>(
    (rows, list) => {
      run.meter.list(rows.length * list.length * (1 + (rows[0]?.length ?? 0)));
      return rows.flatMap((row) => list.map((item) => [...row, item]));
    },
    [[]],
  );
}

/** Positions taken `size` at a time, in order. */
function* arrangements(
  run: Run,
  count: number,
  size: number,
  ordered: boolean,
  taken: number[] = [],
): Generator<readonly number[]> {
  if (taken.length === size) {
    run.meter.step(1 + size);
    yield taken;
    return;
  }
  const from = ordered ? 0 : (taken.at(-1) ?? -1) + 1;
  for (let index = from; index < count; index += 1) {
    run.meter.step();
    if (!taken.includes(index)) yield* arrangements(run, count, size, ordered, [...taken, index]);
  }
}

const arranged = (run: Run, value: Value, size: Value, ordered: boolean): Value => {
  const items = iterate(run, value);
  const wanted = size === null ? items.length : countOf(size, 'r');
  if (wanted > 100) run.meter.list(Number.POSITIVE_INFINITY);
  const rows: List = [];
  for (const row of arrangements(run, items.length, wanted, ordered)) {
    rows.push(new Tuple(row.map((index) => items[index] ?? null)));
  }
  return rows;
};

function zipped(run: Run, lists: readonly (readonly Value[])[], length: number, fill: Value): Value {
  run.meter.list(length * lists.length);
  return Array.from({ length }, (_, row) => new Tuple(lists.map((list) => orElse(list[row], fill))));
}

const listsOf = (run: Run, first: Value, rest: Value): (readonly Value[])[] =>
  [first, ...iterate(run, rest)].map((list) => iterate(run, list));

/** Filters that treat lists as sets, and those that combine lists. */
export const sets: Builtins = {
  unique: builtin('value, case_sensitive=null, attribute=null', (run, value, sensitive, attribute) =>
    distinct(run, iterate(run, value), sortKey(run, attribute, sensitive !== null && truth(sensitive))),
  ),
  union: both(union),
  intersect: both(intersection),
  difference: both(difference),
  symmetric_difference: both((run, a, b) => difference(run, union(run, a, b), intersection(run, a, b))),
  product: builtin('value, *others, repeat=1', (run, value, others, repeat) => {
    const lists = listsOf(run, value, others);
    const times = Math.min(Math.max(0, countOf(repeat, 'repeat')), 100);
    return product(run, Array.from({ length: times }, () => lists).flat()).map((row) => new Tuple(row));
  }),
  permutations: builtin('value, r=null', (run, value, size) => arranged(run, value, size, true)),
  combinations: builtin('value, r', (run, value, size) => arranged(run, value, size, false)),
  zip: builtin('value, *others', (run, value, others) => {
    const lists = listsOf(run, value, others);
    return zipped(run, lists, Math.min(...lists.map((list) => list.length)), null);
  }),
  zip_longest: builtin('value, *others, fillvalue=null', (run, value, others, fill) => {
    const lists = listsOf(run, value, others);
    return zipped(run, lists, Math.max(...lists.map((list) => list.length)), fill);
  }),
};
