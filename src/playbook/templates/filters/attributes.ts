import { item } from '../run/access.ts';
import type { Run } from '../run/run.ts';
import { isInt } from '../values/numbers.ts';
import { textOf } from '../values/show.ts';
import { Undefined, type Value } from '../values/value.ts';

/** Texts in lower case, anything else as it is: how Jinja2 compares without case. */
export const ignoreCase = (value: Value): Value => (typeof value === 'string' ? value.toLowerCase() : value);

const partsOf = (path: Value): readonly Value[] => {
  if (path === null) return [];
  if (isInt(path)) return [path];
  return textOf(path, 'attribute')
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
};

/** Reads `a.b.0` of a value; `byDefault` stands for what is not there unless it is null. */
export function reader(run: Run, path: Value, byDefault: Value = null): (value: Value) => Value {
  const parts = partsOf(path);
  return (value) =>
    parts.reduce((current: Value, part) => {
      const next = item(run, current, part);
      return next instanceof Undefined && byDefault !== null ? byDefault : next;
    }, value);
}

/** The key to sort or compare by: an attribute or the value itself, without case unless told otherwise. */
export function sortKey(
  run: Run,
  path: Value,
  caseSensitive: boolean,
  byDefault: Value = null,
): (value: Value) => Value {
  const read = reader(run, path, byDefault);
  return (value) => (caseSensitive ? read(value) : ignoreCase(read(value)));
}
