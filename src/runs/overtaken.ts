import { iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import { canonical, type Json } from '#core/json.ts';
import type { SeenRuns } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Run } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { t } from '#core/text.ts';
import { goesOnMs, isRecent } from './cut.ts';
import { lockNames } from './queue.ts';
import { chainOf } from './resume.ts';

/** So many runs are read at a time. */
const atATime = 100;

/** The locks a run holds or waits for. */
export async function namesOf(run: Run, { plans }: Pick<Store, 'plans'>): Promise<readonly string[]> {
  return lockNames((await plans.hosts(run.planHash)) ?? [], run.request.locks);
}

/** Where nobody knows what there was when a plan was made, everything came after it. */
const unseen: SeenRuns = { last: 0, underWay: [] };

/** Runs that are newer than this one, the newest first. */
async function* after(last: number, { runs }: Pick<Store, 'runs'>): AsyncGenerator<Run> {
  for (let before: number | undefined; ; ) {
    const some = await runs.last(atATime, before);
    yield* some.filter(({ id }) => id > last);
    before = some.at(-1)?.id;
    if (before === undefined || before <= last) return;
  }
}

/**
 * Runs that may have changed something after a plan was made. They go by their numbers: of a run that the bot died in
 * nobody knows when it ended, and clocks are put back.
 */
async function* since(seen: SeenRuns, at: string, store: Pick<Store, 'runs'>): AsyncGenerator<Run> {
  yield* after(seen.last, store);
  for (const id of seen.underWay) {
    const run = await store.runs.get(id);
    if (run) yield run;
  }
  // What it began may still go on there for a while; who goes on with it knows.
  const cut = await store.runs.cut(iso({ now: () => Date.parse(at) - goesOnMs }));
  for (const run of [...(await store.runs.inStates(['interrupted'])), ...cut])
    if (isRecent(run, Date.parse(at)) && !(await store.runs.resumedBy(run.id))) yield run;
}

/**
 * The run that changed the same hosts after this one was planned; undefined when its plan is as good as new. Where a run that
 * it goes on with has begun it, that counts of which nobody was told who wanted to go on.
 */
export async function overtakenBy(
  run: Run,
  store: Pick<Store, 'runs' | 'plans' | 'orders'>,
): Promise<number | undefined> {
  const chain = await chainOf(run, store);
  for (const earlier of chain.slice(1)) if ((await store.runs.steps(earlier.id)).length > 0) return untold(run, store);
  const order = await store.orders.get(chain.at(-1)?.orderId ?? run.orderId);
  if (order === undefined) return undefined;
  const names = new Set(await namesOf(run, store));
  const own = new Set(chain.map(({ id }) => id));
  for await (const other of since(order.seenRuns ?? unseen, run.queuedAt, store)) {
    if (own.has(other.id) || other.startedAt === undefined) continue;
    if ((await namesOf(other, store)).some((name) => names.has(name))) return other.id;
  }
  return undefined;
}

/** Only what was done, or is under way: what looked at hosts alone is not undone. */
async function changes(
  { id, state }: Run,
  hosts: ReadonlySet<string>,
  { runs }: Pick<Store, 'runs'>,
): Promise<boolean> {
  if (state === 'running') return true;
  return (await runs.steps(id)).some((step) => hosts.has(step.host) && step.state !== 'ok' && step.state !== 'skipped');
}

/**
 * The newest run that came after this one on its hosts and changed something there: going on with this one may undo that.
 * Undefined when none did.
 */
export async function cameAfter(
  runId: number,
  store: Pick<Store, 'runs' | 'plans' | 'orders'>,
  until = Number.POSITIVE_INFINITY,
): Promise<number | undefined> {
  const run = await store.runs.get(runId);
  if (!run) return undefined;
  const chain = await chainOf(run, store);
  const own = new Set(chain.map(({ id }) => id));
  const hosts = new Set((await store.plans.hosts(run.planHash)) ?? []);
  // What is left is of the first of them: a resumption that never began is younger than what it may undo.
  for await (const other of after(Math.min(...own), store)) {
    if (other.id >= until || own.has(other.id)) continue;
    if (!((await store.plans.hosts(other.planHash)) ?? []).some((host) => hosts.has(host))) continue;
    if (await changes(other, hosts, store)) return other.id;
  }
  return undefined;
}

/** The run that came after the one that this goes on with, and of which nobody was told who wanted that. */
async function untold(run: Run, store: Pick<Store, 'runs' | 'plans' | 'orders'>): Promise<number | undefined> {
  if (run.resumes === undefined) return undefined;
  const by = await cameAfter(run.resumes, store, run.id);
  const told = (await store.orders.get(run.orderId))?.seenRuns?.last ?? 0;
  return by !== undefined && by > told ? by : undefined;
}

/** What a plan does, whichever of its hosts was quicker, and but for these. */
const deedsOf = ({ hosts, steps }: Plan, without: ReadonlySet<string>): string => {
  const keyOf = ({ host, id }: Plan['steps'][number]): string => `${host} ${id}`;
  const sorted = steps.filter(({ host }) => !without.has(host)).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return canonical([hosts.filter((host) => !without.has(host)).toSorted(), sorted] as unknown as Json);
};

/** True when a plan made anew would do the same; of hosts that do not answer the run itself says so. */
export function isStill(plan: Plan, fresh: Plan): boolean {
  const silent = new Set(fresh.steps.filter(({ outcome }) => outcome === 'unreachable').map(({ host }) => host));
  return deedsOf(plan, silent) === deedsOf(fresh, silent);
}

/** Nothing was begun: what another run did makes this plan another one. */
export const overtaken = (by: number): Refusal => ({
  code: 'run.drifted',
  say: t(
    `Run ${by} changed the same hosts after this was planned: it would now do something else. Nothing was done.`,
    `L’exécution ${by} a changé les mêmes hôtes après ce plan : il ferait maintenant autre chose. Rien n’a été fait.`,
  ),
  next: t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.'),
});
