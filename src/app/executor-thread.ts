import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Fault } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { createVault } from '#playbook/vault.ts';
import { serveExecutor } from '#runs/port/serve.ts';
import { createSsh } from '#ssh/real/open.ts';
import { type ExecutorSettings, executorOver } from './executor-options.ts';
import { logOver } from './thread-log.ts';
import { vaultSecretsOf } from './vault.ts';

/** The worker thread of plans and runs: SSH, playbooks and templates live here, so that no run delays an answer. */
// Given by threaded-executor.ts alone.
const { settings, port } = workerData as { readonly settings: ExecutorSettings; readonly port: MessagePort };
const { keepaliveMs, keepaliveCount } = settings.ssh;

const inventory = async (hide: (value: string) => void) => {
  const vault = createVault(vaultSecretsOf(settings), hide);
  const loaded = await loadInventory(settings.inventory, { beside: settings.playbooks, vault });
  if (!loaded.ok) throw new Fault(loaded.refusal);
  return loaded.value;
};

const log = parentPort ? logOver(parentPort) : silentLog;
const ssh = createSsh({ log, keepaliveMs, keepaliveCount });
serveExecutor(port, executorOver({ ssh, settings, inventory, log }));
