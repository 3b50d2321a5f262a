import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ChartRequest, Charts } from '#core/charts.ts';
import { Fault } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { t } from '#core/text.ts';
import { look } from './look.ts';
import type { Begun, Drawing, Drawn, Pictures } from './worker.ts';

export interface ChartsOptions {
  readonly log: Log;
  /** The worker ends after this long without work. Default 60. */
  readonly idleSeconds?: number;
  /** The longest one chart may take. Default 15: the first one loads the renderer. */
  readonly seconds?: number;
}

const mostWaiting = 50;
const memoryMb = 192;

interface Job extends Drawing {
  /** A worker has it in hand. */
  begun: boolean;
  /** It was given to a worker that was dead already, and is given to another: once. */
  again: boolean;
  done(outcome: Drawn | Fault): void;
}

/**
 * Draws charts in a worker process that is started for the first one and ended when idle: the renderer weighs more than
 * the rest of the bot and is native code. A thread would keep its memory in the bot for ever, and take the bot along
 * when it crashes. One chart at a time; a chart that fails, hangs or is not wanted any more harms no other.
 */
export function createCharts({ log, idleSeconds = 60, seconds = 15 }: ChartsOptions): Charts {
  const waiting: Job[] = [];
  let worker: ChildProcess | undefined;
  let current: Job | undefined;
  let idle: NodeJS.Timeout | undefined;
  let limit: NodeJS.Timeout | undefined;
  let next = 1;
  let stopped = false;

  const dismiss = (): void => {
    clearTimeout(idle);
    clearTimeout(limit);
    const dismissed = worker;
    worker = undefined;
    dismissed?.removeAllListeners();
    // A worker that fails while it ends has nothing more to tell.
    dismissed?.on('error', () => {});
    dismissed?.kill('SIGKILL');
  };

  const finish = (outcome: Drawn | Fault) => {
    clearTimeout(limit);
    const job = current;
    current = undefined;
    job?.done(outcome);
    advance();
  };

  /** The worker is of no use any more: whoever waits next gets another. */
  const fall = (fault: Fault) => {
    dismiss();
    finish(fault);
  };

  /** The worker died at rest, before it took this one up: nothing of it was drawn. */
  const giveToAnother = (job: Job): void => {
    dismiss();
    job.again = true;
    current = undefined;
    waiting.unshift(job);
    advance();
  };

  const advance = () => {
    if (current || stopped) return;
    current = waiting.shift();
    if (!current) return rest();
    clearTimeout(idle);
    worker ??= start();
    hold(worker, true);
    limit = setTimeout(() => fall(tooSlow(seconds)), seconds * 1000);
    const { id, request, now } = current;
    worker.send({ id, request, now } satisfies Drawing);
  };

  const rest = () => {
    if (worker) hold(worker, false);
    idle = setTimeout(dismiss, idleSeconds * 1000).unref();
  };

  const start = (): ChildProcess => {
    const fresh = startWorker();
    fresh.on('message', (said: Begun | Drawn) => {
      if ('begun' in said) {
        if (current?.id === said.begun) current.begun = true;
      } else if (said.id === current?.id) finish(said);
    });
    const lost = (cause: unknown) => {
      if (worker !== fresh) return;
      if (current && !current.begun && !current.again) return giveToAnother(current);
      fall(failed(cause));
    };
    fresh.on('error', lost); // a worker that died may still be written to before its end is told
    fresh.on('exit', (code, signal) => lost(new Error(`the chart worker ended: ${signal ?? code}`)));
    return fresh;
  };

  const draw = (request: ChartRequest, signal: AbortSignal): Promise<Pictures> =>
    new Promise((resolve, reject) => {
      if (stopped || signal.aborted) return reject(cancelled);
      if (waiting.length >= mostWaiting) return reject(busy);
      const abort = () => {
        const place = waiting.indexOf(job);
        if (place >= 0) waiting.splice(place, 1);
        reject(cancelled);
      };
      const done = (outcome: Drawn | Fault) => {
        signal.removeEventListener('abort', abort);
        if (outcome instanceof Fault) reject(outcome);
        else if ('fault' in outcome) reject(failed(new Error(outcome.fault)));
        else resolve(outcome.pictures);
      };
      const job: Job = { id: next++, request, now: Date.now(), begun: false, again: false, done };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(job);
      advance();
    });

  return {
    async png(request, signal) {
      const began = performance.now();
      const { light, dark } = await draw(request, signal);
      const content = Buffer.from(light);
      log.debug({ ms: Math.round(performance.now() - began), bytes: content.length }, 'chart drawn');
      return { content, dark: Buffer.from(dark), width: look.width, height: look.height };
    },
    async stop() {
      stopped = true;
      const left = [...(current ? [current] : []), ...waiting.splice(0)];
      current = undefined;
      for (const job of left) job.done(cancelled);
      dismiss();
    },
  };
}

function startWorker(): ChildProcess {
  return fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: [`--max-old-space-size=${memoryMb}`],
    // Nothing of the bot's environment is needed, and so none of its secrets are there.
    env: { ...(getCompileCacheDir() ? { NODE_COMPILE_CACHE: getCompileCacheDir() } : {}) },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** A worker at rest does not keep the bot from ending. */
function hold(worker: ChildProcess, busy: boolean): void {
  if (busy) {
    worker.ref();
    worker.channel?.ref();
  } else {
    worker.unref();
    worker.channel?.unref();
  }
}

const failed = (cause: unknown) =>
  new Fault(
    { code: 'charts.failed', say: t('The chart could not be drawn.', 'La courbe n’a pas pu être tracée.') },
    { cause },
  );

const tooSlow = (seconds: number) =>
  new Fault({
    code: 'charts.timeout',
    say: t(`The chart was not drawn within ${seconds} s.`, `La courbe n’a pas été tracée en ${seconds} s.`),
    retryable: true,
  });

const busy = new Fault({
  code: 'charts.busy',
  say: t('Too many charts are wanted at once.', 'Trop de courbes sont demandées à la fois.'),
  next: t('Try again in a moment.', 'Réessayez dans un instant.'),
  retryable: true,
});

const cancelled = new Fault({
  code: 'charts.cancelled',
  say: t('The chart is not wanted any more.', 'La courbe n’est plus demandée.'),
});
