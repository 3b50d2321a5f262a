import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Log } from '#core/log.ts';
import type { Executor } from '#runs/executor.ts';
import { type PulseLimits, usualPulse } from '#runs/port/pulse.ts';
import { remoteExecutor, workerDied } from '#runs/port/remote.ts';
import type { ExecutorSettings } from './executor-options.ts';
import { startedBy, wireTo } from './executor-wire.ts';

/** The process's heap limit: a run of a thousand hosts fits. */
const heapMb = 1024;

/** A process without work ends after this, with the connections it kept. */
const usualIdleMs = 5 * 60_000;

/** How long one that was told to end may take before it is killed. */
const endWithinMs = 10_000;

/** The same when the bot stops and calls are under way that did not hear their abort. */
const endNowWithinMs = 2_000;

interface Worker {
  readonly child: ChildProcess;
  readonly executor: Executor;
  readonly settings: string;
  /** Calls under way in it. */
  busy: number;
}

/** How long it lives, and what comes before each call. */
export interface SeparateOptions {
  readonly idleMs?: number;
  readonly pulse?: PulseLimits;
  /** Makes the settings what they are now. */
  readonly before?: () => Promise<void>;
}

/**
 * The executor in a process of its own (docs/decisions/0024): started on first use and again when it died, was idle for
 * `idleMs` or its settings changed. One that is not the present one any more finishes what it does, then ends.
 */
export function separateExecutor(
  settings: () => ExecutorSettings,
  log: Log,
  { idleMs = usualIdleMs, pulse = usualPulse, before = async () => {} }: SeparateOptions = {},
): Executor {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;
  const alive = new Set<Worker>();
  const ending = new Set<Promise<void>>();

  const start = (wanted: string): Worker => {
    const child = startProcess(wanted);
    const forget = (): void => {
      if (worker === made) worker = undefined;
    };
    // One that hears nothing cannot be asked to end.
    const end = (): void => {
      forget();
      child.kill('SIGKILL');
    };
    const executor = remoteExecutor(wireTo(child, log), { pulse, end });
    const made: Worker = { child, executor, settings: wanted, busy: 0 };
    alive.add(made);
    child
      .on('disconnect', forget)
      .on('exit', forget)
      .on('exit', () => alive.delete(made));
    tellDeath(made, log);
    return made;
  };

  const end = (old: Worker): void => {
    const ended = endWorker(old, log).finally(() => ending.delete(ended));
    ending.add(ended);
  };

  /** Whoever calls from now on gets another one. */
  const replace = (): void => {
    const old = worker;
    worker = undefined;
    if (old?.busy === 0) end(old);
  };

  const present = (): Worker => {
    if (closed) throw workerDied();
    clearTimeout(idle);
    const wanted = JSON.stringify(settings());
    if (worker && worker.settings !== wanted) replace();
    worker ??= start(wanted);
    return worker;
  };

  const rest = (used: Worker): void => {
    if (used.busy > 0) return;
    if (used !== worker) end(used);
    else idle = setTimeout(replace, idleMs).unref();
  };

  const during = async <T>(work: (executor: Executor) => Promise<T>): Promise<T> => {
    await before();
    const used = present();
    used.busy += 1;
    try {
      return await work(used.executor);
    } finally {
      used.busy -= 1;
      rest(used);
    }
  };

  return {
    plan: (job, signal) => during((executor) => executor.plan(job, signal)),
    apply: (job, events, control) => during((executor) => executor.apply(job, events, control)),
    facts: (hosts, signal) => during((executor) => executor.facts(hosts, signal)),
    async close() {
      clearTimeout(idle);
      closed = true;
      worker = undefined;
      for (const one of alive) end(one);
      await Promise.all(ending);
    },
  };
}

function startProcess(settings: string): ChildProcess {
  const entry = fileURLToPath(new URL('./executor-entry.mjs', import.meta.url));
  const child = fork(entry, [getCompileCacheDir() ?? ''], {
    execArgv: [`--max-old-space-size=${heapMb}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.send(startedBy(settings));
  return child;
}

/** A process that was not told to end says in the log how it died, with its last words. */
function tellDeath({ child }: Worker, log: Log): void {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  child.on('error', (cause) => log.error({ err: cause }, 'the process of the runs'));
  child.on('close', (code, signal) => {
    if (code !== 0) log.error({ code, signal, said }, 'the process of the runs died');
  });
}

async function endWorker({ child, executor, busy }: Worker, log: Log): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const limit = setTimeout(() => child.kill('SIGKILL'), busy > 0 ? endNowWithinMs : endWithinMs);
  await executor.close().catch((cause: unknown) => log.warn({ err: cause }, 'the process of the runs did not close'));
  await gone.catch((cause: unknown) => log.warn({ err: cause }, 'the process of the runs'));
  clearTimeout(limit);
}
