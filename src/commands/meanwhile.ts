import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { Plan } from '#core/plan.ts';
import type { Run } from '#core/run.ts';
import { join, t } from '#core/text.ts';
import type { Desk } from './desk.ts';
import { titleOf } from './queue.ts';

/** The runs that change something now, or are about to. */
export const underWay = (desk: Desk): Promise<readonly Run[]> => desk.store.runs.inStates(['queued', 'running']);

/** A run that changes what a plan was made of while it was made. */
export interface Meanwhile {
  readonly run: Run;
  readonly plan: Plan;
}

/** The first of these runs that changes a host of the plan, or holds a name the plan needs for itself. */
export async function amid(desk: Desk, plan: Plan, runs: readonly Run[]): Promise<Meanwhile | undefined> {
  for (const run of runs) {
    const other = await desk.store.plans.get(run.planHash);
    if (!other) continue;
    const shares =
      other.hosts.some((host) => plan.hosts.includes(host)) ||
      run.request.locks.some((name) => plan.request.locks.includes(name));
    if (shares) return { run, plan: other };
  }
  return undefined;
}

/** The card of a plan that was made in the middle of a run says so first. */
export const inTheMiddle = (card: Card, other: Meanwhile | undefined): Card =>
  other === undefined
    ? card
    : {
        ...card,
        tone: card.tone === 'bad' ? 'bad' : 'warn',
        text: join(
          [
            join([
              t(`Run ${other.run.id} (`, `L’exécution ${other.run.id} (`),
              titleOf(other.plan),
              t(
                ') is changing the same hosts: this was read in the middle of it. It begins after that run, and only if it is still right then.',
                ') change les mêmes hôtes : ce plan a été lu en plein milieu. Il ne commence qu’après elle, et seulement s’il est encore juste.',
              ),
            ]),
            ...(card.text === undefined ? [] : [card.text]),
          ],
          '\n\n',
        ),
      };

/** What a plan says that was made in the middle of a run is no last word. */
export const notNow = ({ run, plan }: Meanwhile): Refusal => ({
  code: 'order.amid_run',
  say: join([
    t(`Run ${run.id} (`, `L’exécution ${run.id} (`),
    titleOf(plan),
    t(
      ') is changing the same hosts now: what there is to do shows when it is over. Nothing was done.',
      ') change les mêmes hôtes en ce moment : ce qu’il y a à faire se verra quand elle sera finie. Rien n’a été fait.',
    ),
  ]),
  next: t('Send it again then.', 'Renvoyez-le alors.'),
  retryable: true,
});
