// The process that holds the servers of the lab: it lives as long as the program that started it, however that ends, and
// takes the servers, their sessions and the folder with it.
import { rmSync } from 'node:fs';
import { descendants } from '../../process.mjs';
import { closeAccountsOf, openAccount } from '../cost/account.mjs';
import { startDelay } from './delay.mjs';
import { startSshd } from './sshd.mjs';

const { folder, hosts, roundTripMs } = JSON.parse(process.argv[2]);

/** The one who asked for the lab: when it was killed, what it measured goes too. */
const asked = process.ppid;

// Whatever the hosts do is counted together, and ends together.
const account = openAccount();

const endOf = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

function end() {
  for (const pid of descendants(process.pid)) endOf(pid);
  account?.close();
  closeAccountsOf(asked);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.exit();
}

// A signal of the terminal reaches the whole group: the one who asked for the lab decides when it is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.once('disconnect', end);
try {
  for (const host of hosts) {
    await startSshd({ folder, ...host, port: host.listenPort }, account);
    if (roundTripMs > 0) await startDelay(host.port, host.listenPort, roundTripMs);
  }
  process.send({ group: account?.group });
} catch (fault) {
  process.send({ fault: String(fault) }, end);
}
