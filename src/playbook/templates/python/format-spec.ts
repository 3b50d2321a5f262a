import { typeMistake, valueMistake } from '../mistakes.ts';
import type { Run } from '../run/run.ts';
import { asNumeric, isFloat, type Numeric, toNumber } from '../values/numbers.ts';
import { show, typeName } from '../values/show.ts';
import { charactersOf, lengthOf } from '../values/text.ts';
import { Moment, type Value } from '../values/value.ts';
import { exponential, fixed, general, isNegative } from './decimals.ts';
import { formatMoment } from './moments.ts';

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/u;

interface Spec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly signed: boolean;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string | undefined;
  readonly precision: number | undefined;
  readonly type: string | undefined;
}

function parse(written: string): Spec {
  const match = SPEC.exec(written);
  if (match === null)
    throw valueMistake(`the format '${written}' is not valid`, `le format « ${written} » n’est pas valide`);
  const [, fill, align, sign, , alternate, zero, width, grouping, precision, type] = match;
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (zero === undefined ? undefined : '='),
    sign: sign ?? '-',
    signed: sign !== undefined,
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping,
    precision: precision === undefined ? undefined : Math.min(Number(precision), 1000),
    type,
  };
}

function pad(text: string, spec: Spec, byDefault: string, signLength = 0): string {
  const missing = spec.width - lengthOf(text);
  if (missing <= 0) return text;
  const align = spec.align ?? byDefault;
  if (align === '<') return text + spec.fill.repeat(missing);
  if (align === '=') return text.slice(0, signLength) + spec.fill.repeat(missing) + text.slice(signLength);
  const left = align === '^' ? Math.floor(missing / 2) : missing;
  return spec.fill.repeat(left) + text + spec.fill.repeat(missing - left);
}

const grouped = (digits: string, spec: Spec, every: number): string => {
  if (spec.grouping === undefined) return digits;
  const [whole = '', ...rest] = digits.split('.');
  const first = whole.length % every || every;
  const groups = [whole.slice(0, first)];
  for (let at = first; at < whole.length; at += every) groups.push(whole.slice(at, at + every));
  return [groups.join(spec.grouping), ...rest].join('.');
};

const RADIX: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

function intDigits(value: bigint, spec: Spec): string {
  const { type = 'd' } = spec;
  const radix = RADIX[type];
  if (radix === undefined) return grouped(value.toString(), spec, 3);
  const digits = grouped(value.toString(radix), spec, 4);
  const prefixed = spec.alternate ? `0${type.toLowerCase()}${digits}` : digits;
  return type === 'X' ? prefixed.toUpperCase() : prefixed;
}

function floatDigits(value: number, spec: Spec): string {
  const { type, precision } = spec;
  const kind = type?.toLowerCase();
  if (kind === 'f') return grouped(fixed(value, precision ?? 6), spec, 3);
  if (type === '%') return `${fixed(value * 100, precision ?? 6)}%`;
  if (kind === 'e') return exponential(value, precision ?? 6);
  if (kind === 'g' || kind === 'n') return grouped(general(value, precision ?? 6, spec.alternate), spec, 3);
  const text = general(value, precision ?? 17);
  return grouped(/[.en]/.test(text) ? text : `${text}.0`, spec, 3);
}

function numberText(value: Numeric, spec: Spec, shown: string): string {
  const integral = !isFloat(value) && (spec.type === undefined || 'bdoxXn'.includes(spec.type));
  if (spec.type === 'c') return pad(String.fromCodePoint(toNumber(value)), spec, '<');
  if (spec.type === 's') throw typeMistake("the format 's' needs a text", 'le format « s » attend un texte');
  if (!integral && spec.type !== undefined && 'bdoxX'.includes(spec.type)) {
    throw valueMistake(`the format '${spec.type}' needs an int`, `le format « ${spec.type} » attend un entier`);
  }
  if (integral && spec.precision !== undefined) {
    throw valueMistake('an int takes no precision', 'un entier n’accepte pas de précision');
  }
  const negative = integral ? value < 0 : isNegative(toNumber(value));
  const bare = spec.type === undefined && spec.precision === undefined && isFloat(value);
  const digits = integral
    ? intDigits(negative ? -BigInt(value) : BigInt(value), spec)
    : bare
      ? grouped(shown.replace('-', ''), spec, 3)
      : floatDigits(toNumber(value), spec);
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  return pad(sign + (spec.type === 'E' || spec.type === 'G' ? digits.toUpperCase() : digits), spec, '>', sign.length);
}

/** Python's `format(value, spec)`. */
export function formatValue(run: Run, value: Value, written: string): string {
  if (value instanceof Moment && written !== '') return formatMoment(value, written);
  const shown = show(value, run.meter);
  if (written === '') return shown;
  const spec = parse(written);
  run.meter.text(spec.width);
  const number = asNumeric(value);
  if (number !== undefined) return numberText(number, spec, shown);
  if (typeof value !== 'string') {
    throw typeMistake(
      `a ${typeName(value)} takes no format`,
      `un objet « ${typeName(value)} » n’accepte pas de format`,
    );
  }
  if (
    (spec.type !== undefined && spec.type !== 's') ||
    spec.grouping !== undefined ||
    spec.align === '=' ||
    spec.signed
  ) {
    throw valueMistake(`the format '${spec.type}' needs a number`, `le format « ${spec.type} » attend un nombre`);
  }
  return pad(spec.precision === undefined ? shown : charactersOf(shown).slice(0, spec.precision).join(''), spec, '<');
}
