import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Card } from '#core/card.ts';
import { Fault, refusalOf } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { anotherBot, type LocalApi, theBotIsSilent } from './local-api.ts';
import type { Meanwhile } from './meanwhile.ts';
import { exit } from './terminal.ts';

const orderShape = z.object({
  order: z
    .object({
      id: z.number(),
      state: z.string(),
      card: z.custom<Card>().optional(),
      command: z.string().optional(),
      args: z.looseObject({ order: z.unknown().optional() }).optional(),
      runId: z.number().optional(),
    })
    .loose(),
});

/** It hangs. */
export const isSilent = (thrown: unknown): boolean => refusalOf(thrown)?.code === 'cli.silent';

/** It stopped, or another is in its place. */
export const isGone = (thrown: unknown): boolean => ['cli.no_bot', 'cli.cut'].includes(refusalOf(thrown)?.code ?? '');

/** How an order's state ends the command; anything else is still open. */
export const codes: Readonly<Record<string, number>> = {
  done: exit.done,
  failed: exit.failed,
  refused: exit.failed,
  cancelled: exit.failed,
  expired: exit.failed,
  interrupted: exit.failed,
  asking: exit.failed,
  confirming: exit.waiting,
  approving: exit.waiting,
};

/** Nothing that the bot of this version says. */
export const strange = (status: number): Fault =>
  new Fault({ code: 'cli.answer', say: t(`The bot answered ${status}.`, `Le bot a répondu ${status}.`) });

/** One call waits at most this long, in seconds; longer waits are several calls, and more where each is told of. */
const longestPoll = 30;
const toldPoll = 1;

/** How long until a bot that is gone is tried again. */
export const pauseMs = 300;

async function read(api: LocalApi, path: string, wait: number) {
  const { status, body } = await api.call('GET', `${path}?wait=${wait}`, undefined, wait);
  // It listens where the one before did, and this is the key of that one.
  if (status === 401) throw anotherBot();
  if (status !== 200) throw strange(status);
  return orderShape.parse(body).order;
}

/** The running bot; after a new start it has another address, or another key. */
export interface Reached {
  api(): LocalApi;
  again(): Promise<void>;
}

/** The bot that took an order, found anew when it is gone. */
export function reached(first: LocalApi, connect: () => Promise<LocalApi>, signal: AbortSignal): Reached {
  let api = first;
  return {
    api: () => api,
    async again() {
      await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      api = await connect().catch((thrown: unknown) => {
        if (isGone(thrown)) return api;
        throw thrown;
      });
    },
  };
}

/** How an order is waited for. */
export interface Waiting {
  readonly until: number;
  readonly meanwhile: Meanwhile | undefined;
}

/** Waits until the order is closed, waits for a person, or it is too late; also for a bot that hangs or is started again. */
async function follow(bot: Reached, path: string, { until, meanwhile }: Waiting) {
  const most = meanwhile ? toldPoll : longestPoll;
  for (;;) {
    const left = Math.ceil((until - Date.now()) / 1000);
    const seen = await read(bot.api(), path, Math.max(0, Math.min(left, most))).catch((thrown: unknown) => {
      if (Date.now() < until && isSilent(thrown)) return hanging;
      if (Date.now() < until && isGone(thrown)) return gone;
      throw thrown;
    });
    if ('state' in seen && (codes[seen.state] !== undefined || left <= 0)) return seen;
    if (Date.now() < until || seen === hanging) meanwhile?.(seen);
    if (seen === gone) await bot.again();
  }
}

const hanging: Card = { tone: 'bad', title: theBotIsSilent };
const gone: Card = {
  tone: 'bad',
  title: t('The bot stopped; I wait until it is back.', 'Le bot s’est arrêté ; j’attends son retour.'),
};

type SeenOrder = Awaited<ReturnType<typeof read>>;

/** The order that a yes set going. */
const setGoing = ({ state, command, args }: SeenOrder): number | undefined => {
  const isYes = state === 'done' && (command === 'confirm' || command === 'approve');
  return isYes && typeof args?.order === 'number' ? args.order : undefined;
};

/** Waits for what was said; of a yes, for the work it set going. */
export async function outcomeOf(bot: Reached, path: string, waiting: Waiting): Promise<SeenOrder> {
  const order = await follow(bot, path, waiting);
  const about = setGoing(order);
  return about === undefined ? order : follow(bot, `/api/v1/orders/${about}`, waiting);
}
