import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What marks a process as one of the fleet's. */
export const markOf = (mark: string): NodeJS.ProcessEnv => ({ QUARTERDECK_HARBOUR: mark });

/** The processes that carry the mark, this one excepted. Without `/proc` nobody can tell, and none is found. */
export function marked(mark: string): readonly number[] {
  const needle = `QUARTERDECK_HARBOUR=${mark}`;
  return pids().filter((pid) => pid !== process.pid && environmentOf(pid).includes(needle));
}

const pids = (): readonly number[] => {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
};

const environmentOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // gone meanwhile, or somebody else's
  }
};

/** Ends every marked process: a second of TERM, then KILL. True when none is left. */
export async function endMarked(mark: string): Promise<boolean> {
  for (let tries = 0; tries < 60; tries += 1) {
    const found = marked(mark);
    if (found.length === 0) return true;
    if (tries === 0 || tries >= 20) for (const pid of found) signal(pid, tries === 0 ? 'SIGTERM' : 'SIGKILL');
    await sleep(50);
  }
  return false;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
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
    const child = spawn('/bin/sh', [join(import.meta.dirname, 'guardian.sh'), mark], {
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
