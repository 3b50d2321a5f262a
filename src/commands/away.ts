import type { Refusal } from '#core/errors.ts';
import type { Run } from '#core/run.ts';
import { t } from '#core/text.ts';
import type { Desk } from './desk.ts';
import { staleMs } from './lateness.ts';

/** How often it is kept that the bot is there while runs wait. */
const noteEveryMs = 60_000;

/** Where that is kept: no plugin has an empty name. */
const [space, key] = ['', 'awake'];

const waitedAlone: Refusal = {
  code: 'run.stale',
  say: t(
    'It waited in the queue while I was away for long; nothing was run.',
    'Elle attendait dans la file pendant ma longue absence ; rien n’a été exécuté.',
  ),
  next: t(
    'Resume it if it is still wanted, or plan it again.',
    'Reprenez-la si elle est encore voulue, ou replanifiez.',
  ),
};

/**
 * Runs that wait in the queue while the bot is there may wait for as long as it takes; those that it finds there after it
 * was away for long are not begun.
 */
export function watchAway(desk: Desk) {
  let stale: ReadonlySet<number> = new Set();
  let timer: NodeJS.Timeout | undefined;

  const keep = (): Promise<void> => desk.store.pluginValues.set(space, key, desk.clock.now());

  const note = async (): Promise<void> => {
    if (timer === undefined) return;
    const queued = await desk.store.runs.inStates(['queued']);
    // As long as one is not told, the bot counts as away: it would be begun at the next start.
    if (queued.length === 0 || queued.some(({ id }) => stale.has(id))) return;
    await keep();
  };
  const noted = () =>
    note().catch((cause: unknown) => desk.log.error({ err: cause }, 'that the bot is there could not be kept'));

  return {
    /** Looks at what waits, before any of it begins. */
    async look(): Promise<void> {
      const now = desk.clock.now();
      const kept = Number((await desk.store.pluginValues.get(space, key)) ?? now);
      // A clock that was set back a little makes nothing old; of one set back by more nobody knows for how long.
      const since = (at: number): number => (at <= now + staleMs ? Math.min(at, now) : 0);
      const queued = await desk.store.runs.inStates(['queued']);
      const isStale = ({ queuedAt }: Run) => now - Math.max(since(Date.parse(queuedAt)), since(kept)) > staleMs;
      stale = new Set(queued.filter(isStale).map(({ id }) => id));
      if (stale.size === 0) await keep();
      timer = setInterval(noted, noteEveryMs);
    },
    /** Why a run that was found in the queue may not begin. */
    refusal: ({ id }: Run): Refusal | undefined => (stale.has(id) ? waitedAlone : undefined),
    async stop(): Promise<void> {
      clearInterval(timer);
      await noted();
    },
  };
}
