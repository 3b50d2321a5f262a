// The process of all the servers; ends with the one that started it and takes the folder with it.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { closeAccountsOf } from '../cost/account.mjs';
import { serveHost } from './server.mjs';

const { folder, hosts } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

/** The one who asked for the servers: when it was killed, what it measured goes too. */
const asked = process.ppid;

function end() {
  closeAccountsOf(asked);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.exit();
}

// A signal of the terminal reaches the whole group: the one who asked for the servers decides when they are over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.once('disconnect', end);
try {
  const hostKey = readFileSync(join(folder, 'host'));
  const userKey = ssh2.utils.parseKey(readFileSync(join(folder, 'user.pub')));
  let port = 0; // the first takes any that is free, the others the same on their own addresses
  for (const host of hosts) port = await serveHost({ ...host, port }, hostKey, userKey);
  process.send({ port });
} catch (fault) {
  process.send({ fault: String(fault) }, end);
}
