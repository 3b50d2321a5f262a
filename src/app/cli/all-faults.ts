import type { Result } from '#core/errors.ts';
import type { SettingsFault } from '#settings/faults.ts';
import type { SettingsOutcome } from '#settings/load.ts';
import type { Names } from '../groups.ts';
import { faultsOf, inventoryOf } from './faults-of.ts';
import { inventoryFaults, type ToldFault } from './inventory-faults.ts';

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

/** All that is wrong with a configuration, and then with the inventory that it names. */
export async function allFaults(outcome: SettingsOutcome): Promise<readonly ToldFault[]> {
  const inventory = await inventoryOf(outcome);
  const own = await faultsOf(outcome, inventory);
  return [...own, ...ofInventory(outcome, inventory, own)];
}
