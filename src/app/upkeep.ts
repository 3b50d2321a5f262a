import { setTimeout } from 'node:timers/promises';
import { iso } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Past, Store } from '#core/store.ts';
import { pruneRunLogs } from '#runs/run-log.ts';
import type { Settings } from '#settings/schema.ts';
import { sizeBytes } from '#settings/size.ts';
import { pruneFiles } from '#store/prune-files.ts';
import type { ClockTrust } from './clock-trust.ts';
import type { Undo } from './undo.ts';

/** What goes by, and from where. */
export interface UpkeepOptions {
  readonly store: Store;
  readonly clock: { now(): number };
  readonly files: string;
  readonly runLogs: string;
  keep(): Settings['keep'];
}

const everyMs = 3_600_000;
const batchSize = 100;
/** Between two batches everybody else is served. */
const restMs = 20;

async function inBatches(forget: Past['forgetRuns'], before: string, signal: AbortSignal): Promise<void> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    after = await forget({ before, after, limit: batchSize });
    await setTimeout(restMs, undefined, { signal });
  }
}

/** Forgets what is older than the settings say; rejects when the signal ends it before. */
export async function tidy({ store, clock, files, runLogs, keep }: UpkeepOptions, signal: AbortSignal): Promise<void> {
  const { days, files: size } = keep();
  const before = clock.now() - days * 86_400_000;
  const time = iso({ now: () => before });
  await inBatches(store.past.forgetRuns, time, signal);
  await inBatches(store.past.forgetOrders, time, signal);
  await pruneRunLogs(runLogs, store.runs, before);
  await pruneFiles({ folder: files, index: store.files, before, bytes: sizeBytes(size) ?? Number.POSITIVE_INFINITY });
}

/** Tidies now, in the background, and every hour, while the clock may be believed. */
export function keepTidy(options: UpkeepOptions & { readonly believes: ClockTrust }, log: Log, undo: Undo): void {
  const stopping = new AbortController();
  let underway = Promise.resolve();
  const begin = () => {
    underway = underway
      .then(async () => {
        const now = options.clock.now();
        if (options.believes(now)) await tidy(options, stopping.signal);
        else
          log.warn({ now: iso(options.clock) }, 'the clock is far ahead of what was last known: nothing is forgotten');
      })
      .catch((cause: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: cause }, 'what is old could not be forgotten');
      });
  };
  begin();
  const timer = setInterval(begin, everyMs);
  undo.add(() => {
    clearInterval(timer);
    stopping.abort();
    return underway;
  });
}
