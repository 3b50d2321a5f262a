// The process of all the servers; ends with the one that started it and takes the folder with it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { keep } from '../lab/keep.mjs';
import { serveHost } from './server.mjs';

const { folder, hosts } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

await keep(folder, async () => {
  const hostKey = readFileSync(join(folder, 'host'));
  const userKey = ssh2.utils.parseKey(readFileSync(join(folder, 'user.pub')));
  let port = 0; // the first takes any that is free, the others the same on their own addresses
  for (const host of hosts) port = await serveHost({ ...host, port }, hostKey, userKey);
  return { port };
});
