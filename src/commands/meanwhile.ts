import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { SeenRuns } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { CutStep, Run } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { join, type Text, t } from '#core/text.ts';
import type { Desk } from './desk.ts';
import { titleOf } from './of-plan.ts';

/** The runs that change something now, or are about to. */
export const underWay = (desk: Desk): Promise<readonly Run[]> => desk.store.runs.inStates(['queued', 'running']);

/** The runs of now, and what a plan that is made now is judged by later. The newest first: one that comes between is later. */
export async function runsNow(desk: Desk): Promise<{ readonly seen: SeenRuns; readonly open: readonly Run[] }> {
  const [newest] = await desk.store.runs.last(1);
  const open = await underWay(desk);
  return { seen: { last: newest?.id ?? 0, underWay: open.map(({ id }) => id) }, open };
}

/** A run that changes what a plan was made of while it was made. */
export interface Meanwhile {
  readonly run: Run;
  readonly plan: Plan;
}

/** Called off before it began: it changed nothing. */
const neverBegan = ({ finishedAt, startedAt }: Run): boolean => finishedAt !== undefined && startedAt === undefined;

/** The first of these runs that changes a host of the plan, or holds a name the plan needs for itself. */
export async function amid(
  { store }: { readonly store: Pick<Store, 'runs' | 'plans'> },
  plan: Plan,
  runs: readonly Run[],
): Promise<Meanwhile | undefined> {
  for (const run of runs) {
    const hosts = (await store.plans.hosts(run.planHash)) ?? [];
    const shares =
      hosts.some((host) => plan.hosts.includes(host)) ||
      run.request.locks.some((name) => plan.request.locks.includes(name));
    const other = shares ? await store.plans.get(run.planHash) : undefined;
    const now = (await store.runs.get(run.id)) ?? run;
    if (other && !neverBegan(now)) return { run: now, plan: other };
  }
  return undefined;
}

/** What that run does with the hosts, after its name. */
const deed = ({ run }: Meanwhile): Text => {
  if (run.state === 'queued')
    return t('was about to change the same hosts when I looked', 'allait changer les mêmes hôtes quand j’ai regardé');
  if (run.state === 'running')
    return t('was changing the same hosts when I looked', 'changeait les mêmes hôtes quand j’ai regardé');
  return t('had just changed the same hosts when I looked', 'venait de changer les mêmes hôtes quand j’ai regardé');
};

const sentence = (other: Meanwhile, rest: Text): Text =>
  join([t(`Run ${other.run.id} (`, `L’exécution ${other.run.id} (`), titleOf(other.plan), ') ', deed(other), rest]);

const onlyShown = t(
  ': what there is to do may be another thing then.',
  ' : ce qu’il y a à faire peut changer d’ici là.',
);

const begins = t(
  ': this begins after it, and only if it is still right then.',
  ' : ceci ne commence qu’après, et seulement si c’est encore juste.',
);

/** The card of a plan that was made in the middle of a run says so first. */
export function inTheMiddle(card: Card, other: Meanwhile | undefined, planOnly = false): Card {
  if (other === undefined) return card;
  const note = sentence(other, planOnly ? onlyShown : begins);
  const text = join([note, ...(card.text === undefined ? [] : [card.text])], '\n\n');
  return { ...card, tone: card.tone === 'bad' ? 'bad' : 'warn', text };
}

/** What a plan says that was made in the middle of a run is no last word. */
export const notNow = (other: Meanwhile): Refusal => ({
  code: 'order.amid_run',
  say: sentence(
    other,
    t(
      ': what there is to do shows when it is over. Nothing was done.',
      ' : ce qu’il y a à faire se verra ensuite. Rien n’a été fait.',
    ),
  ),
  next: t('Send it again then.', 'Renvoyez-le alors.'),
  retryable: true,
});

/** What may still go on there of runs that were cut: the first by name. */
const stillThere = ([first, ...more]: readonly CutStep[]): Text => {
  if (first === undefined) return '';
  const { run, host, task } = first;
  const others = more.length === 0 ? ['', ''] : [` (and ${more.length} more)`, ` (et ${more.length} de plus)`];
  return t(
    `Run ${run.id} was cut on ${host}: “${task}” may still be going on there${others[0]}.`,
    `L’exécution ${run.id} a été coupée sur ${host} : « ${task} » y est peut-être encore en cours${others[1]}.`,
  );
};

const lookFirst = t('Look there before you run this.', 'Allez voir avant d’exécuter ceci.');

/** The card of a plan says first where a run was cut of which something may still go on: whoever confirms it knows. */
export function whereCut(card: Card, cut: readonly CutStep[]): Card {
  if (cut.length === 0) return card;
  const note = join([stillThere(cut), lookFirst], ' ');
  const text = join([note, ...(card.text === undefined ? [] : [card.text])], '\n\n');
  return { ...card, tone: card.tone === 'bad' ? 'bad' : 'warn', text };
}

/** Why a service runs nothing there: only a person can look. */
export const cutThere = (cut: readonly CutStep[]): Refusal => ({
  code: 'run.cut_before',
  say: join([stillThere(cut), t('Nothing was run.', 'Rien n’a été exécuté.')], ' '),
  next: t(
    'Look there; then resume that run, or give the order yourself.',
    'Allez voir ; puis reprenez-la, ou donnez l’ordre vous-même.',
  ),
});
