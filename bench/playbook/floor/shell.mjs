// ssh2, well used: no delay of small packets, the one way to log in that works, one shell for everything.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { Client } from 'ssh2';

const connectsWithinMs = 60_000;

async function connect({ port }, { user, key, knownHosts }) {
  const vouched = readFileSync(knownHosts, 'utf8');
  const client = new Client();
  const ready = once(client, 'ready');
  client.connect({
    sock: net.connect({ host: '127.0.0.1', port, noDelay: true }),
    username: user,
    readyTimeout: connectsWithinMs,
    authHandler: [{ type: 'publickey', username: user, key: readFileSync(key) }],
    hostVerifier: (offered) => vouched.includes(`:${port} ssh-ed25519 ${offered.toString('base64')}`),
  });
  await ready;
  return client;
}

/** One POSIX shell on a connection of its own: `run(script)` resolves with what it printed, after one round trip. */
export async function openShell(host, lab) {
  const client = await connect(host, lab);
  const channel = await new Promise((resolve, reject) =>
    client.exec('exec /bin/sh', (fault, opened) => (fault ? reject(fault) : resolve(opened))),
  );
  let said = '';
  let told = () => undefined;
  channel.setEncoding('utf8').on('data', (chunk) => {
    said += chunk;
    if (said.endsWith('=end\n')) told();
  });
  channel.stderr.resume();
  return {
    async run(script) {
      said = '';
      const over = new Promise((resolve) => {
        told = resolve;
      });
      channel.write(`${script}\necho =end\n`);
      await over;
      return said;
    },
    async close() {
      const closed = once(client, 'close');
      client.end();
      await closed;
    },
  };
}
