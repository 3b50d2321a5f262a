import { type Refusal, type Result, refusalOf } from '#core/errors.ts';
import type { Inventory } from '#playbook/inventory/load.ts';
import type { SettingsFault } from '#settings/faults.ts';
import type { SettingsOutcome } from '#settings/load.ts';
import { pathKey } from '#settings/tree.ts';
import { lookAtDataFolder } from '#store/data-folder.ts';
import { executorSettings } from '../executor-settings.ts';
import type { Names } from '../groups.ts';
import { targetOf } from '../targets.ts';
import { faultsOf, inventoryOf } from './faults-of.ts';
import { inventoryFaults, placedFaults, type ToldFault } from './inventory-faults.ts';

/** What is wrong with the inventory, but for sources that are not there: those have their line in the configuration. */
function ofInventory(
  outcome: SettingsOutcome,
  inventory: Result<Names> | undefined,
  told: readonly SettingsFault[],
): readonly ToldFault[] {
  if (inventory === undefined || inventory.ok) return [];
  const { settings } = outcome.ok ? outcome : (outcome.rest ?? {});
  const missing = settings?.inventory.filter((_file, at) => told.some(({ path }) => path === `inventory[${at}]`)) ?? [];
  return inventoryFaults(inventory.refusal).filter(({ file }) => !missing.includes(file));
}

/** Hosts of the inventory that cannot be reached as it says, once for each place that says so. */
function ofHosts(outcome: SettingsOutcome, inventory: Result<Inventory> | undefined): readonly ToldFault[] {
  const { settings } = outcome.ok ? outcome : (outcome.rest ?? {});
  if (settings === undefined || !inventory?.ok) return [];
  const { ssh } = executorSettings(settings);
  const found = inventory.value.hosts().flatMap(({ name }) => {
    const refusal = refusalBy(() => targetOf(inventory.value, name, ssh));
    return refusal ? placedFaults(refusal, 'inventory', refusal.next) : [];
  });
  const places = new Map(found.toReversed().map((fault) => [placeOf(fault), fault]));
  return [...new Set(found.map(placeOf))].flatMap((place) => places.get(place) ?? []);
}

/** Where a fault is told, or what of when it has no place. */
const placeOf = ({ file, line, column, message }: ToldFault): string =>
  JSON.stringify([file, line, column, ...(line === 0 ? [message] : [])]);

function refusalBy(work: () => unknown): Refusal | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    return refusal;
  }
}

/** A data folder that the bot would not start with; where it is named, when that is in the file. */
async function ofData(outcome: SettingsOutcome, env: NodeJS.ProcessEnv): Promise<readonly ToldFault[]> {
  const judged = outcome.ok ? outcome : outcome.rest;
  if (judged === undefined) return [];
  const refusal = await lookAtDataFolder(judged.settings.data).then(() => undefined, refusalOf);
  const [spot, file] = env.QUARTERDECK_DATA
    ? [undefined, 'QUARTERDECK_DATA']
    : [judged.spots.get(pathKey(['data'])), 'data'];
  return (refusal ? placedFaults(refusal, 'data', refusal.next) : []).map((fault) => ({
    ...fault,
    file,
    ...spot?.value,
  }));
}

/** All that is wrong with a configuration, and then with its data folder and the inventory that it names. */
export async function allFaults(outcome: SettingsOutcome, env: NodeJS.ProcessEnv): Promise<readonly ToldFault[]> {
  const inventory = await inventoryOf(outcome);
  const own = await faultsOf(outcome, inventory);
  return [
    ...own,
    ...(await ofData(outcome, env)),
    ...ofInventory(outcome, inventory, own),
    ...ofHosts(outcome, inventory),
  ];
}
