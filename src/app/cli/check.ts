import { Fault, type Refusal, type Result } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { describeFaults, inReadingOrder, type SettingsFault } from '#settings/faults.ts';
import { loadSettings, type SettingsOutcome } from '#settings/load.ts';
import type { Loaded } from '../edges.ts';
import { type Names, unknownGroups, unknownInDemo } from '../groups.ts';
import { readInventory } from '../inventory.ts';
import { missingPaths } from '../missing-paths.ts';
import { checkPlugins } from '../plugin-check.ts';
import { readArguments } from './arguments.ts';
import { type CliCommand, exit } from './terminal.ts';

/** The inventory is part of the configuration: without it no order can be carried out. */
export const inInventory = (refusal: Refusal): Refusal => ({
  ...refusal,
  next: t('Correct it, or “inventory” in the configuration.', 'Corrigez-le, ou « inventory » dans la configuration.'),
});

/** What the configuration names and nobody has: groups, hosts, roles, plugins, their settings and permissions. */
const unknownNames = async (loaded: Loaded, inventory: Names): Promise<readonly SettingsFault[]> =>
  inReadingOrder([...unknownGroups(loaded, inventory), ...unknownInDemo(loaded), ...(await checkPlugins(loaded))]);

/** All that is wrong with a configuration; a faulty inventory is told by itself. */
export async function faultsOf(
  outcome: SettingsOutcome,
  inventory: Result<Names> | undefined,
): Promise<readonly SettingsFault[]> {
  if (!outcome.ok) return outcome.faults;
  const missing = await missingPaths(outcome);
  return inventory?.ok ? [...missing, ...(await unknownNames(outcome, inventory.value))] : missing;
}

/** `quarterdeck check`: says everything that is wrong with the configuration, and does nothing else. */
export const check: CliCommand = {
  usage: t('check [--config FILE] [--json]', 'check [--config FICHIER] [--json]'),
  about: t('Check the configuration; every fault at once', 'Vérifier la configuration ; toutes les fautes à la fois'),
  async run(args, terminal) {
    const { values } = readArguments(args, {});
    const outcome = await loadSettings({
      env: terminal.env,
      ...(values.config === undefined ? {} : { path: values.config }),
    });
    const inventory = outcome.ok ? await readInventory(outcome.settings) : undefined;
    const faults = await faultsOf(outcome, inventory);
    // One that is not there has its line in the configuration.
    const isTold = faults.some(({ path }) => path.startsWith('inventory'));
    if (inventory && !inventory.ok && !isTold) {
      if (faults.length > 0) terminal.error(describeFaults(faults, terminal.language));
      throw new Fault(inInventory(inventory.refusal));
    }
    const good = faults.length === 0;
    if (values.json) terminal.out(JSON.stringify(good ? { ok: true } : { ok: false, faults }));
    else if (outcome.ok && good)
      terminal.out(
        outcome.configured
          ? t('The configuration is good.', 'La configuration est bonne.')
          : t(
              'There is no configuration file; the defaults are good.',
              'Il n’y a pas de fichier de configuration ; les valeurs par défaut sont bonnes.',
            ),
      );
    else terminal.error(describeFaults(faults, terminal.language));
    return good ? exit.done : exit.failed;
  },
};
