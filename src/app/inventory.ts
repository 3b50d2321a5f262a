import { stat } from 'node:fs/promises';
import { ok, type Result } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Log } from '#core/log.ts';
import { fleetOf, type Inventory, loadInventory } from '#playbook/inventory/load.ts';

/** How often the inventory files are looked at. */
const lookEveryMs = 2_000;

/** The inventory as it is now; a broken change keeps the last good one. */
export interface LiveInventory {
  current(): Inventory;
  fleet(): Fleet;
  /** Reads other sources from now on. */
  use(sources: readonly string[]): Promise<Result<void>>;
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
export async function openInventory(sources: readonly string[], log: Log): Promise<Result<LiveInventory>> {
  const first = await loadInventory(sources);
  if (!first.ok) return first;
  let inventory = first.value;
  let fleet = fleetOf(inventory);
  let from = sources;
  let seen = await stamp(sources);

  const load = async (sources: readonly string[]): Promise<Result<void>> => {
    const loaded = await loadInventory(sources);
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
    const now = await stamp(from);
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
