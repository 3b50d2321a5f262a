import type { LogLevel } from '#kit';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const iso = /(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?/;
const syslog = /^(?:<\d+>)?([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}):(\d{2}):(\d{2})/;
const web = /\[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})\]/;
const epoch = /(?:^|"(?:time|ts|timestamp)"\s*:\s*)(\d{10})(\d{3})?(?:\.\d+)?(?=[\s,}\]]|$)/;

/** When a line says it was written, in ms since the epoch; a time without a zone is this machine's. */
export function timeOf(line: string, now: number): number | undefined {
  const head = line.slice(0, 300);
  const at = fromIso(head) ?? fromSyslog(head, now) ?? fromWeb(head) ?? fromEpoch(head);
  return at === undefined || Number.isNaN(at) ? undefined : at;
}

function fromIso(head: string): number | undefined {
  const match = iso.exec(head);
  if (!match) return undefined;
  const [, day, time, fraction = '0', zone = ''] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
}

/** Syslog has no year: the newest one that does not put the line into the future. */
function fromSyslog(head: string, now: number): number | undefined {
  const match = syslog.exec(head);
  const month = months.indexOf(match?.[1]?.toLowerCase() ?? '');
  if (!match || month < 0) return undefined;
  const [day = 1, hour = 0, minute = 0, second = 0] = match.slice(2, 6).map(Number);
  const inYear = (year: number) => new Date(year, month, day, hour, minute, second).getTime();
  const year = new Date(now).getFullYear();
  return inYear(year) > now + 86_400_000 ? inYear(year - 1) : inYear(year);
}

function fromWeb(head: string): number | undefined {
  const match = web.exec(head);
  const month = months.indexOf(match?.[2]?.toLowerCase() ?? '');
  if (!match || month < 0) return undefined;
  const [, day, , year, time, zone, zoneMinutes] = match;
  return Date.parse(`${year}-${String(month + 1).padStart(2, '0')}-${day}T${time}${zone}:${zoneMinutes}`);
}

function fromEpoch(head: string): number | undefined {
  const match = epoch.exec(head);
  return match ? Number(match[1]) * 1000 + Number(match[2] ?? 0) : undefined;
}

const words: readonly (readonly [LogLevel, RegExp])[] = [
  ['error', /\b(?:error|err|erreur|fatal|crit|critical|panic|emerg|alert|exception|severe)\b/i],
  ['warn', /\b(?:warn|warning|avertissement)\b/i],
  ['info', /\b(?:info|notice)\b/i],
  ['debug', /\b(?:debug|trace|verbose)\b/i],
];

/** How bad a line says it is: by pino's number, else by the first such word at its beginning. */
export function levelOf(line: string): LogLevel | undefined {
  const number = Number(/"level"\s*:\s*(\d{2})\b/.exec(line.slice(0, 300))?.[1]);
  if (number >= 50) return 'error';
  if (number >= 40) return 'warn';
  if (number >= 30) return 'info';
  if (number >= 10) return 'debug';
  const head = line.slice(0, 200);
  const found = words
    .map(([level, pattern]) => ({ level, at: head.search(pattern) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return found[0]?.level;
}
