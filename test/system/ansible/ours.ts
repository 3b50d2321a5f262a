import { join } from 'node:path';
import { executorOver } from '#app/executor-options.ts';
import { Fault } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { Plan, PlayRequest } from '#core/plan.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import type { ExecutionEvent, Executor } from '#runs/executor.ts';
import { createSsh } from '#ssh/real/open.ts';
import { casesFolder, type Played } from './case.ts';
import type { Ended, Ran } from './ran.ts';

const never = new AbortController().signal;

/** Our executor over real SSH, as the command line makes it. */
export function openOurs(folder: string, inventory: string, playbooks = casesFolder): Executor {
  return executorOver({
    ssh: createSsh({ log: silentLog }),
    settings: {
      playbooks,
      readable: [],
      inventory: [inventory],
      vault: {},
      ssh: {
        identityFiles: [],
        agent: false,
        knownHosts: [join(folder, 'known_hosts')],
        connectTimeoutMs: 10_000,
        keepaliveMs: 10_000,
        keepaliveCount: 3,
      },
      secrets: [],
    },
    inventory: async () => {
      const read = await loadInventory([inventory], { beside: playbooks });
      if (!read.ok) throw new Fault(read.refusal);
      return read.value;
    },
    log: silentLog,
  });
}

const requestOf = (one: Played): PlayRequest => ({
  playbook: one.playbook,
  vars: one.vars,
  locks: [],
  ...(one.tags.length > 0 ? { tags: one.tags } : {}),
  ...(one.skip_tags.length > 0 ? { skipTags: one.skip_tags } : {}),
  ...(one.limit === undefined ? {} : { limit: one.limit }),
});

/** What a run would do. Throws when the playbook is refused. */
export async function planOurs(executor: Executor, one: Played): Promise<Plan> {
  const planned = await executor.plan({ key: `judge-${Math.random()}`, request: requestOf(one) }, never);
  if (!planned.ok) throw new Fault(planned.refusal);
  return planned.value;
}

/** Does what was planned. */
export async function runOurs(
  executor: Executor,
  plan: Plan,
): Promise<Ran & { readonly steps: ReadonlyMap<string, string> }> {
  const events: ExecutionEvent[] = [];
  const outcome = await executor.apply(
    { key: `judge-${Math.random()}`, request: plan.request, plan, done: [] },
    (event) => events.push(event),
    { boundary: never, now: never },
  );
  const steps = events.flatMap((event) =>
    event.kind === 'step' && event.step.state !== 'running' ? [event.step] : [],
  );
  return {
    ends: outcome.state === 'done' ? 'done' : 'failed',
    recap: Object.fromEntries(
      Object.entries(outcome.recap).filter(([, counts]) => Object.values(counts).some(Boolean)),
    ),
    tasks: steps.map(
      ({ host, id, task, state, result, refusal }): Ended => ({
        host,
        task: `${id} ${task}`,
        state,
        ...(['failed', 'ignored', 'unreachable'].includes(state)
          ? { why: JSON.stringify(refusal?.say ?? result).slice(0, 600) }
          : {}),
      }),
    ),
    said: outcome.state === 'done' ? '' : `${outcome.state}: ${JSON.stringify(outcome.refusal?.say)}`,
    steps: new Map(steps.map(({ host, id, state }) => [`${host} ${id}`, state])),
  };
}
