import { typeMistake, valueMistake } from '../mistakes.ts';
import { fixed, isNegative } from '../python/decimals.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import { asNumeric, int, roundHalfEven, toNumber } from '../values/numbers.ts';
import { show, textOf, truth, typeName } from '../values/show.ts';

const UNITS: readonly (readonly [string, number])[] = [
  ['Y', 80],
  ['Z', 70],
  ['E', 60],
  ['P', 50],
  ['T', 40],
  ['G', 30],
  ['M', 20],
  ['K', 10],
  ['B', 0],
];

function humanReadable(size: number, bits: boolean, unit: string | undefined): string {
  const found = UNITS.find(([name, power]) => (unit === undefined ? size >= 2 ** power : unit.toUpperCase() === name));
  const [name, power] = found ?? ['B', 0];
  const base = bits ? 'bits' : 'Bytes';
  const value = size / 2 ** power;
  const suffix = power === 0 ? base : name + base.charAt(0);
  return `${isNegative(value) ? '-' : ''}${fixed(value, 2)} ${suffix}`;
}

function checkUnit(unit: string, bits: boolean, written: string): void {
  const [letter, name] = bits ? ['b', 'bit'] : ['B', 'byte'];
  if (unit.length <= 1 || unit.toLowerCase().includes(name) || unit[1] === letter) return;
  throw valueMistake(
    `'${written}' is no size: expected a unit such as K${letter}`,
    `« ${written} » n’est pas une taille : attendu une unité comme K${letter}`,
  );
}

function humanToBytes(written: string, byDefault: string | undefined, bits: boolean): number | bigint {
  const match = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(written);
  const number = match?.[1] ?? '';
  if (!/\d/.test(number)) throw valueMistake(`'${written}' is no size`, `« ${written} » n’est pas une taille`);
  const unit = match?.[2] ?? byDefault;
  if (unit === undefined) return int(BigInt(roundHalfEven(Number(number))));
  const power = UNITS.find(([name]) => name === unit.charAt(0).toUpperCase())?.[1];
  if (power === undefined)
    throw valueMistake(`'${unit}' is no unit of size`, `« ${unit} » n’est pas une unité de taille`);
  checkUnit(unit, bits, written);
  return int(BigInt(roundHalfEven(Number(number) * 2 ** power)));
}

/** Filters between sizes and their words. */
export const sizes: Builtins = {
  human_readable: builtin('size, isbits=false, unit=null', (_run, size, bits, unit) => {
    const number = asNumeric(size);
    if (number === undefined)
      throw typeMistake(
        `human_readable needs a number, not ${typeName(size)}`,
        `human_readable attend un nombre, pas ${typeName(size)}`,
      );
    return humanReadable(toNumber(number), truth(bits), unit === null ? undefined : textOf(unit, 'unit'));
  }),
  human_to_bytes: builtin('size, default_unit=null, isbits=false', (run, size, unit, bits) =>
    humanToBytes(show(size, run.meter), unit === null ? undefined : textOf(unit, 'default_unit'), truth(bits)),
  ),
};
