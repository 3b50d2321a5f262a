import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What marks a process as one of the fleet's. */
export const markOf = (mark: string): NodeJS.ProcessEnv => ({ QUARTERDECK_HARBOUR: mark });

/**
 * The second mark, for those whose environment was made anew (`sudo`, `env -i`): how many file locks a process may hold, which
 * every child inherits, whoever it becomes. The kernel has not counted them since Linux 2.4; nobody else has this number.
 */
const locksOf = (mark: string): number => Number.parseInt(mark.slice(0, 12), 16);

/** A program and its words, begun with the second mark where this machine's `sh` can give it. */
export const withMark = (mark: string, words: readonly string[]): readonly [string, readonly string[]] => {
  const limit = locksOf(mark);
  const script = `ulimit -w ${limit} 2>/dev/null || ulimit -x ${limit} 2>/dev/null; exec "$@"`;
  return ['/bin/sh', ['-c', script, 'sh', ...words]];
};

/** The processes that carry a mark, this one excepted. Without `/proc` nobody can tell, and none is found. */
export function marked(mark: string): readonly number[] {
  const needle = `QUARTERDECK_HARBOUR=${mark}`;
  const limit = locksOf(mark);
  const limits = new RegExp(`^Max file locks +${limit} +${limit} `, 'm');
  const isMarked = (pid: number) => contentOf(pid, 'environ').includes(needle) || limits.test(contentOf(pid, 'limits'));
  return pids().filter((pid) => pid !== process.pid && isMarked(pid) && !isOver(pid));
}

/** Ended, and only not yet taken note of by its parent. */
const isOver = (pid: number): boolean => /^State:\s+[ZX]/m.test(contentOf(pid, 'status'));

const pids = (): readonly number[] => {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
};

const contentOf = (pid: number, file: 'environ' | 'limits' | 'status'): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return ''; // gone meanwhile, or somebody else's
  }
};

/** Ends every marked process: a second of TERM, then KILL. True when none is left. */
export async function endMarked(mark: string): Promise<boolean> {
  for (let tries = 0; tries < 60; tries += 1) {
    const found = marked(mark);
    if (found.length === 0) return true;
    if (tries === 0 || tries >= 20) for (const pid of found) signal(pid, tries === 0 ? 'TERM' : 'KILL');
    await sleep(50);
  }
  return false;
}

function signal(pid: number, name: 'TERM' | 'KILL'): void {
  try {
    process.kill(pid, `SIG${name}`);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EPERM') signalAsOwner(pid, name);
    // Else it has ended by itself.
  }
}

/** What became another account by `sudo` is ended the same way. */
function signalAsOwner(pid: number, name: 'TERM' | 'KILL'): void {
  const owner = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  if (owner === undefined) return;
  const words = ['-n', '-u', `#${owner}`, '--', 'sh', '-c', `kill -${name} ${pid}`];
  spawn('sudo', words, { stdio: 'ignore' }).on('error', () => undefined);
}

const againMs = 1_000;

/**
 * Starts the guardian: a small shell outside every process group of ours, which ends the fleet when this process dies in
 * a way that leaves it no time. It is started again when it is killed itself.
 */
export function keepGuardian(mark: string): { stop(): Promise<void> } {
  let stopping = false;
  let guardian: ChildProcess;
  const start = (): ChildProcess => {
    const child = spawn('/bin/sh', [join(import.meta.dirname, 'guardian.sh'), mark, String(locksOf(mark))], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    });
    child.stdin?.on('error', () => undefined);
    child.once('exit', () => {
      if (!stopping) guardian = start();
    });
    // It could not begin: the machine has no process or no file to give.
    child.once('error', () => {
      setTimeout(() => {
        if (!stopping) guardian = start();
      }, againMs).unref();
    });
    return child;
  };
  guardian = start();
  return {
    stop: async () => {
      stopping = true;
      if (guardian.pid === undefined) return;
      const ended = new Promise((resolve) => guardian.once('exit', resolve));
      guardian.stdin?.end();
      await ended;
    },
  };
}
