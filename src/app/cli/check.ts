import type { Result } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { describeFaults, type SettingsFault } from '#settings/faults.ts';
import type { SettingsOutcome } from '#settings/load.ts';
import type { Names } from '../groups.ts';
import { loadFor, readArguments } from './arguments.ts';
import { faultsOf, inventoryOf } from './faults-of.ts';
import { inventoryFaults, type ToldFault } from './inventory-faults.ts';
import { type CliCommand, exit } from './terminal.ts';

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
async function allFaults(outcome: SettingsOutcome): Promise<readonly ToldFault[]> {
  const inventory = await inventoryOf(outcome);
  const own = await faultsOf(outcome, inventory);
  return [...own, ...ofInventory(outcome, inventory, own)];
}

const good = t('The configuration is good.', 'La configuration est bonne.');
const none = t(
  'There is no configuration file; the defaults are good.',
  'Il n’y a pas de fichier de configuration ; les valeurs par défaut sont bonnes.',
);

/** `quarterdeck check`: says everything that is wrong with the configuration, and does nothing else. */
export const check: CliCommand = {
  usage: t('check [--config FILE] [--json]', 'check [--config FICHIER] [--json]'),
  about: t('Check the configuration; every fault at once', 'Vérifier la configuration ; toutes les fautes à la fois'),
  async run(args, terminal) {
    const { values } = readArguments(args, {});
    const outcome = await loadFor(values.config, terminal);
    const faults = await allFaults(outcome);
    const isGood = outcome.ok && faults.length === 0;
    if (values.json) terminal.out(JSON.stringify(isGood ? { ok: true } : { ok: false, faults }));
    else if (isGood) terminal.out(outcome.configured ? good : none);
    else terminal.error(describeFaults(faults, terminal.language));
    return isGood ? exit.done : exit.failed;
  },
};
