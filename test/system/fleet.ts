import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '#core/json.ts';
import { silentLog } from '#core/log.ts';
import type { SshTarget } from '#core/ssh.ts';
import { layoutIn } from '#harbour/layout.ts';
import { startHarbour } from '#harbour/open.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { createExecutor } from '#runs/execute/executor.ts';
import { interrupt } from '#runs/executor.ts';
import { quote } from '#ssh/quote.ts';
import { createSsh } from '#ssh/real/open.ts';

const never = new AbortController().signal;

/** How a playbook went, and the sentences of what failed. */
export interface Played {
  readonly state: string;
  readonly failures: string;
}

/** The demo fleet with an executor over real SSH. */
export interface Fleet {
  readonly folder: string;
  /** Plans a playbook on a host and does what was planned; stopped, as at a death, once `stopAfter` steps changed or failed. */
  play(playbook: string, vars: JsonObject, host: string, stopAfter?: number): Promise<Played>;
  /** What a host's shop answers to a request. */
  ask(host: string, path: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens the demo fleet in a folder of its own. */
export async function openFleet(): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  const harbour = await startHarbour({ folder, log: silentLog });
  await harbour.boot();
  const ports = JSON.parse(await readFile(layoutIn(folder).ports, 'utf8'));
  const executor = createExecutor({
    ssh: createSsh({ log: silentLog }),
    quote,
    registry: bundledModules(),
    playbooks: harbour.settings.playbooks,
    readable: harbour.readable,
    inventory: async () => {
      const loaded = await loadInventory([harbour.inventory]);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal));
      return loaded.value;
    },
    target: ({ name }): SshTarget => ({
      name,
      address: '127.0.0.1',
      port: ports[name].ssh,
      user: 'deploy',
      identityFiles: [harbour.identityFile],
      agent: false,
      via: [],
      knownHosts: [harbour.knownHosts],
      connectTimeoutMs: 10_000,
    }),
    log: silentLog,
  });

  const play: Fleet['play'] = async (playbook, vars, host, stopAfter = Number.POSITIVE_INFINITY) => {
    const job = { key: `fleet-${Math.random()}`, request: { playbook, vars, locks: [], limit: host } };
    const planned = await executor.plan(job, never);
    if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
    const stop = new AbortController();
    const failures: JsonObject[] = [];
    let moved = 0;
    const outcome = await executor.apply(
      { ...job, plan: planned.value, done: [] },
      (event) => {
        if (event.kind !== 'step') return;
        const { state, result } = event.step;
        if (state === 'failed') failures.push(result);
        if (['changed', 'failed', 'ignored'].includes(state)) moved += 1;
        if (moved >= stopAfter) stop.abort(interrupt);
      },
      { boundary: stop.signal, now: never },
    );
    return { state: outcome.state, failures: JSON.stringify([...failures, outcome.refusal ?? null]) };
  };

  return {
    folder,
    play,
    ask: async (host, path) => (await fetch(`http://127.0.0.1:${ports[host].service}${path}`)).text(),
    close: async () => {
      await executor.close();
      await harbour.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
