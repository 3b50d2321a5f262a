import { t } from '#core/text.ts';
import { Mistake, typeMistake, valueMistake } from '../mistakes.ts';
import { formatPercent } from '../python/percent.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { asNumeric, bitsOf, float, int, isFloat, type Numeric, toNumber } from '../values/numbers.ts';
import { defined, typeName } from '../values/show.ts';
import { Tuple, type Value } from '../values/value.ts';
import type { Run } from './run.ts';

/** The biggest int, some 6,000 digits: Python writes none of more than 4,300 out. */
const MAX_BITS = 20_000;

const byZero = (): Mistake => valueMistake('division by zero', 'division par zéro');

function cannot(operator: string, a: Value, b: Value): Mistake {
  const hint = operator === '+' && (typeof a === 'string' || typeof b === 'string');
  return typeMistake(
    `'${operator}' does not work between ${typeName(a)} and ${typeName(b)}${hint ? "; '~' joins anything as text" : ''}`,
    `« ${operator} » ne marche pas entre ${typeName(a)} et ${typeName(b)}${hint ? ' ; « ~ » joint tout comme du texte' : ''}`,
  );
}

function checkBits(bits: number): void {
  if (bits <= MAX_BITS) return;
  throw new Mistake('budget', t('the number is too big', 'le nombre est trop grand'));
}

const floorDivide = (a: bigint, b: bigint): bigint => {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
};

const floatModulo = (a: number, b: number): number => {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
};

function intPower(run: Run, a: number | bigint, b: number | bigint): Value {
  if (b < 0) {
    if (Number(a) === 0) throw byZero();
    return float(Number(a) ** Number(b));
  }
  // A bigint may be beyond what a JavaScript number holds; its logarithm is then infinite, and that is too big anyway.
  const bits = Math.abs(Number(a)) > 1 ? Math.log2(Math.abs(Number(a))) * Number(b) : 0;
  checkBits(bits);
  run.meter.whole(bits);
  return int(BigInt(a) ** BigInt(b));
}

function exact(run: Run, operator: BinaryOperator, a: bigint, b: bigint): Value {
  const sizes = [bitsOf(a), bitsOf(b)] as const;
  checkBits(operator === '*' ? sizes[0] + sizes[1] : Math.max(...sizes));
  run.meter.whole(...sizes);
  if (operator === '+') return int(a + b);
  if (operator === '-') return int(a - b);
  if (operator === '*') return int(a * b);
  if (b === 0n) throw byZero();
  if (operator === '//') return int(floorDivide(a, b));
  return int(a - floorDivide(a, b) * b);
}

function floating(operator: BinaryOperator, a: number, b: number): Value {
  if (operator === '+') return float(a + b);
  if (operator === '-') return float(a - b);
  if (operator === '*') return float(a * b);
  if (operator === '**') return floatPower(a, b);
  if (b === 0) throw byZero();
  if (operator === '/') return float(a / b);
  const rest = floatModulo(a, b);
  if (operator === '%') return float(rest);
  const whole = Math.round((a - rest) / b);
  return float(whole === 0 ? Math.sign(a / b) * 0 : whole);
}

function floatPower(a: number, b: number): Value {
  if (a === 0 && b < 0) throw byZero();
  const power = a ** b;
  if (Number.isNaN(power) && !Number.isNaN(a) && !Number.isNaN(b)) {
    throw valueMistake(
      'the power of a negative number is not real',
      'la puissance d’un nombre négatif n’est pas réelle',
    );
  }
  return float(power);
}

function numeric(run: Run, operator: BinaryOperator, a: Numeric, b: Numeric): Value {
  if (isFloat(a) || isFloat(b) || operator === '/') return floating(operator, toNumber(a), toNumber(b));
  if (operator === '**') return intPower(run, a, b);
  if (typeof a === 'number' && typeof b === 'number' && operator !== '//' && operator !== '%') {
    const quick = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
    if (Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
  }
  return exact(run, operator, BigInt(a), BigInt(b));
}

/** A text or a list, several times. */
function repeated(run: Run, value: Value, times: Value): Value | undefined {
  const count = asNumeric(times);
  if (count === undefined || isFloat(count)) return undefined;
  const size = Math.max(0, Number(count));
  if (typeof value === 'string') {
    run.meter.text(value.length * size);
    return value.repeat(size);
  }
  if (!Array.isArray(value) && !(value instanceof Tuple)) return undefined;
  const items = Array.isArray(value) ? value : value.items;
  run.meter.list(items.length * size);
  const all = Array.from({ length: items.length * size }, (_, index): Value => items[index % items.length] ?? null);
  return Array.isArray(value) ? all : new Tuple(all);
}

function added(run: Run, a: Value, b: Value): Value | undefined {
  if (typeof a === 'string' && typeof b === 'string') {
    run.meter.text(a.length + b.length);
    return a + b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    run.meter.list(a.length + b.length);
    return [...a, ...b];
  }
  return a instanceof Tuple && b instanceof Tuple ? new Tuple([...a.items, ...b.items]) : undefined;
}

/** Python's arithmetic, on numbers, texts and lists. */
export function arithmetic(run: Run, operator: BinaryOperator, first: Value, second: Value): Value {
  const a = defined(first);
  const b = defined(second);
  if (operator === '%' && typeof a === 'string') return formatPercent(run, a, b);
  const left = asNumeric(a);
  const right = asNumeric(b);
  if (left !== undefined && right !== undefined) return numeric(run, operator, left, right);
  const made =
    operator === '+' ? added(run, a, b) : operator === '*' ? (repeated(run, a, b) ?? repeated(run, b, a)) : undefined;
  if (made === undefined) throw cannot(operator, a, b);
  return made;
}

/** A sign before a number. */
export function signed(sign: '+' | '-', given: Value): Value {
  const value = defined(given);
  const number = asNumeric(value);
  if (number === undefined) {
    throw typeMistake(
      `'${sign}' needs a number, not ${typeName(value)}`,
      `« ${sign} » attend un nombre, pas ${typeName(value)}`,
    );
  }
  if (sign === '+') return number;
  if (isFloat(number)) return float(-toNumber(number));
  return typeof number === 'bigint' ? int(-number) : number === 0 ? 0 : -number;
}
