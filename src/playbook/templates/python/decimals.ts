const PRECISION_LIMIT = 1000;

/** The double as `mantissa * 2^exponent`, exactly. */
function decompose(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const raw = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return raw === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: raw - 1075 };
}

/** `|value| * 10^places`, rounded half to even from the exact value, as C's printf does. */
export function scaled(value: number, places: number): bigint {
  const { mantissa, exponent } = decompose(value);
  const power = 10n ** BigInt(Math.abs(places));
  const top = places >= 0 ? mantissa * power : mantissa;
  const bottom = places >= 0 ? 1n : power;
  const numerator = exponent >= 0 ? top << BigInt(exponent) : top;
  const denominator = exponent >= 0 ? bottom : bottom << BigInt(-exponent);
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

const special = (value: number): string | undefined => {
  if (Number.isNaN(value)) return 'nan';
  if (Number.isFinite(value)) return undefined;
  return 'inf';
};

/** `%.Nf` of the size of a number, without its sign. */
export function fixed(value: number, places: number): string {
  const word = special(value);
  if (word !== undefined) return word;
  const count = Math.min(places, PRECISION_LIMIT);
  const digits = scaled(value, count)
    .toString()
    .padStart(count + 1, '0');
  return count === 0 ? digits : `${digits.slice(0, -count)}.${digits.slice(-count)}`;
}

/** `%.Ne` of the size of a number, without its sign. */
export function exponential(value: number, places: number): string {
  const word = special(value);
  if (word !== undefined) return word;
  const [mantissa = '0', exponent = '+0'] = Math.abs(value).toExponential(Math.min(places, 100)).split('e');
  return `${mantissa}e${exponent[0] ?? '+'}${exponent.slice(1).padStart(2, '0')}`;
}

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** `%.Ng` of the size of a number, without its sign. */
export function general(value: number, precision: number, keepZeros = false): string {
  const word = special(value);
  if (word !== undefined) return word;
  const digits = Math.max(1, precision);
  const written = exponential(value, digits - 1);
  const [mantissa = '0', exponentText = '0'] = written.split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < digits) {
    const text = fixed(value, digits - 1 - exponent);
    return keepZeros ? text : withoutZeros(text);
  }
  return keepZeros ? written : `${withoutZeros(mantissa)}e${exponentText}`;
}

/** True when the sign is to be written: negative zero counts. */
export const isNegative = (value: number): boolean => value < 0 || Object.is(value, -0);
