import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { withMark } from './processes.ts';
import { createPump } from './pump.ts';
import type { ServedHost } from './server.ts';

/** After a command's end its last output may still be in the pipe; what a child of it keeps open is not waited for. */
const quietMs = 200;

/** Runs a command of the host in a real shell, its streams on the channel. */
export function runCommand(channel: ServerChannel, command: string, host: ServedHost): void {
  const [shell, words] = withMark(host.mark, ['/bin/sh', '-c', command]);
  const child = spawn(shell, words, { cwd: host.home, env: host.environment, detached: true });
  const streams = [channel, channel.stderr, child.stdin, child.stdout, child.stderr];
  for (const stream of streams) stream.on('error', () => undefined);
  channel.pipe(child.stdin);
  const pump = createPump(channel);
  pump.carry(child.stdout, channel);
  pump.carry(child.stderr, channel.stderr);
  const closed = new Promise<boolean>((resolve) => child.once('close', () => resolve(true)));

  const leave = async (code: number | null, signal: NodeJS.Signals | null): Promise<void> => {
    while (!(await Promise.race([closed, sleep(quietMs, false)])) && pump.busyWithin(quietMs));
    await pump.flushed();
    if (code !== null) channel.exit(code);
    else channel.exit(signal?.replace('SIG', '') ?? 'KILL', false, '');
    channel.end();
  };
  child.once('error', () => leave(127, null));
  child.once('exit', leave);
  // The connection went away: as on any host, the command goes on, but nobody listens to it.
  channel.once('close', () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  });
}
