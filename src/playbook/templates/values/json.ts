import type { Json } from '#core/json.ts';
import { typeMistake, UnknownMet } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { isUnknown } from '../scope.ts';
import { Dict } from './dict.ts';
import { isFloat, isNumeric, toNumber } from './numbers.ts';
import { defined, momentText, show, typeName } from './show.ts';
import { Float, Moment, Tuple, type Value, View } from './value.ts';

/** Turns the JSON of variables into values. Bound, so that dicts can call it when a member is read. */
export function wrap(json: unknown): Value {
  if (json === null || json === undefined) return null;
  if (typeof json === 'number') return Number.isInteger(json) && !Number.isSafeInteger(json) ? new Float(json) : json;
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (isUnknown(json)) throw new UnknownMet(json.unknownBecause);
  if (Array.isArray(json)) return json.map(wrap);
  if (typeof json === 'object') return wrapObject(json);
  throw typeMistake(`a variable holds a ${typeof json}`, `une variable contient un ${typeof json}`);
}

// An object that is no list: its own members are read by name, never its prototype's.
const wrapObject = (json: object): Dict => new Dict(json as Readonly<Record<string, unknown>>, wrap);

const keyText = (key: Value, meter: Meter): string => {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  return show(key, meter);
};

/** A value as JSON, for the world outside templates. Tuples become lists, ints beyond 2^53 become their digits. */
export function toJson(given: Value, meter: Meter): Json {
  const value = defined(given);
  meter.step();
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    meter.text(value.length);
    return value;
  }
  if (isNumeric(value)) return numberJson(value, meter);
  return meter.deeper(() => compoundJson(value, meter));
}

function numberJson(value: number | bigint | Float, meter: Meter): Json {
  if (typeof value === 'bigint') return show(value, meter);
  const number = toNumber(value);
  return isFloat(value) && !Number.isFinite(number) ? show(value, meter) : number;
}

function compoundJson(value: Value, meter: Meter): Json {
  const list = (items: readonly Value[]): Json => items.map((item) => toJson(item, meter));
  if (Array.isArray(value)) return list(value);
  if (value instanceof Tuple || value instanceof View) return list(value.items);
  if (value instanceof Moment) return momentText(value);
  if (value instanceof Dict) {
    return Object.fromEntries(value.entries().map(([key, item]) => [keyText(key, meter), toJson(item, meter)]));
  }
  throw typeMistake(
    `the expression gives a ${typeName(value)}, which is no value`,
    `l’expression donne un objet ${typeName(value)}, qui n’est pas une valeur`,
  );
}
