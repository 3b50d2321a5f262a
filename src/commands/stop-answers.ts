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

/** So many of the last orders are looked through for answers to a stop. */
const lookedThrough = 200;

/** Once a run is over: what was answered to those who stopped it offers no stop any more, and says how it ended. */
export async function settleStops(desk: Desk, run: Run): Promise<void> {
  const tone = tones[run.state];
  if (tone === undefined) return;
  const [en, fr] = runStanding[run.state];
  const card: Card = { tone, title: t(`Run ${run.id} ${en}`, `L’exécution ${run.id} ${fr}`) };
  const line = stopNow(run.orderId);
  for (const one of await desk.store.orders.last(lookedThrough)) {
    if (one.id <= run.orderId || !one.card?.actions?.some((action) => action.line === line)) continue;
    // A tap was answered on the run's own message: it has none.
    const show = (await desk.store.outbox.get(keyOf(one))) ? 'chat' : 'quiet';
    await move(desk, one, { from: ['done'], change: { card }, show });
  }
}
