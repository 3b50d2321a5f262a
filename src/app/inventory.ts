import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ok, type Result } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Log } from '#core/log.ts';
import { fleetOf, type Inventory, loadInventory } from '#playbook/inventory/load.ts';

/** How often the inventory files are looked at. */
const lookEveryMs = 2_000;

/** What else is asked of an inventory before it is in use. */
export type Suits = (inventory: Inventory) => Result<void>;

/** The inventory as it is now; a broken change keeps the last good one. */
export interface LiveInventory {
  current(): Inventory;
  fleet(): Fleet;
  /** Reads other sources from now on, and asks as much of them. */
  use(sources: readonly string[], suits: Suits): Promise<Result<void>>;
  stop(): void;
}

/** When and how large everything at a path is, below it too for a folder. */
const stampOf = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined);
  if (!found) return `${path}:absent`;
  const own = `${path}:${found.ino}:${found.mtimeMs}:${found.size}`;
  if (!found.isDirectory()) return own;
  const names = await readdir(path).catch(() => []); // gone between the two looks: the next one says so
  return [own, ...(await Promise.all(names.sort().map((name) => stampOf(join(path, name)))))].join();
};

/** The sources, and the variables beside those that are files. */
const stamp = async (sources: readonly string[]): Promise<string> => {
  const beside = sources.flatMap((source) => ['group_vars', 'host_vars'].map((name) => join(dirname(source), name)));
  return (await Promise.all([...new Set([...sources, ...beside])].map(stampOf))).join();
};

async function suited(sources: readonly string[], suits: Suits): Promise<Result<Inventory>> {
  const loaded = await loadInventory(sources);
  const verdict = loaded.ok ? suits(loaded.value) : loaded;
  return verdict.ok ? loaded : verdict;
}

/** Opens the inventory; throws nothing: the result says what is wrong with it. */
export async function openInventory(
  sources: readonly string[],
  log: Log,
  suits: Suits = () => ok(undefined),
): Promise<Result<LiveInventory>> {
  const first = await suited(sources, suits);
  if (!first.ok) return first;
  let inventory = first.value;
  let fleet = fleetOf(inventory);
  let from = sources;
  let asked = suits;
  let seen = await stamp(sources);

  const load = async (sources: readonly string[], suits: Suits): Promise<Result<void>> => {
    const loaded = await suited(sources, suits);
    if (!loaded.ok) {
      log.error({ refusal: loaded.refusal }, 'the changed inventory is broken; the last good one stays');
      return loaded;
    }
    from = sources;
    asked = suits;
    inventory = loaded.value;
    fleet = fleetOf(inventory);
    return ok(undefined);
  };
  const look = async (): Promise<void> => {
    const now = await stamp(from);
    if (now === seen) return;
    seen = now;
    await load(from, asked);
  };
  const timer = setInterval(() => {
    look().catch((cause: unknown) => log.error({ err: cause }, 'the inventory cannot be looked at'));
  }, lookEveryMs);
  timer.unref();

  return ok({
    current: () => inventory,
    fleet: () => fleet,
    use: load,
    stop: () => clearInterval(timer),
  });
}
