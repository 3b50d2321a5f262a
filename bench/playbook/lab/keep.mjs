// What the processes that keep servers have in common.
import { rmSync } from 'node:fs';
import { closeAccountsOf } from '../cost/account.mjs';

/**
 * Opens servers and says what `open` gives; keeps them as long as the program that asked for them lives, however that
 * ends. Then `end` is called, and the folder and what was measured go too.
 */
export async function keep(folder, open, end = () => undefined) {
  const asked = process.ppid;
  const leave = () => {
    end();
    closeAccountsOf(asked);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    process.exit();
  };
  // A signal of the terminal reaches the whole group: the one who asked decides when it is over.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  process.once('disconnect', leave);
  try {
    process.send(await open());
  } catch (fault) {
    process.send({ fault: String(fault) }, leave);
  }
}
