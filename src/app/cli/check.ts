import { t } from '#core/text.ts';
import { describeFaults } from '#settings/faults.ts';
import { allFaults } from './all-faults.ts';
import { loadFor, readArguments } from './arguments.ts';
import { type CliCommand, exit } from './terminal.ts';

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
    const faults = await allFaults(outcome, terminal.env);
    const isGood = outcome.ok && faults.length === 0;
    if (values.json) terminal.out(JSON.stringify(isGood ? { ok: true } : { ok: false, faults }));
    else if (isGood) terminal.out(outcome.configured ? good : none);
    else terminal.error(describeFaults(faults, terminal.language));
    return isGood ? exit.done : exit.failed;
  },
};
