import { typeMistake } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { Dict } from './dict.ts';
import { asNumeric, isFloat, type Numeric, toNumber } from './numbers.ts';
import { defined, typeName } from './show.ts';
import { compareTexts } from './text.ts';
import { isSequence, itemsOf, type List, Moment, Tuple, type Value, View } from './value.ts';

/** Order of two numbers, exact for big ints; NaN compares with nothing. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (!isFloat(a) && !isFloat(b)) return a < b ? -1 : a > b ? 1 : 0;
  const left = toNumber(a);
  const right = toNumber(b);
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}

function equalItems(a: readonly Value[], b: readonly Value[], meter: Meter): boolean {
  return a.length === b.length && a.every((item, index) => equal(item, b[index] ?? null, meter));
}

function equalDicts(a: Dict, b: Dict, meter: Meter): boolean {
  if (a.size !== b.size) return false;
  return a.entries().every(([key, value]) => {
    const other = b.get(key);
    return other !== undefined && equal(value, other, meter);
  });
}

/** Python's `==`. */
export function equal(first: Value, second: Value, meter: Meter): boolean {
  const a = defined(first);
  const b = defined(second);
  meter.step();
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  const left = asNumeric(a);
  const right = asNumeric(b);
  if (left !== undefined && right !== undefined) return compareNumbers(left, right) === 0;
  if (Array.isArray(a) && Array.isArray(b)) return a === b || meter.deeper(() => equalItems(a, b, meter));
  if (a instanceof Tuple && b instanceof Tuple) return meter.deeper(() => equalItems(a.items, b.items, meter));
  if (a instanceof Dict && b instanceof Dict) return a === b || meter.deeper(() => equalDicts(a, b, meter));
  if (a instanceof View && b instanceof View) return equalViews(a, b, meter);
  if (a instanceof Moment && b instanceof Moment) return a.utc === b.utc && a.microseconds === b.microseconds;
  return a === b;
}

function equalViews(a: View, b: View, meter: Meter): boolean {
  if (a.kind === 'range' || b.kind === 'range') return equalItems(a.items, b.items, meter);
  return (
    a.items.length === b.items.length && a.items.every((item) => b.items.some((other) => equal(item, other, meter)))
  );
}

const noOrder = (a: Value, b: Value): Error =>
  typeMistake(
    `${typeName(a)} and ${typeName(b)} have no order: '<' cannot compare them`,
    `${typeName(a)} et ${typeName(b)} n’ont pas d’ordre : '<' ne peut pas les comparer`,
  );

function compareSequences(a: List | Tuple, b: List | Tuple, meter: Meter): number {
  const left = itemsOf(a);
  const right = itemsOf(b);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const one = left[index] ?? null;
    const other = right[index] ?? null;
    if (!equal(one, other, meter)) return compare(one, other, meter);
  }
  return left.length - right.length;
}

/** Python's order: negative, zero, positive, NaN when neither; a fault for types that have none. */
export function compare(first: Value, second: Value, meter: Meter): number {
  const a = defined(first);
  const b = defined(second);
  meter.step();
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const left = asNumeric(a);
  const right = asNumeric(b);
  if (left !== undefined && right !== undefined) return compareNumbers(left, right);
  const sameSequence = isSequence(a) && isSequence(b) && Array.isArray(a) === Array.isArray(b);
  if (sameSequence) return meter.deeper(() => compareSequences(a, b, meter));
  if (a instanceof Moment && b instanceof Moment) return a.utc - b.utc || a.microseconds - b.microseconds;
  throw noOrder(a, b);
}

/** Python's `item in container`. */
export function contains(holder: Value, item: Value, meter: Meter): boolean {
  const container = defined(holder);
  const wanted = defined(item);
  if (typeof container === 'string') return containsText(container, wanted);
  if (container instanceof Dict) return container.has(wanted);
  if (isSequence(container)) return itemsOf(container).some((other) => equal(other, wanted, meter));
  if (container instanceof View) return container.items.some((other) => equal(other, wanted, meter));
  throw typeMistake(
    `'in' needs a list, a dict or a text on its right, not ${typeName(container)}`,
    `« in » attend à droite une liste, un dictionnaire ou un texte, pas ${typeName(container)}`,
  );
}

function containsText(text: string, wanted: Value): boolean {
  if (typeof wanted === 'string') return text.includes(wanted);
  throw typeMistake(
    `'in' on a text needs a text on its left, not ${typeName(wanted)}`,
    `« in » sur un texte attend un texte à gauche, pas ${typeName(wanted)}`,
  );
}

/** Sorts a copy, stable, as Python's `sorted`. */
export function sorted<T>(items: readonly T[], key: (item: T) => Value, reverse: boolean, meter: Meter): T[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => {
    const order = reverse ? compare(b.key, a.key, meter) : compare(a.key, b.key, meter);
    return Number.isNaN(order) ? 0 : order;
  });
  return keyed.map(({ item }) => item);
}
