import { silentLog } from '#core/log.ts';
import { startHarbour } from '#harbour/open.ts';

// A process that opens the harbour as the bot does, says so, and waits to be killed.
const folder = process.argv[2];
if (folder === undefined) process.exit(2);
await (await startHarbour({ folder, log: silentLog })).boot();
process.stdout.write('open\n');
setInterval(() => undefined, 1000);
