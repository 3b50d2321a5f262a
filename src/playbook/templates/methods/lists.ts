import { typeMistake, valueMistake } from '../mistakes.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { equal, sorted } from '../values/compare.ts';
import { iterate } from '../values/iterate.ts';
import { countOf, repr, truth } from '../values/show.ts';
import type { List, Value } from '../values/value.ts';

const self = (value: Value): List => {
  if (Array.isArray(value)) return value;
  throw typeMistake('this is no list', 'ce n’est pas une liste');
};

function position(run: Run, items: readonly Value[], value: Value, start: Value, stop: Value): number {
  const from = countOf(start, 'start');
  const to = stop === null ? items.length : countOf(stop, 'stop');
  const bound = (index: number): number => (index < 0 ? Math.max(0, index + items.length) : index);
  const found = items.findIndex(
    (item, index) => index >= bound(from) && index < bound(to) && equal(item, value, run.meter),
  );
  if (found >= 0) return found;
  throw valueMistake(
    `${repr(value, run.meter)} is not in the list`,
    `${repr(value, run.meter)} n’est pas dans la liste`,
  );
}

function insertAt(list: List, index: number): number {
  return Math.max(0, Math.min(list.length, index < 0 ? index + list.length : index));
}

/** Methods that only read, of lists, tuples and views. */
export const tupleMethods: Builtins = {
  index: builtin('self, value, start=0, stop=null', (run, items, value, start, stop) =>
    position(run, iterate(run, items), value, start, stop),
  ),
  count: builtin(
    'self, value',
    (run, items, value) => iterate(run, items).filter((item) => equal(item, value, run.meter)).length,
  ),
};

/** Methods of lists; changes stay within the template. */
export const listMethods: Builtins = {
  ...tupleMethods,
  append: builtin('self, item', (run, list, item) => {
    run.meter.list(1);
    self(list).push(item);
    return null;
  }),
  extend: builtin('self, items', (run, list, items) => {
    const added = [...iterate(run, items)];
    run.meter.list(self(list).length + added.length);
    for (const item of added) self(list).push(item);
    return null;
  }),
  insert: builtin('self, index, item', (run, list, index, item) => {
    run.meter.step(self(list).length);
    self(list).splice(insertAt(self(list), countOf(index, 'index')), 0, item);
    return null;
  }),
  pop: builtin('self, index=-1', (run, list, index) => {
    run.meter.step();
    const at = countOf(index, 'index');
    const [item] = self(list).splice(at < 0 ? at + self(list).length : at, 1);
    if (item === undefined) throw valueMistake('there is no such item to take', 'il n’y a pas d’élément à cet endroit');
    return item;
  }),
  remove: builtin('self, value', (run, list, value) => {
    self(list).splice(position(run, self(list), value, 0, null), 1);
    return null;
  }),
  reverse: builtin('self', (run, list) => {
    run.meter.step(self(list).length);
    self(list).reverse();
    return null;
  }),
  sort: builtin('self, key=null, reverse=false', (run, list, _key, reverse) => {
    const items = sorted(self(list), (item) => item, truth(reverse), run.meter);
    self(list).splice(0, items.length, ...items);
    return null;
  }),
  copy: builtin('self', (run, list) => {
    run.meter.step(self(list).length);
    return [...self(list)];
  }),
  clear: builtin('self', (_run, list) => {
    self(list).length = 0;
    return null;
  }),
};
