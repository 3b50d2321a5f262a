/** The marks of a time axis, in ms since the epoch, and how each is written. */
export interface TimeScale {
  readonly marks: readonly number[];
  write(at: number): string;
  /** `2026-11-21 21:00 – 22:00 UTC`: what the axis spans, with the day and the zone. */
  readonly span: string;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * day),
];
/** More would not fit side by side in letters that a phone shows. */
const mostMarks = 5;

/** A zone's clock: local time as if it were UTC, so that its parts can be read off. */
function clockOf(zone: string): (at: number) => Date {
  // Whole seconds, as every zone's clock shows them.
  if (zone === 'UTC') return (at) => new Date(Math.floor(at / second) * second);
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day: date = 1, hour: hours = 0, minute: minutes = 0, second: seconds = 0 } = parts;
    return new Date(Date.UTC(year, month - 1, date, hours, minutes, seconds));
  };
}

/** Marks on round local times between two moments; a zone nobody knows is UTC. */
export function timeScaleOf(from: number, to: number, wantedZone = 'UTC'): TimeScale {
  const zone = isZone(wantedZone) ? wantedZone : 'UTC';
  const clock = clockOf(zone);
  const step = steps.find((one) => (to - from) / one <= mostMarks) ?? Math.ceil((to - from) / mostMarks / day) * day;
  const write = (at: number) => {
    const local = clock(at).toISOString();
    if (step >= day || local.slice(11, 16) === '00:00') return local.slice(5, 10);
    return step < minute ? local.slice(11, 19) : local.slice(11, 16);
  };
  return { marks: marksBetween(from, to, step, clock), write, span: spanOf(clock(from), clock(to), zone) };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function marksBetween(from: number, to: number, step: number, clock: (at: number) => Date): readonly number[] {
  const offsetAt = (at: number) => clock(at).getTime() - Math.floor(at / second) * second;
  const marks: number[] = [];
  const offset = offsetAt(from);
  for (let local = Math.ceil((from + offset) / step) * step; ; local += step) {
    // Where summer time begins or ends between, the mark moves along.
    const at = local - offsetAt(local - offset);
    if (at > to) return marks;
    if (at >= from) marks.push(at);
  }
}

function spanOf(from: Date, to: Date, zone: string): string {
  const [first, last] = [from.toISOString(), to.toISOString()];
  const until =
    first.slice(0, 10) === last.slice(0, 10) ? last.slice(11, 16) : `${last.slice(0, 10)} ${last.slice(11, 16)}`;
  return `${first.slice(0, 10)} ${first.slice(11, 16)} – ${until} ${zone}`;
}
