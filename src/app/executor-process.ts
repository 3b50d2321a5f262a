import { Fault, refused } from '#core/errors.ts';
import { type Inventory, loadInventory } from '#playbook/inventory/load.ts';
import { createVault } from '#playbook/vault.ts';
import { serveExecutor } from '#runs/port/serve.ts';
import { createSsh } from '#ssh/real/open.ts';
import { type ExecutorSettings, executorOver } from './executor-options.ts';
import { logHere, type Started, wireHere } from './executor-wire.ts';
import { fleetMark, inventoryNotInForce } from './fleet-mark.ts';
import { vaultSecretsOf } from './vault.ts';

/** What a program prints may be new each time; the bot asks it again every so often. */
const isInForce = (inventory: Inventory, { fleet }: ExecutorSettings): boolean =>
  fleet === undefined || inventory.isPrinted || fleetMark(inventory) === fleet;

/** The process of plans and runs: SSH, playbooks and templates live here, so that no run delays an answer. */
function serve(settings: ExecutorSettings): void {
  const log = logHere();
  let lastGood: Inventory | undefined;
  const inventory = async (hide: (value: string) => void) => {
    const vault = createVault(vaultSecretsOf(settings), hide);
    const loaded = await loadInventory(settings.inventory, { beside: settings.playbooks, vault });
    // Whoever may do what goes by the bot's inventory: another one is not played with.
    const verdict = loaded.ok && !isInForce(loaded.value, settings) ? refused(inventoryNotInForce()) : loaded;
    if (verdict.ok) lastGood = verdict.value;
    // The bot says on its board that the file is broken, and goes on with what it knew as well.
    else if (lastGood === undefined) throw new Fault(verdict.refusal);
    else log.warn({ refusal: verdict.refusal }, 'the inventory is not in force; the last good one is used');
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
