import { t } from '#core/text.ts';
import { typeMistake, valueMistake } from '../mistakes.ts';
import { arithmetic } from '../run/arithmetic.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { compare, equal, sorted } from '../values/compare.ts';
import { iterate, lengthOfValue } from '../values/iterate.ts';
import { countOf, defined, truth } from '../values/show.ts';
import { charactersOf } from '../values/text.ts';
import { isSequence, itemsOf, type List, orElse, Tuple, Undefined, type Value } from '../values/value.ts';
import { reader, sortKey } from './attributes.ts';

const emptySequence = (name: string): Undefined =>
  new Undefined(name, t(`no ${name} item, the sequence is empty`, `pas d’élément « ${name} » : la séquence est vide`));

const length = builtin('value', (run, value) => lengthOfValue(run, value));

const sort = builtin(
  'value, reverse=false, case_sensitive=false, attribute=null',
  (run, value, reverse, sensitive, attribute) => {
    const paths = typeof attribute === 'string' ? attribute.split(',') : [attribute];
    const keys = paths.map((path) => sortKey(run, path, truth(sensitive)));
    const key = (item: Value): Value => keys.map((read) => read(item));
    return sorted(iterate(run, value), key, truth(reverse), run.meter);
  },
);

const extreme = (name: string, sign: 1 | -1) =>
  builtin('value, case_sensitive=false, attribute=null', (run, value, sensitive, attribute) => {
    const key = sortKey(run, attribute, truth(sensitive));
    const [first, ...rest] = iterate(run, value);
    if (first === undefined) return emptySequence(name);
    return rest.reduce(
      (best: Value, item) => (compare(key(item), key(best), run.meter) * sign > 0 ? item : best),
      first,
    );
  });

const sum = builtin('value, attribute=null, start=0', (run, value, attribute, start) => {
  const read = reader(run, attribute);
  return iterate(run, value).reduce((total: Value, item) => arithmetic(run, '+', total, read(item)), start);
});

const groupby = builtin(
  'value, attribute, default=null, case_sensitive=false',
  (run, value, attribute, byDefault, sensitive) => {
    const key = sortKey(run, attribute, truth(sensitive), byDefault);
    const read = reader(run, attribute, byDefault);
    const groups: { key: Value; items: Value[] }[] = [];
    for (const item of sorted(iterate(run, value), key, false, run.meter)) {
      const last = groups.at(-1);
      if (last !== undefined && equal(last.key, key(item), run.meter)) last.items.push(item);
      else groups.push({ key: key(item), items: [item] });
    }
    return groups.map(({ items }) => new Tuple([read(items[0] ?? null), items], ['grouper', 'list']));
  },
);

const batch = builtin('value, linecount, fill_with=null', (run, value, count, fill) => {
  const size = countOf(count, 'linecount');
  if (size < 1) throw valueMistake('linecount must be 1 or more', 'linecount doit être au moins 1');
  const items = iterate(run, value);
  run.meter.list(items.length + size);
  const lines = Array.from({ length: Math.ceil(items.length / size) }, (_, line) =>
    items.slice(line * size, (line + 1) * size),
  );
  return lines.map((line) => (fill === null ? line : padLine(line, size, fill)));
});

const padLine = (line: readonly Value[], size: number, fill: Value): List => [
  ...line,
  ...Array.from({ length: Math.max(0, size - line.length) }, () => fill),
];

const slices = builtin('value, slices, fill_with=null', (run, value, count, fill) => {
  const size = countOf(count, 'slices');
  if (size < 1) throw valueMistake('slices must be 1 or more', 'slices doit être au moins 1');
  run.meter.list(size);
  const items = iterate(run, value);
  const each = Math.floor(items.length / size);
  const extra = items.length % size;
  return Array.from({ length: size }, (_, number) => {
    const start = number * each + Math.min(number, extra);
    const part = items.slice(start, start + each + (number < extra ? 1 : 0));
    return fill !== null && number >= extra ? [...part, fill] : [...part];
  });
});

const reverse = builtin('value', (run, value) =>
  typeof value === 'string' ? charactersOf(value).toReversed().join('') : iterate(run, value).toReversed(),
);

const skipped = (value: Value): boolean => value === null || value === 'None' || value === 'null';

function flat(run: Run, items: readonly Value[], levels: number, skipNulls: boolean): List {
  run.meter.step(items.length);
  return items.flatMap((item): List => {
    if (skipNulls && skipped(defined(item))) return [];
    if (!isSequence(item) || levels < 1) return [item];
    return run.meter.deeper(() => flat(run, itemsOf(item), levels - 1, skipNulls));
  });
}

/** Ansible's `flatten`, also for those that flatten their terms first. */
export const flattened = (
  run: Run,
  items: readonly Value[],
  levels = Number.POSITIVE_INFINITY,
  skipNulls = true,
): List => flat(run, items, levels, skipNulls);

/** Filters over lists. */
export const sequences: Builtins = {
  length,
  count: length,
  list: builtin('value', (run, value) => [...iterate(run, value)]),
  first: builtin('value', (run, value) => orElse(iterate(run, value)[0], emptySequence('first'))),
  last: builtin('value', (run, value) => orElse(iterate(run, value).at(-1), emptySequence('last'))),
  sort,
  min: extreme('min', -1),
  max: extreme('max', 1),
  sum,
  groupby,
  batch,
  slice: slices,
  reverse,
  flatten: builtin('value, levels=null, skip_nulls=true', (run, value, levels, skipNulls) => {
    if (!isSequence(value) && typeof value === 'string')
      throw typeMistake('flatten needs a list', 'flatten attend une liste');
    return flattened(
      run,
      iterate(run, value),
      levels === null ? undefined : countOf(levels, 'levels'),
      truth(skipNulls),
    );
  }),
};
