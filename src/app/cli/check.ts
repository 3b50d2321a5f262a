import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';
import { readArguments } from './arguments.ts';
import { type CliCommand, exit } from './terminal.ts';

/** `quarterdeck check`: says everything that is wrong with the configuration, and does nothing else. */
export const check: CliCommand = {
  usage: 'check [--config FILE] [--json]',
  about: 'Check the configuration; every fault at once',
  async run(args, terminal) {
    const { values } = readArguments(args, {});
    const outcome = await loadSettings({
      env: terminal.env,
      ...(values.config === undefined ? {} : { path: values.config }),
    });
    if (values.json) terminal.out(JSON.stringify(outcome.ok ? { ok: true } : { ok: false, faults: outcome.faults }));
    else if (outcome.ok)
      terminal.out(
        outcome.configured ? 'The configuration is good.' : 'There is no configuration file; the defaults are good.',
      );
    else terminal.error(describeFaults(outcome.faults, terminal.language));
    return outcome.ok ? exit.done : exit.failed;
  },
};
