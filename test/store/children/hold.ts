import './leave-with-parent.ts';
import { holdDataFolder } from '#store/sqlite/hold.ts';

/** Holds the data folder until it is killed, or says by which code it was refused. */
try {
  await holdDataFolder(process.argv[2] ?? '');
  process.stdout.write('held\n');
  setInterval(() => {}, 1_000);
} catch (error) {
  process.stdout.write(`${error instanceof Error && 'code' in error ? error.code : error}\n`);
}
