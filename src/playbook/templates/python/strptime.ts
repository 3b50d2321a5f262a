import { valueMistake } from '../mistakes.ts';
import { Moment } from '../values/value.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  b: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  B: [
    'january',
    'february',
    'march',
    'april',
    'may',
    'june',
    'july',
    'august',
    'september',
    'october',
    'november',
    'december',
  ],
};

const PATTERNS: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  y: '\\d\\d',
  m: '1[0-2]|0?[1-9]',
  d: '3[01]|[12]\\d|0?[1-9]',
  H: '2[0-3]|[01]?\\d',
  I: '1[0-2]|0?[1-9]',
  M: '[0-5]?\\d',
  S: '6[01]|[0-5]?\\d',
  f: '\\d{1,6}',
  j: '36[0-6]|3[0-5]\\d|[12]\\d\\d|0?\\d?\\d',
  p: 'am|pm',
  b: 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec',
  B: 'january|february|march|april|may|june|july|august|september|october|november|december',
  a: 'mon|tue|wed|thu|fri|sat|sun',
  A: 'monday|tuesday|wednesday|thursday|friday|saturday|sunday',
  z: '[+-]\\d\\d:?\\d\\d|z',
  Z: 'utc|gmt',
};

const expand = (format: string): string =>
  format
    .replaceAll('%F', '%Y-%m-%d')
    .replaceAll('%T', '%H:%M:%S')
    .replaceAll('%D', '%m/%d/%y')
    .replaceAll('%R', '%H:%M');

function compile(format: string): { readonly pattern: RegExp; readonly letters: readonly string[] } {
  const letters: string[] = [];
  const source = expand(format).replace(/%([a-zA-Z%])|\s+|[\\^$.*+?()[\]{}|/]/g, (whole, letter?: string) => {
    if (letter === '%') return '%';
    if (letter === undefined) return /^\s/.test(whole) ? '\\s+' : `\\${whole}`;
    const pattern = PATTERNS[letter];
    if (pattern === undefined) {
      throw valueMistake(`the date format does not know ${whole}`, `le format de date ne connaît pas ${whole}`);
    }
    letters.push(letter);
    return `(${pattern})`;
  });
  return { pattern: new RegExp(`^${source}$`, 'i'), letters };
}

const monthOf = (letter: string, text: string): number => (NAMES[letter] ?? []).indexOf(text.toLowerCase()) + 1;

const century = (year: number): number => (year < 69 ? 2000 + year : 1900 + year);

function hourOf(parts: ReadonlyMap<string, string>): number {
  const half = parts.get('I');
  if (half === undefined) return Number(parts.get('H') ?? 0);
  const base = Number(half) % 12;
  return parts.get('p')?.toLowerCase() === 'pm' ? base + 12 : base;
}

/** Python's `datetime.strptime`. */
export function strptime(text: string, format: string): Moment {
  const { pattern, letters } = compile(format);
  const match = pattern.exec(text);
  if (match === null) {
    throw valueMistake(
      `'${text}' does not match the date format '${format}'`,
      `« ${text} » ne suit pas le format de date « ${format} »`,
    );
  }
  const parts = new Map(letters.map((letter, index) => [letter, match[index + 1] ?? '']));
  const number = (letter: string): number | undefined => {
    const part = parts.get(letter);
    return part === undefined ? undefined : Number(part);
  };
  const short = number('y');
  const year = number('Y') ?? (short === undefined ? 1900 : century(short));
  const month = number('m') ?? (monthOf('b', parts.get('b') ?? '') || monthOf('B', parts.get('B') ?? '') || 1);
  const day = number('j') ?? number('d') ?? 1;
  const utc = Date.UTC(year, parts.has('j') ? 0 : month - 1, day, hourOf(parts), number('M') ?? 0, number('S') ?? 0);
  const real = parts.has('j') || new Date(utc).getUTCDate() === day;
  if (!real) throw valueMistake(`'${text}' is no date of the calendar`, `« ${text} » n’est pas une date du calendrier`);
  return new Moment(utc, Number((parts.get('f') ?? '0').padEnd(6, '0')));
}
