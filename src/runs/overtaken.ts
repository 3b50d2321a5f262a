import { iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import { canonical, type Json } from '#core/json.ts';
import type { SeenRuns } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Run, Step } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { t } from '#core/text.ts';
import { goesOnMs, isRecent, lookingModules } from './cut.ts';
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

const isUnderWay = ({ state }: Run): boolean => state === 'queued' || state === 'running';

/** Only what was done, or is under way: what looked at hosts alone is not undone. */
async function changes(run: Run, isMine: (step: Step) => boolean, { runs }: Pick<Store, 'runs'>): Promise<boolean> {
  if (isUnderWay(run)) return true;
  return (await runs.steps(run.id)).some((step) => isMine(step) && hasActed(step));
}

/** It did something, as far as anybody knows: a host that was not reached, and one that was not as planned, was left alone. */
const hasActed = ({ state, module, refusal }: Step): boolean =>
  !['ok', 'skipped', 'unreachable'].includes(state) &&
  !(state === 'failed' && (lookingModules.has(module) || refusal?.code === 'run.drifted'));

/** Runs that came after this one, told from those that did not change what it changes. */
interface Later {
  /** They are younger than this. */
  readonly than: number;
  changesTheSame(other: Run): Promise<boolean>;
}

async function laterThan(run: Run, store: Pick<Store, 'runs' | 'plans'>): Promise<Later> {
  const own = (await chainOf(run, store)).map(({ id }) => id);
  const names = new Set(await namesOf(run, store));
  const hosts = new Set((await store.plans.hosts(run.planHash)) ?? []);
  const isThere = ({ host, on = host }: Step): boolean => hosts.has(host) || hosts.has(on);
  const changesTheSame = async (other: Run): Promise<boolean> => {
    if (own.includes(other.id) || !(await namesOf(other, store)).some((name) => names.has(name))) return false;
    // A lock that both name is of something that is on no host of theirs alone.
    return changes(other, other.request.locks.some((name) => names.has(name)) ? () => true : isThere, store);
  };
  // What is left is of the first of them: a resumption that never began is younger than what it may undo.
  return { than: Math.min(...own), changesTheSame };
}

/**
 * The runs that came after this one, change the same hosts or hold a lock of it: those that go on or wait, and the newest that
 * is over, the newest first. To go on with this one may undo what they do.
 */
export async function cameAfter(
  runId: number,
  store: Pick<Store, 'runs' | 'plans' | 'orders'>,
): Promise<readonly Run[]> {
  const run = await store.runs.get(runId);
  if (!run) return [];
  const { than, changesTheSame } = await laterThan(run, store);
  const found: Run[] = [];
  for (const other of await store.runs.inStates(['queued', 'running']))
    if (other.id > than && (await changesTheSame(other))) found.push(other);
  for await (const other of after(than, store)) {
    if (isUnderWay(other) || !(await changesTheSame(other))) continue;
    found.push(other);
    break;
  }
  return found.toSorted((a, b) => b.id - a.id);
}

/** The run that came after those that this goes on with, and of which nobody was told who wanted that. */
async function untold(run: Run, store: Pick<Store, 'runs' | 'plans' | 'orders'>): Promise<number | undefined> {
  const { last, underWay, named = [] } = (await store.orders.get(run.orderId))?.seenRuns ?? unseen;
  const wasTold = (id: number): boolean => named.includes(id) || (id <= last && !underWay.includes(id));
  const { than, changesTheSame } = await laterThan(run, store);
  for await (const other of after(than, store))
    if (other.state !== 'queued' && !wasTold(other.id) && (await changesTheSame(other))) return other.id;
  return undefined;
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
