import './leave-with-parent.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { fact } from '#test/store/samples.ts';

/** Opens the store, appends one audit entry, and ends. */
const store = await openSqliteStore({ path: process.argv[2] ?? '', clock: systemClock });
await store.audit.append(fact('opened'));
await store.close();
process.stdout.write('done\n');
