import { existsSync } from 'node:fs';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, Usage } from './terminal.ts';

const exists = (path: string): Fault =>
  new Fault({
    code: 'backup.exists',
    say: t(`${path} is there already.`, `${path} existe déjà.`),
    next: t('Name a new file.', 'Nommez un nouveau fichier.'),
  });

/** `quarterdeck backup`: copies the store to a file while the bot runs. */
export const backup: CliCommand = {
  usage: 'backup FILE',
  about: 'Copy the bot’s store to a file, while it runs',
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {});
    const [path] = positionals;
    if (path === undefined || positionals.length > 1)
      throw new Usage('Name one file: quarterdeck backup /backups/quarterdeck.db');
    if (existsSync(path)) throw exists(path);
    const { settings } = await settingsFor(values.config, terminal);
    await withStore(settings.data, (store) => store.copyTo(path));
    terminal.out(`The store is copied to ${path}.`);
    return exit.done;
  },
};
