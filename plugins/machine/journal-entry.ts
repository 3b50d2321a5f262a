import { type LogLevel, type LogLine, z } from '#kit';
import { clean } from './lines.ts';
import { levelOf } from './times.ts';

const bytes = z.array(z.int().min(0).max(255));
/** A field as journalctl writes it: bytes where it is no plain text, a list where it is there several times. */
const field = z.union([z.string(), z.null(), bytes, z.array(z.union([z.string(), bytes]))]);

const schema = z.object({
  __REALTIME_TIMESTAMP: z.string().regex(/^\d{1,17}$/),
  MESSAGE: field.optional(),
  PRIORITY: field.optional(),
  SYSLOG_IDENTIFIER: field.optional(),
  SYSLOG_PID: field.optional(),
  _COMM: field.optional(),
  _PID: field.optional(),
});

/** What is asked of each entry, beside its time. */
export const fields: readonly string[] = Object.keys(schema.shape).filter((name) => !name.startsWith('__'));

type Field = z.output<typeof field>;

const longestLine = 4 * 1024;

const isBytes = (value: readonly unknown[]): value is readonly number[] =>
  value.every((one) => typeof one === 'number');

function textOf(value: Field | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (isBytes(value)) return Buffer.from(value).toString('utf8');
  return value.map((one) => (typeof one === 'string' ? one : Buffer.from(one).toString('utf8'))).join('\n');
}

/** What a program that only prints says is `info` to the journal: how bad it is, its words tell. */
function levelBy(priority: string | undefined, message: string): LogLevel {
  const number = Number(priority ?? 6);
  if (number <= 3) return 'error';
  if (number === 4) return 'warn';
  return levelOf(message) ?? (number === 7 ? 'debug' : 'info');
}

/** One entry of the journal, written as in /var/log/syslog without time and host: `sshd[12]: words`. */
export interface Entry {
  readonly at: number;
  readonly level: LogLevel;
  /** Its message may have several lines; the first begins with who wrote it. */
  readonly lines: readonly LogLine[];
}

/** Reads one line of `journalctl --output=json`; undefined for what is no entry. */
export function entryOf(json: string): Entry | undefined {
  const parsed = schema.safeParse(parsedJson(json));
  const message = parsed.success ? textOf(parsed.data.MESSAGE) : undefined;
  if (!parsed.success || message === undefined) return undefined;
  const { data } = parsed;
  const at = Math.floor(Number(data.__REALTIME_TIMESTAMP) / 1_000);
  const level = levelBy(textOf(data.PRIORITY), message);
  const who = textOf(data.SYSLOG_IDENTIFIER) ?? textOf(data._COMM);
  const pid = textOf(data.SYSLOG_PID) ?? textOf(data._PID);
  const prefix = who === undefined ? '' : `${who}${pid === undefined ? '' : `[${pid}]`}: `;
  const lines = `${prefix}${message}`.split('\n').map((text) => {
    const line = clean({ text: text.slice(0, longestLine), cut: text.length > longestLine });
    return { at, level, source: 'journal', line };
  });
  return { at, level, lines };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what is no entry is passed over
  }
}
