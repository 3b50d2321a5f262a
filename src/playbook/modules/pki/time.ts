import type { Der } from './der.ts';

/** A time as it is written: so long from now, in seconds, or a moment as `20260101000000Z`. */
export type Timing = { readonly after: number } | { readonly at: string };

const units: readonly (readonly [number, RegExp])[] = [
  [604_800, /(\d+)w/i],
  [86_400, /(\d+)d/i],
  [3600, /(\d+)h/i],
  [60, /(\d+)m/i],
  [1, /(\d+)s?$/i],
];

const relative = /^([+-])(?=\d)(?:\d{1,9}w)?(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s?)?$/i;

const thousandYears = 1000 * 366 * 86_400;

const isMoment = (digits: string): boolean => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return !Number.isNaN(date.getTime()) && momentOf(date) === `${digits}Z`;
};

const momentOf = (date: Date): string => date.toISOString().replace(/\.\d+|[-:T]/g, '');

/** Reads `+3650d`, `-1w2d3h4m5s`, `20260101000000Z` or `202601010000Z`; undefined for anything else. */
export const readTiming = (written: string): Timing | undefined => {
  const [, sign] = relative.exec(written) ?? [];
  if (sign !== undefined) {
    const seconds = units.reduce((sum, [unit, pattern]) => sum + unit * Number(pattern.exec(written)?.[1] ?? 0), 0);
    return seconds > thousandYears ? undefined : { after: sign === '-' ? -seconds : seconds };
  }
  const [, minutes = '', seconds = '00'] = /^(\d{12})(\d\d)?Z$/.exec(written) ?? [];
  return isMoment(`${minutes}${seconds}`) ? { at: `${minutes}${seconds}Z` } : undefined;
};

/** The moment that is meant, when it is so many seconds after 1970. */
export const momentAt = (timing: Timing, now: number): string =>
  'at' in timing ? timing.at : momentOf(new Date((now + timing.after) * 1000));

/** Reads a moment in DER, with two digits of its year or four. */
export const readTime = (piece: Der | undefined): string => {
  const text = piece?.content.toString('latin1') ?? '';
  if (piece?.tag !== 0x17) return text;
  return `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
};
