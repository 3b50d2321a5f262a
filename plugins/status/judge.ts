import { type HostFacts, show, type Text, t } from '#kit';

/** Above these a host needs care. */
export interface Limits {
  readonly disk: number;
  readonly memory: number;
  readonly load: number;
}

/** What can be wrong with a host. */
export type Trouble = 'unreachable' | 'services' | 'disk' | 'memory' | 'load';

/** One host, judged: `rank` 0 is fine, 1 needs care, 2 is broken. */
export interface Judged {
  readonly facts: HostFacts;
  readonly rank: 0 | 1 | 2;
  /** The worst thing, in two or three words. */
  readonly state: Text;
  readonly memory?: number;
  readonly disk?: { readonly mount: string; readonly percent: number };
  /** What the worst thing is; absent on a host that is fine. */
  readonly trouble?: Trouble;
}

/** The plugin's settings as limits. */
export const limitsOf = (settings: {
  readonly diskPercent: number;
  readonly memoryPercent: number;
  readonly loadPerCpu: number;
}): Limits => ({ disk: settings.diskPercent, memory: settings.memoryPercent, load: settings.loadPerCpu });

const used = (total: number, left: number): number => (total > 0 ? (100 * (total - left)) / total : 0);

function fullest({ disks = [] }: HostFacts): Judged['disk'] {
  const shares = disks.map(({ mount, totalBytes, freeBytes }) => ({ mount, percent: used(totalBytes, freeBytes) }));
  return shares.reduce<Judged['disk']>(
    (worst, disk) => (worst && worst.percent >= disk.percent ? worst : disk),
    undefined,
  );
}

/** Finds the worst thing about a host. */
export function judge(facts: HostFacts, limits: Limits): Judged {
  const { memory: ram, failedServices = [], load, cpus = 1 } = facts;
  const memory = ram && used(ram.totalBytes, ram.availableBytes);
  const disk = fullest(facts);
  const seen = { facts, ...(memory === undefined ? {} : { memory }), ...(disk ? { disk } : {}) };
  if (!facts.reachable) return { ...seen, rank: 2, trouble: 'unreachable', state: t('unreachable', 'injoignable') };
  if (failedServices.length > 0)
    return {
      ...seen,
      rank: 2,
      trouble: 'services',
      state: show.count(
        failedServices.length,
        ['service failed', 'services failed'],
        ['service en échec', 'services en échec'],
      ),
    };
  const percent = (value: number) => Math.round(value);
  if (disk && disk.percent >= limits.disk)
    return {
      ...seen,
      rank: 1,
      trouble: 'disk',
      state: t(`disk ${percent(disk.percent)}% full`, `disque plein à ${percent(disk.percent)}\u00a0%`),
    };
  if (memory !== undefined && memory >= limits.memory)
    return {
      ...seen,
      rank: 1,
      trouble: 'memory',
      state: t(`memory ${percent(memory)}% full`, `mémoire pleine à ${percent(memory)}\u00a0%`),
    };
  if (load && load[0] >= limits.load * cpus)
    return { ...seen, rank: 1, trouble: 'load', state: t('high load', 'charge élevée') };
  return { ...seen, rank: 0, state: t('fine', 'va bien') };
}
