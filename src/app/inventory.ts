import { stat } from 'node:fs/promises';
import { ok, type Result } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Log } from '#core/log.ts';
import { fleetOf, type Inventory, loadInventory } from '#playbook/inventory/load.ts';
import { vaultOf } from './vault.ts';

/** Where the inventory is, and what opens what is sealed in it. */
export interface InventorySources {
  readonly inventory: readonly string[];
  readonly playbooks: string;
  readonly vault: Readonly<Record<string, string>>;
}

/** Reads the inventory of a configuration, with the variables beside the playbooks. */
export const readInventory = (from: InventorySources): Promise<Result<Inventory>> =>
  loadInventory(from.inventory, { beside: from.playbooks, vault: vaultOf(from) });

/** How often the inventory files are looked at. */
const lookEveryMs = 2_000;

/** The inventory as it is now; a broken change keeps the last good one. */
export interface LiveInventory {
  current(): Inventory;
  fleet(): Fleet;
  /** Reads other sources from now on. */
  use(sources: InventorySources): Promise<Result<void>>;
  stop(): void;
}

/** When and how large the files are; folders count by their own date. */
const stamp = async (sources: readonly string[]): Promise<string> =>
  (
    await Promise.all(
      sources.map((source) =>
        stat(source).then(
          (s) => `${s.mtimeMs}:${s.size}`,
          () => 'absent',
        ),
      ),
    )
  ).join();

/** Opens the inventory; throws nothing: the result says what is wrong with it. */
export async function openInventory(sources: InventorySources, log: Log): Promise<Result<LiveInventory>> {
  const first = await readInventory(sources);
  if (!first.ok) return first;
  let inventory = first.value;
  let fleet = fleetOf(inventory);
  let from = sources;
  let seen = await stamp(sources.inventory);

  const load = async (sources: InventorySources): Promise<Result<void>> => {
    const loaded = await readInventory(sources);
    if (!loaded.ok) {
      log.error({ refusal: loaded.refusal }, 'the changed inventory is broken; the last good one stays');
      return loaded;
    }
    from = sources;
    inventory = loaded.value;
    fleet = fleetOf(inventory);
    return ok(undefined);
  };
  const timer = setInterval(async () => {
    const now = await stamp(from.inventory);
    if (now === seen) return;
    seen = now;
    await load(from);
  }, lookEveryMs);
  timer.unref();

  return ok({
    current: () => inventory,
    fleet: () => fleet,
    use: load,
    stop: () => clearInterval(timer),
  });
}
