import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ok, type Refusal, type Result } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Log } from '#core/log.ts';
import { fleetOf, type Inventory, loadInventory } from '#playbook/inventory/load.ts';
import { fleetMark } from './fleet-mark.ts';
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

/** How often a program that prints it is asked again: it is no file that changes. */
const printEveryMs = 60_000;

/** How soon a broken one is read again with nothing changed: it may have been a file that could not be opened then. */
const brokenAgainMs = 5_000;

/** What else is asked of an inventory before it is in use. */
export type Suits = (inventory: Inventory) => Result<void>;

/** The inventory as it is now; a broken change keeps the last good one. */
export interface LiveInventory {
  current(): Inventory;
  fleet(): Fleet;
  /** What tells its fleet from another. */
  mark(): string;
  /** Why what the files say now is not in use; undefined when it is. */
  fault(): Refusal | undefined;
  /** Looks at the files at once, for what came a moment ago. */
  look(): Promise<void>;
  /** Reads other sources from now on, and asks as much of them; when `first` rejects, all stays as it was. */
  use(sources: InventorySources, suits: Suits, first?: (fleet: Fleet) => Promise<void>): Promise<Result<void>>;
  stop(): void;
}

/** When and how large everything at a path is, below it too for a folder. */
const stampOf = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined);
  if (!found) return `${path}:absent`;
  const own = `${path}:${found.ino}:${found.mtimeMs}:${found.ctimeMs}:${found.size}`;
  if (!found.isDirectory()) return own;
  const names = await readdir(path).catch(() => []); // gone between the two looks: the next one says so
  return [own, ...(await Promise.all(names.sort().map((name) => stampOf(join(path, name)))))].join();
};

/** The sources, and the variables beside those that are files and beside the playbooks. */
const stamp = async ({ inventory, playbooks }: InventorySources): Promise<string> => {
  const folders = [...inventory.map((source) => dirname(source)), playbooks];
  const beside = folders.flatMap((folder) => ['group_vars', 'host_vars'].map((name) => join(folder, name)));
  return (await Promise.all([...new Set([...inventory, ...beside])].map(stampOf))).join();
};

async function suited(sources: InventorySources, suits: Suits): Promise<Result<Inventory>> {
  const loaded = await readInventory(sources);
  const verdict = loaded.ok ? suits(loaded.value) : loaded;
  return verdict.ok ? loaded : verdict;
}

/** Opens the inventory; throws nothing: the result says what is wrong with it. `told` hears of each change, good or broken. */
export async function openInventory(
  sources: InventorySources,
  log: Log,
  suits: Suits = () => ok(undefined),
  told: (fault: Refusal | undefined) => void = () => undefined,
  everyMs = printEveryMs,
): Promise<Result<LiveInventory>> {
  const first = await suited(sources, suits);
  if (!first.ok) return first;
  let inventory = first.value;
  let fleet = fleetOf(inventory);
  let mark = fleetMark(fleet);
  let from = sources;
  let asked = suits;
  let seen = await stamp(sources);
  let fault: Refusal | undefined;
  let read = performance.now();

  const load = async (
    sources: InventorySources,
    suits: Suits,
    first?: (fleet: Fleet) => Promise<void>,
  ): Promise<Result<void>> => {
    const loaded = await suited(sources, suits);
    if (!loaded.ok) return loaded;
    const fresh = fleetOf(loaded.value);
    await first?.(fresh);
    from = sources;
    asked = suits;
    inventory = loaded.value;
    fleet = fresh;
    mark = fleetMark(fresh);
    return ok(undefined);
  };
  let looking: Promise<void> = Promise.resolve();
  const untilAgain = (): number => {
    if (fault) return brokenAgainMs;
    return inventory.isPrinted ? everyMs : Number.POSITIVE_INFINITY;
  };
  const lookOnce = async (): Promise<void> => {
    const now = await stamp(from);
    const before = { seen, mark, fault: fault?.say };
    if (now === seen && performance.now() - read < untilAgain()) return;
    seen = now;
    const loaded = await load(from, asked);
    read = performance.now();
    fault = loaded.ok ? undefined : loaded.refusal;
    if (isDeepStrictEqual(before, { seen, mark, fault: fault?.say })) return; // it was only asked again
    if (fault) log.error({ refusal: fault }, 'the changed inventory is broken; the last good one stays');
    told(fault);
  };
  const look = (): Promise<void> => {
    looking = looking
      .then(lookOnce)
      .catch((cause: unknown) => log.error({ err: cause }, 'the inventory cannot be looked at'));
    return looking;
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();

  return ok({
    current: () => inventory,
    fleet: () => fleet,
    mark: () => mark,
    fault: () => fault,
    look,
    use: (given, suitable, first) => {
      const used = looking.then(async () => {
        const loaded = await load(given, suitable, first);
        if (!loaded.ok || fault === undefined) return loaded;
        fault = undefined; // what did not go with the configuration before goes with this one
        told(fault);
        return loaded;
      });
      looking = used.then(
        () => undefined,
        () => undefined,
      );
      return used;
    },
    stop: () => clearInterval(timer),
  });
}
