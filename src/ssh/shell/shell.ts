import type { Fault } from '#core/errors.ts';
import type { Shell, ShellOptions, ShellResult, SshTarget } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import type { Pool, Worker } from './pool.ts';
import { runScript, type ScriptRun, ShellGone } from './remote-shell.ts';
import { stopScript } from './stop.ts';

export interface ShellParts {
  readonly at: SshTarget;
  readonly pool: Pool;
  readonly user: string | undefined;
  /** Aborted, with the fault, when the connection is gone; `loss` says why. */
  readonly lost: AbortSignal;
  loss(): faults.Loss;
}

/** A shell whose scripts run one after the other, each in whichever remote shell of the pool is free. */
export function createShell(parts: ShellParts): Shell {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (script, options) => {
      const turn = last.then(() => runOne(parts, script, options));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function runOne(parts: ShellParts, script: string, options: ShellOptions): Promise<ShellResult> {
  const { at, pool, lost } = parts;
  throwIfLost(parts);
  if (options.signal.aborted) throw faults.cancelled(at);
  const worker = await takeWorker(parts, AbortSignal.any([options.signal, lost]));
  const run = startScript(pool, worker, script, options);
  const alarm = createAlarm(parts, options);
  try {
    const end = await Promise.race([run.ended, alarm.rung]);
    pool.give(worker, end.leftovers ? 'retire' : 'reuse');
    return end.result;
  } catch (reason) {
    throw await settle(parts, worker, run, reason);
  } finally {
    alarm.clear();
  }
}

/** A remote shell of the pool; when the connection is gone meanwhile, that is what is said, whatever broke because of it. */
export async function takeWorker(
  parts: Omit<ShellParts, 'user'> & { readonly user?: string | undefined },
  signal: AbortSignal,
): Promise<Worker> {
  const worker = await parts.pool.take(parts.user, signal).catch((problem: unknown) => {
    throwIfLost(parts);
    throw problem;
  });
  throwIfLost(parts);
  return worker;
}

/** Starts the script; a text that cannot be sent gives the shell back unharmed. */
function startScript(pool: Pool, worker: Worker, script: string, options: ShellOptions): ScriptRun {
  try {
    return runScript(worker.channel, script, options);
  } catch (refused) {
    pool.give(worker, 'reuse');
    throw refused;
  }
}

function throwIfLost({ at, lost, loss }: Pick<ShellParts, 'at' | 'lost' | 'loss'>): void {
  if (lost.aborted) throw faults.lost(at, false, loss());
}

/** Rejects at the first of: the connection lost, the caller's abort, the time limit. */
function createAlarm({ at, lost, loss }: ShellParts, options: ShellOptions): { rung: Promise<never>; clear(): void } {
  const { promise: rung, reject } = Promise.withResolvers<never>();
  rung.catch(() => undefined);
  const onLost = (): void => reject(faults.lost(at, true, loss()));
  const onAbort = (): void => reject(faults.cancelled(at));
  const timer = setTimeout(
    () => reject(faults.timedOut(at, options.timeoutMs)),
    Math.min(options.timeoutMs, 2 ** 31 - 1),
  );
  lost.addEventListener('abort', onLost, { once: true });
  options.signal.addEventListener('abort', onAbort, { once: true });
  const clear = (): void => {
    clearTimeout(timer);
    lost.removeEventListener('abort', onLost);
    options.signal.removeEventListener('abort', onAbort);
  };
  return { rung, clear };
}

/** After a script did not end by itself: stops what can be stopped, and says what is known. */
async function settle(parts: ShellParts, worker: Worker, run: ScriptRun, reason: unknown): Promise<unknown> {
  const { at, pool, user, lost, loss } = parts;
  if (reason instanceof ShellGone) {
    pool.give(worker, 'close');
    if (lost.aborted) return faults.lost(at, true, loss());
    return faults.lost(at, reason.began, reason.strange ? faults.losses.strange : faults.losses.shell);
  }
  const fault = reason as Fault; // the alarm rejects with nothing else
  if (fault.code === 'ssh.lost') {
    pool.give(worker, 'close');
    return fault;
  }
  const stopped = await stopScript(run, pool.open, user);
  pool.give(worker, stopped ? 'reuse' : 'close');
  if (stopped) return fault;
  return faults.lost(at, true, faults.losses.stuck);
}
