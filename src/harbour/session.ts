import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import type { ServedHost } from './server.ts';

/** After a command's end its last output may still be in the pipe; what a child of it keeps open is not waited for. */
const lastOutputMs = 200;

/** Runs a command of the host in a real shell, its streams on the channel. */
export function runCommand(channel: ServerChannel, command: string, host: ServedHost): void {
  const child = spawn('/bin/sh', ['-c', command], { cwd: host.home, env: host.environment, detached: true });
  for (const stream of [channel, channel.stderr, child.stdin, child.stdout, child.stderr])
    stream.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  const drained = new Promise((resolve) => child.once('close', resolve));

  child.once('error', () => finish(channel, 127, null));
  child.once('exit', (code, signal) => {
    Promise.race([drained, sleep(lastOutputMs)]).then(() => finish(channel, code, signal));
  });
  // The connection went away: as on any host, the command goes on, but nobody listens to it.
  channel.once('close', () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  });
}

function finish(channel: ServerChannel, code: number | null, signal: NodeJS.Signals | null): void {
  if (channel.destroyed) return;
  if (code !== null) channel.exit(code);
  else channel.exit(signal?.replace('SIG', '') ?? 'KILL', false, '');
  channel.end();
}
