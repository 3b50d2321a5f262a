import { Fault } from '#core/errors.ts';
import { type Inventory, loadInventory } from '#playbook/inventory/load.ts';
import { createVault } from '#playbook/vault.ts';
import { serveExecutor } from '#runs/port/serve.ts';
import { createSsh } from '#ssh/real/open.ts';
import { type ExecutorSettings, executorOver } from './executor-options.ts';
import { logHere, type Started, wireHere } from './executor-wire.ts';
import { vaultSecretsOf } from './vault.ts';

/** The process of plans and runs: SSH, playbooks and templates live here, so that no run delays an answer. */
function serve(settings: ExecutorSettings): void {
  const log = logHere();
  let lastGood: Inventory | undefined;
  const inventory = async (hide: (value: string) => void) => {
    const vault = createVault(vaultSecretsOf(settings), hide);
    const loaded = await loadInventory(settings.inventory, { beside: settings.playbooks, vault });
    if (loaded.ok) lastGood = loaded.value;
    // The bot says on its board that the file is broken, and goes on with what it knew as well.
    else if (lastGood === undefined) throw new Fault(loaded.refusal);
    else log.warn({ refusal: loaded.refusal }, 'the inventory is broken; the last good one is used');
    return lastGood;
  };
  const { keepaliveMs, keepaliveCount } = settings.ssh;
  const ssh = createSsh({ log, keepaliveMs, keepaliveCount });
  serveExecutor(wireHere, executorOver({ ssh, settings, inventory, log }));
}

process.once('message', ({ settings }: Started) => serve(settings));
// The bot is gone, however it went, or needs this process no more: nothing is begun without it.
process.on('disconnect', () => process.exit(0));
// These reach this process too, from a terminal or a service manager; the bot decides when it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
