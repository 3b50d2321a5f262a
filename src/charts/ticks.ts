import type { Unit } from '#core/capabilities.ts';

/** The marks of an axis, ascending, the first and last being its ends, and how each is written. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
  write(value: number): string;
}

const wantedSteps = 5;

/** The first of 1, 2, 5, 10, 20… that is no smaller. */
function nice(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5, 10].find((factor) => factor * power >= step * 0.999) ?? 10) * power;
}

/** The first power of two that is no smaller, so that 512 kB and 1 MB are marks, and 976.6 kB is not. */
const niceBytes = (step: number): number => (step <= 1 ? 1 : 2 ** Math.ceil(Math.log2(step) - 0.001));

const clock = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

const niceSeconds = (step: number): number =>
  step < 1 ? nice(step) : (clock.find((one) => one >= step * 0.999) ?? nice(step / 86_400) * 86_400);

const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** `1.5k`, `2M`. */
function compact(value: number, base: number, suffixes: readonly string[]): string {
  let rest = value;
  let place = 0;
  while (Math.abs(rest) >= base && place < suffixes.length - 1) {
    rest /= base;
    place += 1;
  }
  return `${trim(rest, Math.abs(rest) < 1 ? 3 : 1)}${suffixes[place] ?? ''}`;
}

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${trim(value * 1e6, 1)} µs`;
  if (size < 1) return `${trim(value * 1000, 1)} ms`;
  if (size < 120) return `${trim(value, 1)} s`;
  if (size < 7200) return `${trim(value / 60, 1)} min`;
  return size < 172_800 ? `${trim(value / 3600, 1)} h` : `${trim(value / 86_400, 1)} d`;
}

const bytesWith = (per: string) => (value: number) =>
  compact(
    value,
    1024,
    [' B', ' kB', ' MB', ' GB', ' TB', ' PB'].map((suffix) => suffix + per),
  );

const writers: Readonly<Record<Unit, (value: number) => string>> = {
  percent: (value) => `${trim(value, 2)}%`,
  bytes: bytesWith(''),
  'bytes/s': bytesWith('/s'),
  seconds,
  count: (value) => compact(value, 1000, ['', 'k', 'M', 'G', 'T']),
  load: (value) => trim(value, 2),
};

/** How a value of that unit is written on a chart. */
export const writerOf = (unit: Unit): ((value: number) => string) => writers[unit];

const stepOf = (unit: Unit): ((step: number) => number) =>
  unit === 'bytes' || unit === 'bytes/s' ? niceBytes : unit === 'seconds' ? niceSeconds : nice;

/** The vertical axis for values between `low` and `high`: from zero unless there are negative ones, percent whole. */
export function scaleOf(unit: Unit, low: number, high: number): Scale {
  const write = writerOf(unit);
  if (unit === 'percent' && low >= 0 && high <= 100 && high > 25) return { min: 0, max: 100, interval: 20, write };
  const bottom = Math.min(0, low);
  // Below this a step would be lost to rounding: it is as good as nothing.
  const top = high - bottom > 1e-9 ? high : bottom + 1;
  const interval = stepOf(unit)((top - bottom) / wantedSteps);
  return {
    min: Math.floor(bottom / interval) * interval,
    max: Math.ceil((top * 1.0001) / interval) * interval,
    interval,
    write,
  };
}
