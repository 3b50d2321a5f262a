import { refusalOf } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import { sweep } from './journal.ts';
import { forgetAll } from './left-scripts.ts';
import type { Remote } from './remote.ts';
import { eachOf } from './waiting.ts';
import type { Walk } from './walk.ts';

const sweepMs = 15_000;

/** Where a run began journals: on which hosts, and in whose home. */
export interface Journals {
  add(host: Host, remote: Remote, user: string | undefined): void;
  all(): readonly Kept[];
}

/** One account's journals on one host. */
interface Kept {
  readonly host: Host;
  readonly remote: Remote;
  readonly users: Set<string | undefined>;
}

/** None yet. */
export const createJournals = (): Journals => {
  const kept = new Map<string, Kept>();
  return {
    add(host, remote, user) {
      const key = `${host.name} ${remote.login}`;
      const known = kept.get(key) ?? { host, remote, users: new Set() };
      known.users.add(user);
      kept.set(key, known);
    },
    all: () => [...kept.values()],
  };
};

/**
 * Removes the run's journals from the hosts. One that cannot be removed does no harm: its key never comes again. A host that
 * is gone is not waited for once more.
 */
export async function sweepJournals(walk: Walk): Promise<void> {
  const there = walk.journals.all().filter(({ remote }) => !remote.gone);
  await eachOf(there, walk.limits.hostsAtOnce, async (kept) => {
    for (const user of kept.users) await sweepHost(walk, kept, user);
  });
}

async function sweepHost(walk: Walk, { host, remote }: Kept, user: string | undefined): Promise<void> {
  try {
    const signal = AbortSignal.timeout(sweepMs);
    const script = `${walk.left.size > 0 || walk.begun ? `${forgetAll(walk.key, walk.quote)}\n` : ''}${sweep(walk.key, walk.quote)}`;
    await remote.read(script, { signal, timeoutMs: sweepMs, user });
  } catch (err) {
    // What a refusal says may name the account, which `no_log` may hide.
    const code = refusalOf(err)?.code;
    walk.log.warn(
      { ...(code ? { code } : { err }), host: host.name, key: walk.key },
      'a journal could not be removed from a host',
    );
  }
}
