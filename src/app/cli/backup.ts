import { existsSync } from 'node:fs';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { placeFor, readArguments } from './arguments.ts';
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
  usage: t('backup FILE', 'backup FICHIER'),
  about: t(
    'Copy the bot’s store to a file, while it runs',
    'Copier la base du bot dans un fichier, pendant qu’il tourne',
  ),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {}, 1);
    const [path] = positionals;
    if (path === undefined) throw new Usage(t('Name one file.', 'Nommez un fichier.'));
    if (existsSync(path)) throw exists(path);
    const { data } = await placeFor(values.config, terminal);
    await withStore(data, (store) => store.copyTo(path));
    terminal.out(t(`The store is copied to ${path}.`, `La base est copiée dans ${path}.`));
    return exit.done;
  },
};
