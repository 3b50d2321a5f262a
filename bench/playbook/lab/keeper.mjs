// The process that holds the servers of the lab: they, their sessions and the folder end with the program that started it.
import { descendants } from '../../process.mjs';
import { openAccount } from '../cost/account.mjs';
import { startDelay } from './delay.mjs';
import { keep } from './keep.mjs';
import { startSshd } from './sshd.mjs';

const { folder, hosts, roundTripMs } = JSON.parse(process.argv[2]);

// Whatever the hosts do is counted together, and ends together.
const account = openAccount();

const endOf = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

async function open() {
  for (const host of hosts) {
    await startSshd({ folder, ...host, port: host.listenPort }, account);
    if (roundTripMs > 0) await startDelay(host.port, host.listenPort, roundTripMs);
  }
  return { group: account?.group };
}

await keep(folder, open, () => {
  for (const pid of descendants(process.pid)) endOf(pid);
  account?.close();
});
