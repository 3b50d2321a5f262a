import { setTimeout as sleep } from 'node:timers/promises';
import type { Redactor } from '#audit/redact.ts';
import type { Log } from '#core/log.ts';
import type { RunEvent, Step } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { redactEvent } from './execute/redaction.ts';
import type { ExecutionEvent } from './executor.ts';
import type { RunLog } from './run-log.ts';
import { eventLines } from './text.ts';

/** Stores what a run does, as it happens, and tells it after. */
export interface Progress {
  push(event: ExecutionEvent): void;
  /** Everything pushed so far is on disk; never rejects, waits as long as the store is in trouble. */
  drain(): Promise<void>;
}

export interface ProgressOptions {
  readonly runId: number;
  readonly store: Store;
  readonly redactor: Redactor;
  readonly runLog: RunLog;
  readonly log: Log;
  tell(event: RunEvent): void;
  /** Steps could not be stored for a while: what cannot be recorded must not go on. */
  trouble(cause: unknown): void;
}

const retryMs = 250;
const troubleMs = 5_000;

/** Many steps that end together are one transaction. */
export function createProgress(options: ProgressOptions): Progress {
  let waiting: ExecutionEvent[] = [];
  let flushing: Promise<void> | undefined;

  const loop = async (): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.map((event) => redactEvent(event, options.redactor.text));
      waiting = [];
      await storeSteps(batch, options);
      await options.runLog
        .append(batch.flatMap((event) => eventLines(event, { diff: true })))
        .catch((err: unknown) => options.log.warn({ err, run: options.runId }, 'the log of a run cannot be written'));
      for (const event of batch) tell(event, options);
    }
  };

  const start = (): Promise<void> => {
    flushing ??= loop().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };

  return {
    push(event) {
      waiting.push(event);
      void start();
    },
    async drain() {
      while (waiting.length > 0 || flushing) await start();
    },
  };
}

async function storeSteps(batch: readonly ExecutionEvent[], options: ProgressOptions): Promise<void> {
  const steps = new Map<string, Step>();
  for (const event of batch) {
    if (event.kind !== 'step') continue;
    steps.set(`${event.step.host} ${event.step.id}`, { ...event.step, runId: options.runId });
  }
  if (steps.size === 0) return;
  let cause: unknown;
  // However long each try takes, and whatever the clock of the machine does.
  const late = setTimeout(() => options.trouble(cause), troubleMs).unref();
  for (let stored = false; !stored; ) {
    try {
      await options.store.transaction(async ({ runs }) => {
        for (const step of steps.values()) await runs.putStep(step);
      });
      stored = true;
    } catch (err) {
      cause = err;
      options.log.error({ err, run: options.runId }, 'the steps of a run cannot be stored');
      await sleep(retryMs, undefined, { ref: false }); // a bot that stops does not live on for it
    }
  }
  clearTimeout(late);
}

function tell(event: ExecutionEvent, { runId, tell: say }: ProgressOptions): void {
  if (event.kind === 'step') say({ kind: 'step', step: { ...event.step, runId } });
}
