// One SSH server inside this process, on an address of its own; its commands run in real shells.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import ssh2 from 'ssh2';

const ignore = () => undefined;

function serveCommand(channel, command, home) {
  const shell = spawn('/bin/sh', ['-c', command], { cwd: home, env: { HOME: home, PATH: process.env.PATH } });
  for (const stream of [channel, channel.stderr, shell.stdin, shell.stdout]) stream.on('error', ignore);
  channel.pipe(shell.stdin);
  shell.stdout.pipe(channel, { end: false });
  shell.stderr.pipe(channel.stderr, { end: false });
  shell.once('error', ignore); // it closes all the same
  shell.once('close', (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
  channel.once('close', () => shell.stdin.destroy());
}

/** Listens; `userKey` (parsed) is the one that may log in. */
export async function serveHost({ address, port, home }, hostKey, userKey) {
  const wanted = userKey.getPublicSSH();
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', ignore);
    client.on('authentication', (context) => {
      const known = context.method === 'publickey' && wanted.equals(context.key.data);
      const signed = known && (!context.signature || userKey.verify(context.blob, context.signature, context.hashAlgo));
      if (signed === true) context.accept();
      else context.reject(['publickey']);
    });
    client.on('session', (accept) => {
      accept().on('exec', (take, _refuse, { command }) => serveCommand(take(), command, home));
    });
  });
  // ssh2's own listener would leave Nagle's delay on.
  const listener = net.createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
  listener.listen(port, address);
  await once(listener, 'listening');
  return listener.address().port;
}
