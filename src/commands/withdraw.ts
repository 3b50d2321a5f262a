import type { Card } from '#core/card.ts';
import type { Run } from '#core/run.ts';
import { t } from '#core/text.ts';
import type { Desk } from './desk.ts';
import { keyOf, move } from './record.ts';

/** How a run stands, said of it. */
export const runStanding: Readonly<Record<Run['state'], readonly [string, string]>> = {
  queued: ['waits for its turn', 'attend son tour'],
  running: ['goes on', 'est en cours'],
  done: ['is done', 'est terminée'],
  failed: ['failed', 'a échoué'],
  cancelled: ['was stopped', 'a été arrêtée'],
  interrupted: ['was interrupted', 'a été interrompue'],
  drifted: ['found another state than planned', 'a trouvé un autre état que prévu'],
};

/** How a run that is over feels. */
const tones: Readonly<Partial<Record<Run['state'], Card['tone']>>> = {
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
  interrupted: 'warn',
  drifted: 'warn',
};

/** Says a second, harder stop of what an order began. */
export const stopNow = (orderId: number): string => `cancel ${orderId} --now`;

/** So many of the last orders are looked through for what they offered. */
const lookedThrough = 200;

/** Draws the messages anew that offered one of these lines after an order; `become` makes the card. */
async function redraw(desk: Desk, after: number, lines: readonly string[], become: (card: Card) => Card) {
  for (const one of await desk.store.orders.last(lookedThrough)) {
    if (one.id <= after || !one.card?.actions?.some(({ line }) => lines.includes(line))) continue;
    const shown = await desk.store.outbox.get(keyOf(one));
    // A tap was answered on another message: it has none of its own.
    const show = shown === undefined ? 'quiet' : shown.to === undefined ? 'chat' : 'whisper';
    await move(desk, one, { from: ['done'], change: { card: become(one.card) }, show });
  }
}

const without =
  (lines: readonly string[]) =>
  (card: Card): Card => ({ ...card, actions: (card.actions ?? []).filter(({ line }) => !lines.includes(line)) });

/** Once a run is over: what was answered to those who stopped it offers no stop any more, and says how it ended. */
export async function settleStops(desk: Desk, { id, orderId, state }: Run): Promise<void> {
  const tone = tones[state];
  if (tone === undefined) return;
  const [en, fr] = runStanding[state];
  const title = t(`Run ${id} ${en}`, `L’exécution ${id} ${fr}`);
  await redraw(desk, orderId, [stopNow(orderId)], () => ({ tone, title }));
  const lines = [`cancel ${orderId}`, `runs cancel ${id}`];
  await redraw(desk, orderId, lines, without(lines));
}

/** Once another run goes on with one: answers that told of it no longer offer that. */
export const withdrawResume = (desk: Desk, { id, orderId }: Run): Promise<void> =>
  redraw(desk, orderId, [`runs resume ${id}`], without([`runs resume ${id}`]));
