import { existsSync } from 'node:fs';
import { systemClock } from '#core/clock.ts';
import { Fault } from '#core/errors.ts';
import type { Store } from '#core/store.ts';
import { t } from '#core/text.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { pathsIn } from '../paths.ts';

const noStore = (data: string): Fault =>
  new Fault({
    code: 'cli.no_store',
    say: t(`There is no store in the data folder ${data}.`, `Il n’y a pas de base dans le dossier de données ${data}.`),
    next: t(
      'Start the bot once, or name its folder with QUARTERDECK_DATA.',
      'Démarrez le bot une fois, ou nommez son dossier avec QUARTERDECK_DATA.',
    ),
  });

/** Works on the store beside a running bot or without one: every write is one transaction, so both are safe. */
export async function withStore<T>(data: string, work: (store: Store) => Promise<T>): Promise<T> {
  const { store: path } = pathsIn(data);
  if (!existsSync(path)) throw noStore(data);
  const store = await openSqliteStore({ path, clock: systemClock });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
