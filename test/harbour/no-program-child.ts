import { unlinkSync } from 'node:fs';
import { refusalOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { startHarbour } from '#harbour/open.ts';

// A process whose own program is gone, so that it can start no other: it says what comes of opening the harbour.
const [, , folder = ''] = process.argv;
unlinkSync(process.execPath);
const harbour = await startHarbour({ folder, log: silentLog });
await harbour.served.catch((thrown: unknown) => process.stdout.write(`${refusalOf(thrown)?.code}\n`));
await harbour.stop();
process.stdout.write('stopped\n');
