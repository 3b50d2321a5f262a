import { z } from '#kit';

const record = z.record(z.string(), z.json());

/** Fields of a structured line that every line has, or that are said elsewhere. */
const silent = new Set([
  'level',
  'time',
  'timestamp',
  'ts',
  '@timestamp',
  'pid',
  'hostname',
  'v',
  'msg',
  'message',
  'severity',
]);

const levels: Readonly<Record<string, string>> = {
  '10': 'trace',
  '20': 'debug',
  '30': 'info',
  '40': 'warn',
  '50': 'error',
  '60': 'fatal',
};

/** Written escaped in the line, these must not come alive on a screen: line ends, control and direction marks. */
const unprintable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

const scalar = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** A structured line (JSON) as a person reads it: how bad, what, then its plain fields; any other line as it is. */
export function readable(line: string): string {
  const fields = line.startsWith('{') ? fieldsOf(line) : undefined;
  const message = fields && (scalar(fields.msg) ?? scalar(fields.message));
  if (!fields || message === undefined) return line;
  const level = scalar(fields.level ?? fields.severity);
  const fault = record.safeParse(fields.err ?? fields.error);
  const why = fault.success ? scalar(fault.data.message) : undefined;
  const rest = Object.entries(fields).flatMap(([name, value]) => {
    const said = silent.has(name) ? undefined : scalar(value);
    return said === undefined ? [] : [`${name}=${said}`];
  });
  return [
    level === undefined ? undefined : (levels[level] ?? level),
    why === undefined ? message : `${message}: ${why}`,
    ...rest,
  ]
    .filter((part) => part !== undefined)
    .join(' ')
    .replace(unprintable, ' ');
}

function fieldsOf(line: string): z.output<typeof record> | undefined {
  try {
    const parsed = record.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // A line that only looks like JSON is a line.
    return undefined;
  }
}
