import { inspect } from 'node:util';
import type { Log } from '#core/log.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, unknown>>;

/** A record on its way between processes. */
export interface Carried {
  readonly level: Level;
  readonly fields: Fields;
  readonly message: string;
}

/** Errors lose their shape between processes; what is not plain goes as words. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return { type: value.name, message: value.message, stack: value.stack };
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return inspect(value);
  }
}

const plainFields = (fields: object): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));

/** A log in another process: what it is told is carried away, and written by whoever listens at the other end. */
export function logOver(carry: (record: Carried) => void, own: object = {}): Log {
  const say =
    (level: Level) =>
    (fields: object, message: string): void =>
      carry({ level, fields: plainFields({ ...own, ...fields }), message });
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (fields) => logOver(carry, { ...own, ...fields }),
  };
}

/** Writes what `logOver` sends. */
export const writeCarried = (log: Log, { level, fields, message }: Carried): void => log[level](fields, message);
