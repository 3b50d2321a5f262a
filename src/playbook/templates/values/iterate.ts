import { typeMistake } from '../mistakes.ts';
import type { Run } from '../run/run.ts';
import { Dict } from './dict.ts';
import { defined, typeName } from './show.ts';
import { charactersOf } from './text.ts';
import { isSequence, itemsOf, type Value, View } from './value.ts';

/** The items a loop or a filter walks over: a dict gives its keys, a text its characters. */
export function iterate(run: Run, given: Value): readonly Value[] {
  const value = defined(given);
  const items = iterable(value);
  if (items === undefined) {
    throw typeMistake(
      `a ${typeName(value)} is no list: nothing to walk over`,
      `un objet « ${typeName(value)} » n’est pas une liste : rien à parcourir`,
    );
  }
  run.meter.step(items.length);
  return items;
}

/** The items, or undefined for what cannot be walked over. */
export function iterable(value: Value): readonly Value[] | undefined {
  if (isSequence(value)) return itemsOf(value);
  if (value instanceof View) return value.items;
  if (value instanceof Dict) return value.keys();
  return typeof value === 'string' ? charactersOf(value) : undefined;
}

/** How many items, as Python's `len`. */
export function lengthOfValue(run: Run, given: Value): number {
  const value = defined(given);
  if (value instanceof Dict) return value.size;
  if (typeof value === 'string' || isSequence(value) || value instanceof View) return iterate(run, value).length;
  throw typeMistake(`a ${typeName(value)} has no length`, `un objet « ${typeName(value)} » n’a pas de longueur`);
}
