import type { Unit } from '#core/capabilities.ts';
import { type Text, t } from '#core/text.ts';

const decimals = (value: number, most = 1): string => {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? Math.min(1, most) : most;
  return String(Number(value.toFixed(digits)));
};

/** The same figure in both languages: a decimal point in English, a comma and a no-break space in French. */
const figure = (number: string, unit: string, tight = false): Text => {
  const french = number.replace('.', ',');
  if (unit === '') return t(number, french);
  return t(`${number}${tight ? '' : '\u00a0'}${unit}`, `${french}\u00a0${unit}`);
};

const scales = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Divides by 1024 until below 1024; French calls a byte an octet. */
function bytes(value: number, per = ''): Text {
  let rest = Math.abs(value);
  let scale = 0;
  while (rest >= 1024 && scale < scales.length - 1) {
    rest /= 1024;
    scale += 1;
  }
  const number = `${value < 0 ? '-' : ''}${decimals(rest)}`;
  const prefix = scales[scale] ?? '';
  return t(`${number}\u00a0${prefix}B${per}`, `${number.replace('.', ',')}\u00a0${prefix}o${per}`);
}

const spans = [
  [86_400, 'd', 'j'],
  [3_600, 'h', 'h'],
  [60, 'min', 'min'],
  [1, 's', 's'],
] as const;

/** A length of time in its largest one or two units: `2 h 5 min`. */
function duration(seconds: number): Text {
  let rest = Math.max(0, Math.round(seconds));
  const english: string[] = [];
  const french: string[] = [];
  for (const [size, en, fr] of spans) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && english.length < 2) {
      english.push(`${count}\u00a0${en}`);
      french.push(`${count}\u00a0${fr}`);
    } else if (english.length > 0) break;
  }
  return english.length === 0 ? '0\u00a0s' : t(english.join(' '), french.join(' '));
}

function withUnit(value: number, unit: Unit): Text {
  if (unit === 'percent') return figure(decimals(value), '%', true);
  if (unit === 'bytes') return bytes(value);
  if (unit === 'bytes/s') return bytes(value, '/s');
  if (unit === 'seconds') return value < 10 ? figure(decimals(value, 2), 's') : duration(value);
  return figure(decimals(value, 2), '');
}

const partsOf = (moment: number, zone: string): Readonly<Record<string, string>> => {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', timeZoneName: 'short' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  return Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
};

/** The 24-hour time of a moment, with the day when it is not the day of `now`; its zone is said elsewhere, once. */
function clock(at: number, zone = 'UTC', now = at, seconds = false): string {
  const { year, month, day, hour, minute, second } = partsOf(at, zone);
  const today = partsOf(now, zone);
  const sameDay = today.year === year && today.month === month && today.day === day;
  return `${sameDay ? '' : `${month}-${day} `}${hour}:${minute}${seconds ? `:${second}` : ''}`;
}

/** What a zone is called at a moment: `UTC`, `GMT+1`. */
const zone = (name: string | undefined, at: number): string => partsOf(at, name ?? 'UTC').timeZoneName ?? 'UTC';

/** The time of a moment with its zone, where it stands alone. */
const time = (at: number, name = 'UTC', now = at): string => `${clock(at, name, now)} ${zone(name, at)}`;

/** How figures are written everywhere, in English and French. */
export const show = {
  /** A figure with its unit; percent is 0..100. */
  figure: withUnit,
  bytes,
  duration,
  /** `14:05 UTC`, where a time stands alone. */
  time,
  /** `14:05`, where the zone is said once for many. */
  clock,
  zone,
  /** `3 hosts`, `1 host`: a count with the right word. */
  count: (count: number, english: readonly [string, string], french: readonly [string, string]): Text =>
    t(`${count} ${english[count === 1 ? 0 : 1]}`, `${count} ${french[count < 2 ? 0 : 1]}`),
};
