import type { HostState } from './host-state.ts';
import { sweep } from './journal.ts';
import { eachOf } from './waiting.ts';
import type { Walk } from './walk.ts';

const sweepMs = 15_000;

/** Removes the run's journals from the hosts. One that cannot be removed does no harm: its key never comes again. */
export async function sweepJournals(walk: Walk): Promise<void> {
  const states = [...walk.states.values()].filter((state) => state.journals.size > 0);
  await eachOf(states, walk.limits.hostsAtOnce, (state) => sweepHost(walk, state));
}

async function sweepHost(walk: Walk, state: HostState): Promise<void> {
  for (const user of state.journals) {
    try {
      const signal = AbortSignal.timeout(sweepMs);
      await walk.remote(state.host).read(sweep(walk.key, walk.quote), { signal, timeoutMs: sweepMs, user });
    } catch (err) {
      walk.log.warn({ err, host: state.host.name, key: walk.key }, 'a journal could not be removed from a host');
    }
  }
}
