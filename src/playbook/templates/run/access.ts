import { refusalOf } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { typeMistake, valueMistake } from '../mistakes.ts';
import { momentAttribute } from '../python/moments.ts';
import { Dict } from '../values/dict.ts';
import { isInt } from '../values/numbers.ts';
import { absence, countOf, defined, repr, typeName } from '../values/show.ts';
import { charactersOf } from '../values/text.ts';
import {
  Callable,
  isSequence,
  itemsOf,
  Moment,
  Namespace,
  Tuple,
  Undefined,
  type Value,
  View,
} from '../values/value.ts';
import type { Run } from './run.ts';

const noAttribute = (value: Value, name: string): Undefined =>
  new Undefined(
    name,
    t(
      `'${typeName(value)} object' has no attribute '${name}'`,
      `l’objet « ${typeName(value)} » n’a pas d’attribut « ${name} »`,
    ),
  );

/** In Ansible an attribute of what is undefined is undefined too; in plain Jinja2 it fails. */
function further(run: Run, value: Undefined): Undefined {
  if (run.plain) throw absence(value);
  return value;
}

/** A member of a dict. One that is made when asked for (`hostvars`) may turn out to be undefined itself. */
function member(dict: Dict, key: Value): Value | undefined {
  try {
    return dict.get(key);
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal?.code !== 'template.undefined') throw thrown;
    return new Undefined(String(key), refusal.say, { cause: thrown });
  }
}

function ownAttribute(value: Value, name: string): Value | undefined {
  if (value instanceof Namespace) return value.attributes.get(name);
  if (value instanceof Callable) return value.attributes?.(name);
  if (value instanceof Moment) return momentAttribute(value, name);
  if (value instanceof Tuple && value.names.includes(name)) return value.items[value.names.indexOf(name)];
  return undefined;
}

/** `value.name`: a method of its type first, then a member; nothing of JavaScript is within reach. */
export function attribute(run: Run, value: Value, name: string): Value {
  if (value instanceof Undefined) return further(run, value);
  const own = ownAttribute(value, name);
  if (own !== undefined) return own;
  const method = run.registry.methodOf(value, name);
  if (method !== undefined) return method;
  const found = value instanceof Dict ? member(value, name) : undefined;
  return found === undefined ? noAttribute(value, name) : found;
}

function indexed(items: readonly Value[], index: number, value: Value): Value {
  const found = items.at(index);
  if (found !== undefined) return found;
  const name = typeName(value);
  return new Undefined(
    `${index}`,
    t(`the ${name} has no item ${index}`, `l’objet « ${name} » n’a pas d’élément ${index}`),
  );
}

/** `value[key]`: a member or an item first, then a method. */
export function item(run: Run, value: Value, key: Value): Value {
  if (value instanceof Undefined) return further(run, value);
  if (value instanceof Dict) {
    const found = member(value, defined(key));
    if (found !== undefined) return found;
  }
  const index = typeof key === 'boolean' ? Number(key) : isInt(key) ? countOf(key, 'index') : undefined;
  if (index !== undefined && isSequence(value)) return indexed(itemsOf(value), index, value);
  if (index !== undefined && value instanceof View && value.kind === 'range') return indexed(value.items, index, value);
  if (index !== undefined && typeof value === 'string') return indexed(charactersOf(value), index, value);
  if (typeof key === 'string') return attribute(run, value, key);
  return noAttribute(value, repr(key, run.meter));
}

/** The positions a slice selects, as Python counts them. */
function sliceIndexes(length: number, start: number | undefined, stop: number | undefined, step: number): number[] {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + length : bound, low), high);
  const from = start === undefined ? (step > 0 ? low : high) : clamp(start);
  const to = stop === undefined ? (step > 0 ? high : low) : clamp(stop);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/** `value[start:stop:step]`. */
export function slice(run: Run, given: Value, start: Value, stop: Value, step: Value): Value {
  const value = defined(given);
  const bound = (part: Value): number | undefined => (part === null ? undefined : countOf(part, 'slice'));
  const stride = bound(step) ?? 1;
  if (stride === 0) throw valueMistake('a slice cannot step by zero', 'une tranche ne peut pas avancer de zéro');
  const cut = <T>(items: readonly T[]): T[] => {
    run.meter.step(items.length);
    return sliceIndexes(items.length, bound(start), bound(stop), stride).flatMap((index) =>
      items.slice(index, index + 1),
    );
  };
  if (typeof value === 'string') return cut(charactersOf(value)).join('');
  if (Array.isArray(value)) return cut(value);
  if (value instanceof Tuple) return new Tuple(cut(value.items));
  if (value instanceof View && value.kind === 'range') return cut(value.items);
  throw typeMistake(`a ${typeName(value)} has no slices`, `un objet « ${typeName(value)} » n’a pas de tranches`);
}
