import { valueMistake } from '../mistakes.ts';
import type { Builtins } from '../run/builtin.ts';
import { builtin } from '../run/builtin.ts';
import { float } from '../values/numbers.ts';
import { momentText, textOf } from '../values/show.ts';
import { Moment, type Value } from '../values/value.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY = 86_400_000;

/** A point in time as a calendar shows it. `wall` is its written time as if it were UTC. */
export interface Calendar {
  readonly wall: Date;
  readonly epochSeconds: number;
  readonly microseconds: number;
  /** Minutes east of UTC, with the zone's name; undefined for a time without a zone. */
  readonly zone?: { readonly minutes: number; readonly name: string };
}

/** The machine's local time, or UTC. */
export function calendarOf(milliseconds: number, utc: boolean): Calendar {
  const date = new Date(milliseconds);
  const minutes = utc ? 0 : -date.getTimezoneOffset();
  const zoneName = utc ? 'UTC' : localZoneName(date);
  return {
    wall: new Date(milliseconds + minutes * 60_000),
    epochSeconds: Math.floor(milliseconds / 1000),
    microseconds: (((milliseconds % 1000) + 1000) % 1000) * 1000,
    zone: { minutes, name: zoneName },
  };
}

const localZoneName = (date: Date): string =>
  new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(date)
    .find((part) => part.type === 'timeZoneName')?.value ?? '';

const two = (value: number): string => String(value).padStart(2, '0');

const dayOfYear = (wall: Date): number =>
  Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / DAY) + 1;

/** ISO 8601 week and its year. */
function isoWeek(wall: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(wall.getTime() + (3 - ((wall.getUTCDay() + 6) % 7)) * DAY);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

const offsetText = (zone: Calendar['zone']): string => {
  if (zone === undefined) return '';
  const size = Math.abs(zone.minutes);
  return `${zone.minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
};

const DIRECTIVES: Readonly<Record<string, (calendar: Calendar) => string>> = {
  Y: ({ wall }) => String(wall.getUTCFullYear()),
  y: ({ wall }) => two(wall.getUTCFullYear() % 100),
  C: ({ wall }) => two(Math.floor(wall.getUTCFullYear() / 100)),
  m: ({ wall }) => two(wall.getUTCMonth() + 1),
  d: ({ wall }) => two(wall.getUTCDate()),
  e: ({ wall }) => String(wall.getUTCDate()).padStart(2),
  H: ({ wall }) => two(wall.getUTCHours()),
  I: ({ wall }) => two(wall.getUTCHours() % 12 || 12),
  k: ({ wall }) => String(wall.getUTCHours()).padStart(2),
  l: ({ wall }) => String(wall.getUTCHours() % 12 || 12).padStart(2),
  M: ({ wall }) => two(wall.getUTCMinutes()),
  S: ({ wall }) => two(wall.getUTCSeconds()),
  f: ({ microseconds }) => String(microseconds).padStart(6, '0'),
  p: ({ wall }) => (wall.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: ({ wall }) => (wall.getUTCHours() < 12 ? 'am' : 'pm'),
  A: ({ wall }) => DAYS[wall.getUTCDay()] ?? '',
  a: ({ wall }) => (DAYS[wall.getUTCDay()] ?? '').slice(0, 3),
  B: ({ wall }) => MONTHS[wall.getUTCMonth()] ?? '',
  b: ({ wall }) => (MONTHS[wall.getUTCMonth()] ?? '').slice(0, 3),
  h: ({ wall }) => (MONTHS[wall.getUTCMonth()] ?? '').slice(0, 3),
  j: ({ wall }) => String(dayOfYear(wall)).padStart(3, '0'),
  w: ({ wall }) => String(wall.getUTCDay()),
  u: ({ wall }) => String(wall.getUTCDay() || 7),
  U: ({ wall }) => two(Math.floor((dayOfYear(wall) + 6 - wall.getUTCDay()) / 7)),
  W: ({ wall }) => two(Math.floor((dayOfYear(wall) + 6 - ((wall.getUTCDay() + 6) % 7)) / 7)),
  V: ({ wall }) => two(isoWeek(wall).week),
  G: ({ wall }) => String(isoWeek(wall).year),
  s: ({ epochSeconds }) => String(epochSeconds),
  z: ({ zone }) => offsetText(zone),
  Z: ({ zone }) => zone?.name ?? '',
  n: () => '\n',
  t: () => '\t',
  '%': () => '%',
};

const COMPOSED: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
  r: '%I:%M:%S %p',
};

/** C's `strftime` in the C locale, with GNU's `%-d` for no padding. An unknown directive stays as it is. */
export function strftime(calendar: Calendar, format: string): string {
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const composed = COMPOSED[letter];
    if (composed !== undefined) return strftime(calendar, composed);
    const text = DIRECTIVES[letter]?.(calendar);
    if (text === undefined) return whole;
    return flag === '-' ? text.replace(/^[0 ]+(?=.)/, '') : text;
  });
}

const calendarOfMoment = (moment: Moment): Calendar => ({
  wall: new Date(moment.utc),
  epochSeconds: Math.floor((moment.utc + new Date(moment.utc).getTimezoneOffset() * 60_000) / 1000),
  microseconds: moment.microseconds,
});

/** A date and time by a format. */
export const formatMoment = (moment: Moment, format: string): string => strftime(calendarOfMoment(moment), format);

/** The machine's local time, or UTC, as a date and time without a zone. */
export const momentNow = (milliseconds: number, utc: boolean): Moment => {
  const { wall, microseconds } = calendarOf(milliseconds, utc);
  return new Moment(Math.floor(wall.getTime() / 1000) * 1000, microseconds);
};

const ATTRIBUTES: Readonly<Record<string, (moment: Moment) => Value>> = {
  year: ({ utc }) => new Date(utc).getUTCFullYear(),
  month: ({ utc }) => new Date(utc).getUTCMonth() + 1,
  day: ({ utc }) => new Date(utc).getUTCDate(),
  hour: ({ utc }) => new Date(utc).getUTCHours(),
  minute: ({ utc }) => new Date(utc).getUTCMinutes(),
  second: ({ utc }) => new Date(utc).getUTCSeconds(),
  microsecond: ({ microseconds }) => microseconds,
};

/** `moment.year` and the like. */
export const momentAttribute = (moment: Moment, name: string): Value | undefined =>
  Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name]?.(moment) : undefined;

const self = (value: Value): Moment => {
  if (value instanceof Moment) return value;
  throw valueMistake('this is no date', 'ce n’est pas une date');
};

/** Methods of dates. */
export const momentMethods: Builtins = {
  strftime: builtin('self, format', (_run, moment, format) => formatMoment(self(moment), textOf(format, 'format'))),
  isoformat: builtin('self', (_run, moment) => momentText(self(moment)).replace(' ', 'T')),
  timestamp: builtin('self', (_run, moment) => {
    const { utc, microseconds } = self(moment);
    return float(utc / 1000 + new Date(utc).getTimezoneOffset() * 60 + microseconds / 1e6);
  }),
  weekday: builtin('self', (_run, moment) => (new Date(self(moment).utc).getUTCDay() + 6) % 7),
  isoweekday: builtin('self', (_run, moment) => new Date(self(moment).utc).getUTCDay() || 7),
};
