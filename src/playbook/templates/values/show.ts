import { t } from '#core/text.ts';
import { Mistake, typeMistake } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { Dict } from './dict.ts';
import { bitsOf, floatText, isFloat, isNumeric, toNumber } from './numbers.ts';
import { Callable, type Float, Moment, Namespace, Tuple, Undefined, type Value, View } from './value.ts';

const NAMED_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function escaped(character: string): string {
  const named = NAMED_ESCAPES[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** A text as Python's `repr` writes it. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/\\|(?! )[\p{C}\p{Z}]/gu, escaped);
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

/** The mistake of using what is not there. */
export const absence = (value: Undefined): Mistake =>
  new Mistake('undefined', value.say, { cause: value.cause, where: value.where });

/** Stops on a name that is not there. */
export function defined<T extends Value>(value: T): Exclude<T, Undefined> {
  if (value instanceof Undefined) throw absence(value);
  // The class test above narrows the value, but not the type parameter.
  return value as Exclude<T, Undefined>;
}

/** A date and time as Python's `str(datetime)`. */
export const momentText = (moment: Moment): string => {
  const base = new Date(moment.utc).toISOString().slice(0, 19).replace('T', ' ');
  return moment.microseconds === 0 ? base : `${base}.${String(moment.microseconds).padStart(6, '0')}`;
};

const joined = (items: readonly Value[], meter: Meter): string => items.map((item) => repr(item, meter)).join(', ');

function reprTuple(tuple: Tuple, meter: Meter): string {
  return tuple.items.length === 1 ? `(${joined(tuple.items, meter)},)` : `(${joined(tuple.items, meter)})`;
}

function reprDict(entries: readonly (readonly [Value, Value])[], meter: Meter): string {
  return `{${entries.map(([key, value]) => `${repr(key, meter)}: ${repr(value, meter)}`).join(', ')}}`;
}

/** A value as Python's `repr` writes it. */
export function repr(given: Value, meter: Meter): string {
  const value = defined(given);
  meter.step();
  if (typeof value === 'string') {
    meter.text(value.length);
    return reprText(value);
  }
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') meter.whole(bitsOf(value));
  if (isNumeric(value)) return isFloat(value) ? floatText(toNumber(value)) : `${value}`;
  return meter.deeper(() => reprCompound(value, meter));
}

function reprCompound(
  value: Exclude<Value, null | boolean | number | bigint | string | Float | Undefined>,
  meter: Meter,
): string {
  if (Array.isArray(value)) return `[${joined(value, meter)}]`;
  if (value instanceof Tuple) return reprTuple(value, meter);
  if (value instanceof Dict) return reprDict(value.entries(), meter);
  if (value instanceof View)
    return value.kind === 'range' ? value.label : `${value.kind}([${joined(value.items, meter)}])`;
  if (value instanceof Moment) return momentText(value);
  if (value instanceof Namespace) return `<Namespace ${reprDict([...value.attributes], meter)}>`;
  return `<function ${value.name}>`;
}

/** A value as Python's `str` writes it. */
export function show(value: Value, meter: Meter): string {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined && value.quiet) return '';
  const text = repr(value, meter);
  meter.text(text.length);
  return text;
}

/** The name of its type, as Python says it. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (isNumeric(value)) return isFloat(value) ? 'float' : 'int';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Dict) return 'dict';
  if (value instanceof View) return value.kind;
  if (value instanceof Moment) return 'datetime';
  if (value instanceof Undefined) return 'AnsibleUndefined';
  return value instanceof Callable ? 'function' : 'Namespace';
}

/** Truth as Python decides it. */
export function truth(given: Value): boolean {
  if (given instanceof Undefined && given.quiet) return false;
  const value = defined(given);
  if (value === null || typeof value === 'boolean') return value === true;
  if (typeof value === 'string') return value !== '';
  if (isNumeric(value)) return toNumber(value) !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Tuple || value instanceof View) return value.items.length > 0;
  return value instanceof Dict ? value.size > 0 : true;
}

/** The text, or a fault: for arguments that must be text. */
export function textOf(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  defined(value);
  throw typeMistake(
    `${what} must be text, not ${typeName(value)}`,
    `${what} doit être un texte, pas ${typeName(value)}`,
  );
}

/** A whole number that fits, or a fault: for counts, widths and positions. */
export function countOf(value: Value, what: string): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'bigint') return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  defined(value);
  throw typeMistake(
    `${what} must be a whole number, not ${typeName(value)}`,
    `${what} doit être un nombre entier, pas ${typeName(value)}`,
  );
}

/** Makes an Undefined with the sentence Jinja2 gives. */
export const undefinedName = (name: string): Undefined =>
  new Undefined(name, t(`'${name}' is undefined`, `« ${name} » n’est pas défini`));
