import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, ChannelRefused, type OpenChannel } from './channel.ts';
import type { ScriptRun } from './remote-shell.ts';
import { stillThere } from './script.ts';

/** How long a script may take to begin, and the whole of a kill to be opened and to end. */
const limits = { beginMs: 3000, killMs: 9000, lastMs: 1000 } as const;

/**
 * Ends a script and its whole process group from a second channel: TERM, two seconds, KILL. True when its end was seen;
 * false when nobody can say, and the remote shell must not be used again.
 */
export async function stopScript(run: ScriptRun, open: OpenChannel, user: string | undefined): Promise<boolean> {
  const pid = await within(limits.beginMs, run.begun);
  if (pid === undefined) return false;
  if (!(await killGroup(open, user, pid))) return false;
  return (await within(limits.lastMs, run.ended)) !== undefined;
}

/** The promise's value, or undefined when it is late or rejects. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal, ref: true }).catch(() => undefined);
  try {
    return await Promise.race([promise.catch(() => undefined), late]);
  } finally {
    timer.abort();
  }
}

/** Kills a process group on the host, patiently first; where there are no groups, the process. True when that was done. */
async function killGroup(open: OpenChannel, user: string | undefined, pid: number): Promise<boolean> {
  const command = `${user === undefined ? 'exec' : `exec sudo -n -u ${user} --`} sh -c '${killScript(pid)}'`;
  const deadline = Date.now() + limits.killMs;
  const channel = await within(limits.killMs, openPatiently(open, command, deadline));
  if (!channel) return false;
  for (const stream of [channel.stdout, channel.stderr]) stream.resume();
  const end = await within(Math.max(1, deadline - Date.now()), channel.ended);
  channel.close();
  return end !== undefined && !end.lost;
}

/** Free of single quotes and newlines, so that any login shell passes it on. Two seconds of TERM, then KILL. */
const killScript = (pid: number): string =>
  `exec 2>/dev/null; ${stillThere}; g=-${pid}; kill -TERM $g || { g=${pid}; kill -TERM $g; }; n=0; ` +
  `while qd_there ${pid}; do n=$((n+1)); [ $n = 20 ] && kill -KILL $g; [ $n = 30 ] && exit; sleep 0.1 || sleep 1; done`;

/** Opens a channel, waiting while the host allows no more. */
async function openPatiently(open: OpenChannel, command: string, deadline: number): Promise<Channel> {
  for (;;) {
    try {
      return await open(command);
    } catch (refusal) {
      if (!(refusal instanceof ChannelRefused) || Date.now() > deadline) throw refusal;
      await sleep(200);
    }
  }
}
