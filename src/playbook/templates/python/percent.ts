import { typeMistake, valueMistake } from '../mistakes.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { asNumeric, bitsOf, isFloat, toNumber, truncate } from '../values/numbers.ts';
import { countOf, repr, show, typeName } from '../values/show.ts';
import { charactersOf, lengthOf } from '../values/text.ts';
import { Tuple, type Value } from '../values/value.ts';
import { exponential, fixed, general, isNegative } from './decimals.ts';

const DIRECTIVE = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/g;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

/** Where the directives take their values from, in order or by key. */
class Values {
  private readonly given: Value;
  private readonly list: readonly Value[];
  private index = 0;
  private keyed = false;

  constructor(given: Value) {
    this.given = given;
    this.list = given instanceof Tuple ? given.items : [given];
  }

  next(): Value {
    const value = this.list[this.index];
    this.index += 1;
    if (value === undefined)
      throw typeMistake('not enough values for the format', 'pas assez de valeurs pour le format');
    return value;
  }

  named(key: string): Value {
    this.keyed = true;
    if (!(this.given instanceof Dict)) throw typeMistake('the format needs a dict', 'le format attend un dictionnaire');
    const value = this.given.get(key);
    if (value === undefined)
      throw valueMistake(`the format needs a key '${key}'`, `le format attend une clé « ${key} »`);
    return value;
  }

  finish(): void {
    if (this.keyed || this.given instanceof Dict || this.index >= this.list.length) return;
    throw typeMistake('too many values for the format', 'trop de valeurs pour le format');
  }
}

/** Python's `text % values`. */
export function formatPercent(run: Run, text: string, given: Value): string {
  const values = new Values(given);
  let length = text.length;
  const key = text.lastIndexOf('%(');
  if (key >= 0 && !text.includes(')', key)) {
    throw valueMistake("the format has a '%(' without ')'", 'le format a un « %( » sans « ) »');
  }
  const result = text.replace(
    DIRECTIVE,
    (whole, key?: string, flags = '', width?: string, precision?: string, type?: string) => {
      if (type === '%') return '%';
      if (type === undefined)
        throw valueMistake('the format ends within a directive', 'le format finit au milieu d’une directive');
      const count = (written: string | undefined): number =>
        written === '*' ? countOf(values.next(), 'width') : Number(written ?? 0);
      const size = count(width);
      const places = precision === undefined ? (whole.includes('.') ? 0 : undefined) : count(precision);
      const value = key === undefined ? values.next() : values.named(key);
      if (typeof value === 'bigint') run.meter.whole(bitsOf(value));
      const piece = one(run, { flags, width: size, precision: places, type }, value);
      length += piece.length;
      run.meter.text(length);
      return piece;
    },
  );
  values.finish();
  return result;
}

function one(run: Run, directive: Directive, value: Value): string {
  run.meter.text(Math.abs(directive.width));
  const { type } = directive;
  if (type === 's') return padded(cut(show(value, run.meter), directive), directive);
  if (type === 'r' || type === 'a') return padded(cut(repr(value, run.meter), directive), directive);
  if (type === 'c') return padded(character(value), directive);
  if ('diu'.includes(type)) return number(wholeText(value, directive), directive);
  if ('oxX'.includes(type)) return number(radixText(value, directive), directive);
  if ('eEfFgG'.includes(type)) return number(floatTextOf(value, directive), directive);
  throw valueMistake(`the format does not know '%${type}'`, `le format ne connaît pas « %${type} »`);
}

const cut = (text: string, { precision }: Directive): string =>
  precision === undefined ? text : charactersOf(text).slice(0, precision).join('');

const padded = (text: string, { flags, width }: Directive): string => {
  const blank = ' '.repeat(Math.max(0, Math.abs(width) - lengthOf(text)));
  return flags.includes('-') || width < 0 ? text + blank : blank + text;
};

function character(value: Value): string {
  if (typeof value === 'string' && lengthOf(value) === 1) return value;
  const code = countOf(value, '%c');
  if (code < 0 || code > 0x10ffff) throw valueMistake('%c needs a character', '%c attend un caractère');
  return String.fromCodePoint(code);
}

interface Written {
  readonly negative: boolean;
  readonly prefix: string;
  readonly digits: string;
}

function numberOf(value: Value, type: string): number | bigint | Exclude<ReturnType<typeof asNumeric>, undefined> {
  const found = asNumeric(value);
  if (found !== undefined) return found;
  throw typeMistake(
    `%${type} needs a number, not ${typeName(value)}`,
    `%${type} attend un nombre, pas ${typeName(value)}`,
  );
}

function wholeText(value: Value, { type, precision }: Directive): Written {
  const found = numberOf(value, type);
  const whole = isFloat(found) ? truncate(toNumber(found)) : found;
  if (whole === undefined) throw valueMistake(`%${type} needs a finite number`, `%${type} attend un nombre fini`);
  const digits = `${whole}`.replace('-', '').padStart(Math.min(precision ?? 0, 1000), '0');
  return { negative: whole < 0, prefix: '', digits };
}

function radixText(value: Value, { type, flags, precision }: Directive): Written {
  const found = numberOf(value, type);
  if (isFloat(found)) throw typeMistake(`%${type} needs an int`, `%${type} attend un entier`);
  const whole = BigInt(found);
  const size = (whole < 0n ? -whole : whole)
    .toString(type === 'o' ? 8 : 16)
    .padStart(Math.min(precision ?? 0, 1000), '0');
  const prefix = flags.includes('#') ? `0${type}` : '';
  return { negative: whole < 0n, prefix, digits: type === 'X' ? size.toUpperCase() : size };
}

function floatTextOf(value: Value, { type, precision, flags }: Directive): Written {
  const found = toNumber(numberOf(value, type));
  const places = precision ?? 6;
  const kind = type.toLowerCase();
  const digits =
    kind === 'f'
      ? fixed(found, places)
      : kind === 'e'
        ? exponential(found, places)
        : general(found, places, flags.includes('#'));
  return { negative: isNegative(found), prefix: '', digits: type === kind ? digits : digits.toUpperCase() };
}

function number({ negative, prefix, digits }: Written, directive: Directive): string {
  const { flags, width } = directive;
  const sign = (negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + prefix;
  const zeros = flags.includes('0') && !flags.includes('-') && width > 0;
  return zeros ? sign + digits.padStart(width - sign.length, '0') : padded(sign + digits, directive);
}
