import { Fault, type Refusal } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';
import { readArguments } from './arguments.ts';
import { type CliCommand, exit, Usage } from './terminal.ts';

/** The inventory is part of the configuration: without it no order can be carried out. */
export const inInventory = (refusal: Refusal): Refusal => ({
  ...refusal,
  next: t('Correct it, or “inventory” in the configuration.', 'Corrigez-le, ou « inventory » dans la configuration.'),
});

/** `quarterdeck check`: says everything that is wrong with the configuration, and does nothing else. */
export const check: CliCommand = {
  usage: 'check [--config FILE] [--json]',
  about: 'Check the configuration; every fault at once',
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {});
    if (positionals.length > 0) throw new Usage('Name the file with --config: quarterdeck check --config FILE');
    const outcome = await loadSettings({
      env: terminal.env,
      ...(values.config === undefined ? {} : { path: values.config }),
    });
    const inventory = outcome.ok ? await loadInventory(outcome.settings.inventory) : undefined;
    if (inventory && !inventory.ok) throw new Fault(inInventory(inventory.refusal));
    if (values.json) terminal.out(JSON.stringify(outcome.ok ? { ok: true } : { ok: false, faults: outcome.faults }));
    else if (outcome.ok)
      terminal.out(
        outcome.configured ? 'The configuration is good.' : 'There is no configuration file; the defaults are good.',
      );
    else terminal.error(describeFaults(outcome.faults, terminal.language));
    return outcome.ok ? exit.done : exit.failed;
  },
};
