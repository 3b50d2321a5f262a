import { parseFloatText } from '../python/parse-number.ts';
import { strptime } from '../python/strptime.ts';
import { wholeOf } from '../values/literals.ts';
import { float, int } from '../values/numbers.ts';
import { Moment, type Value } from '../values/value.ts';

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?$/;
const OTHER = /^(?:<<|=|[!&*])$/;

/** True when YAML 1.1 would read the bare text as something else than text. */
export const resolves = (text: string): boolean =>
  [NULL, BOOL, INT, FLOAT, DATE, TIMESTAMP, OTHER].some((pattern) => pattern.test(text));

/** `1:30:00` in base 60, as YAML 1.1 has it. */
const base60 = (digits: string): number => digits.split(':').reduce((total, part) => total * 60 + Number(part), 0);

function intOf(text: string): Value {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  const octal = /^0\d+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const size = digits.includes(':') ? BigInt(base60(digits)) : wholeOf(octal);
  return int(negative ? -size : size);
}

function floatOf(text: string): Value {
  const plain = text.replaceAll('_', '').toLowerCase();
  const negative = plain.startsWith('-');
  const digits = plain.replace(/^[-+]/, '');
  if (digits.includes('inf')) return float(negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  const size = digits.includes('nan')
    ? Number.NaN
    : digits.includes(':')
      ? base60(digits)
      : (parseFloatText(digits) ?? 0);
  return float(negative ? -size : size);
}

function momentOf(match: RegExpExecArray): Value {
  const [, year, month, day, hour, minute, second, fraction = '', , sign, zoneHours = '0', zoneMinutes = '0'] = match;
  const written = strptime(`${year}-${month}-${day} ${hour}:${minute}:${second}`, '%Y-%m-%d %H:%M:%S');
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  return new Moment(written.utc - offset * 60_000, Number(fraction.slice(0, 6).padEnd(6, '0')));
}

/** What a bare text of YAML 1.1 stands for. A date alone stays its text. */
export function resolvePlain(text: string): Value {
  if (NULL.test(text)) return null;
  if (BOOL.test(text)) return /^(?:yes|true|on)$/i.test(text);
  if (INT.test(text)) return intOf(text);
  if (FLOAT.test(text)) return floatOf(text);
  const timestamp = TIMESTAMP.exec(text);
  return timestamp === null ? text : momentOf(timestamp);
}
