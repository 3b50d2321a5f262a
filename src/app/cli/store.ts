import { existsSync } from 'node:fs';
import { openAnchor } from '#audit/anchor.ts';
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

/** Works on the store beside a running bot or without one: every write is one transaction, so both are safe. An audit that was cut gets no entry here either. */
export async function withStore<T>(data: string, work: (store: Store) => Promise<T>): Promise<T> {
  const { store: path, anchor } = pathsIn(data);
  if (!existsSync(path)) throw noStore(data);
  // A note that cannot be read is told by the bot and by `audit verify`: nothing here needs it to read the store.
  const noted = await openAnchor(anchor).catch(() => undefined);
  const store = await openSqliteStore({ path, clock: systemClock, auditNoted: noted?.newest() });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
