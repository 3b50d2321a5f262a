import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, loadavg, totalmem } from 'node:os';

/** Counters that only grow; a rate is the difference of two readings. */
interface Counters {
  readonly at: number;
  readonly busy: number;
  readonly total: number;
  readonly received?: number;
  readonly sent?: number;
}

/** Measures this machine; rates need a reading before, so the first sample lacks them. */
export interface Sampler {
  sample(disk: string): Promise<Readonly<Record<string, number>>>;
}

/** Starts measuring. Reads /proc where there is one and starts no process. */
export function createSampler(): Sampler {
  let before: Counters | undefined;
  return {
    async sample(disk) {
      const [now, memory, full] = await Promise.all([counters(), memoryPercent(), diskPercent(disk)]);
      const rates = before ? ratesBetween(before, now) : {};
      before = now;
      const load = loadavg()[0] ?? 0;
      return keepFinite({ ...rates, memory, disk: full, load });
    },
  };
}

const keepFinite = (values: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => Number.isFinite(entry[1])));

/** A counter that went back means a restart of the thing counted: no rate then. */
function ratesBetween(before: Counters, now: Counters): Readonly<Record<string, number | undefined>> {
  const seconds = (now.at - before.at) / 1000;
  const total = now.total - before.total;
  const rate = (a?: number, b?: number) =>
    a === undefined || b === undefined || b < a || seconds <= 0 ? undefined : (b - a) / seconds;
  return {
    cpu: total > 0 ? Math.min(100, Math.max(0, (100 * (now.busy - before.busy)) / total)) : undefined,
    received: rate(before.received, now.received),
    sent: rate(before.sent, now.sent),
  };
}

async function counters(): Promise<Counters> {
  const [processor, network] = await Promise.all([processorTimes(), networkBytes()]);
  return { at: performance.now(), ...processor, ...network };
}

const read = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

async function processorTimes(): Promise<Pick<Counters, 'busy' | 'total'>> {
  const line = (await read('/proc/stat'))?.split('\n')[0];
  if (!line?.startsWith('cpu ')) return processorTimesByNode();
  // user nice system idle iowait irq softirq steal; guest times are inside user already.
  const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const total = times.reduce((sum, time) => sum + time, 0);
  return { busy: total - (times[3] ?? 0) - (times[4] ?? 0), total };
}

function processorTimesByNode(): Pick<Counters, 'busy' | 'total'> {
  const times = cpus().map((cpu) => cpu.times);
  const total = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: total - times.reduce((sum, { idle }) => sum + idle, 0), total };
}

async function memoryPercent(): Promise<number> {
  const text = await read('/proc/meminfo');
  const kilobytes = (name: string) => Number(text?.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1]);
  const total = kilobytes('MemTotal');
  const available = kilobytes('MemAvailable');
  if (total > 0 && available >= 0) return (100 * (total - available)) / total;
  return (100 * (totalmem() - freemem())) / totalmem();
}

async function diskPercent(path: string): Promise<number | undefined> {
  const disk = await statfs(path).catch(() => undefined);
  if (!disk || disk.blocks === 0) return undefined;
  const used = disk.blocks - disk.bfree;
  // As `df` does: what only the administrator may use counts as neither.
  return (100 * used) / (used + disk.bavail);
}

async function networkBytes(): Promise<Pick<Counters, 'received' | 'sent'>> {
  const text = await read('/proc/net/dev');
  if (text === undefined) return {};
  let received = 0;
  let sent = 0;
  for (const line of text.split('\n').slice(2)) {
    const [name, rest] = line.split(':');
    if (rest === undefined || name?.trim() === 'lo') continue;
    const columns = rest.trim().split(/\s+/).map(Number);
    received += columns[0] ?? 0;
    sent += columns[8] ?? 0;
  }
  return { received, sent };
}
