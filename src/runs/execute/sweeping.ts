import type { Host } from '#core/hosts.ts';
import { sweep } from './journal.ts';
import { eachOf } from './waiting.ts';
import type { Walk } from './walk.ts';

const sweepMs = 15_000;

/** Where a run began journals: on which hosts, and in whose home. */
export interface Journals {
  add(host: Host, user: string | undefined): void;
  all(): readonly { readonly host: Host; readonly users: readonly (string | undefined)[] }[];
}

/** None yet. */
export const createJournals = (): Journals => {
  const users = new Map<Host, Set<string | undefined>>();
  return {
    add(host, user) {
      const known = users.get(host) ?? new Set();
      users.set(host, known.add(user));
    },
    all: () => [...users].map(([host, known]) => ({ host, users: [...known] })),
  };
};

/** Removes the run's journals from the hosts. One that cannot be removed does no harm: its key never comes again. */
export async function sweepJournals(walk: Walk): Promise<void> {
  await eachOf(walk.journals.all(), walk.limits.hostsAtOnce, async ({ host, users }) => {
    for (const user of users) await sweepHost(walk, host, user);
  });
}

async function sweepHost(walk: Walk, host: Host, user: string | undefined): Promise<void> {
  try {
    const signal = AbortSignal.timeout(sweepMs);
    await walk.remote(host).read(sweep(walk.key, walk.quote), { signal, timeoutMs: sweepMs, user });
  } catch (err) {
    walk.log.warn({ err, host: host.name, key: walk.key }, 'a journal could not be removed from a host');
  }
}
