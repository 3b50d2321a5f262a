import { getCompileCacheDir } from 'node:module';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Log } from '#core/log.ts';
import type { Executor } from '#runs/executor.ts';
import { remoteExecutor } from '#runs/port/remote.ts';
import type { ExecutorSettings } from './executor-options.ts';
import { writeCarried } from './thread-log.ts';

/** The worker's heap limit: a run of a thousand hosts fits. */
const heapMb = 1024;

interface Thread {
  readonly worker: Worker;
  readonly executor: Executor;
  readonly settings: string;
}

/** The executor in a worker thread: started on first use, started again when it died or its settings changed. */
export function threadedExecutor(settings: () => ExecutorSettings, log: Log): Executor {
  let thread: Thread | undefined;
  let busy = 0;

  const start = (wanted: string): Thread => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(new URL('./executor-entry.mjs', import.meta.url), {
      workerData: { settings: JSON.parse(wanted), port: port2, cache: getCompileCacheDir() },
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    const made: Thread = { worker, executor: remoteExecutor(port1), settings: wanted };
    worker.on('message', (record) => writeCarried(log, record));
    worker.on('error', (cause) => log.error({ err: cause }, 'the thread of the runs died'));
    worker.on('exit', () => {
      if (thread === made) thread = undefined;
    });
    return made;
  };

  // A thread with old settings is left to finish what it does; a new one takes the next call.
  const present = (): Executor => {
    const wanted = JSON.stringify(settings());
    if (thread && thread.settings !== wanted) {
      const old = thread;
      thread = undefined;
      if (busy === 0) void end(old);
    }
    thread ??= start(wanted);
    return thread.executor;
  };

  const during = async <T>(work: (executor: Executor) => Promise<T>): Promise<T> => {
    const executor = present();
    const mine = thread;
    busy += 1;
    try {
      return await work(executor);
    } finally {
      busy -= 1;
      if (mine && mine !== thread && busy === 0) void end(mine);
    }
  };

  const end = async (old: Thread) => {
    await old.executor
      .close()
      .catch((cause: unknown) => log.warn({ err: cause }, 'the thread of the runs did not close'));
    await old.worker.terminate();
  };

  return {
    plan: (job, signal) => during((executor) => executor.plan(job, signal)),
    apply: (job, events, control) => during((executor) => executor.apply(job, events, control)),
    facts: (hosts, signal) => during((executor) => executor.facts(hosts, signal)),
    async close() {
      if (thread) await end(thread);
    },
  };
}
