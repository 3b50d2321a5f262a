import { iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { SeenRuns } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { type CutStep, isResumable, ofACopyCode, type Run, type Step } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { type Text, t } from '#core/text.ts';
import { endNotSeenCode } from './refusals.ts';
import { chainOf, hasFailed } from './resume.ts';

/** For so long what a run began that was cut is taken to go on on its hosts. */
export const goesOnMs = 3_600_000;

/**
 * Whether what this run began may still go on: where the bot died in it, that counts from when this was found, for its last
 * step may have been a long one. Clocks are put back: any end in the future is as near.
 */
export const isRecent = ({ finishedAt = '', foundAt = finishedAt }: Run, at: number): boolean =>
  !(at - Date.parse(foundAt) > goesOnMs);

/** Modules that change nothing on a host, for steps of which the plan does not show what they do. */
export const lookingModules: ReadonlySet<string> = new Set([
  ...['docker_container_info', 'docker_image_info', 'docker_network_info', 'docker_volume_info'],
  ...['add_host', 'assert', 'async_status', 'debug', 'fail', 'fetch', 'find', 'getent', 'group_by', 'include_vars'],
  ...[
    'meta',
    'package_facts',
    'pause',
    'ping',
    'postgresql_ping',
    'service_facts',
    'set_fact',
    'set_stats',
    'setup',
    'slurp',
    'stat',
  ],
  ...['wait_for', 'wait_for_connection'],
]);

/** Whether a step may be changing its host. */
function acts(plan: Plan | undefined, { id, host, module }: Step): boolean {
  if (lookingModules.has(module.split('.').at(-1) ?? module)) return false;
  const planned = plan?.steps.find((one) => one.id === id && one.host === host);
  return planned === undefined || planned.outcome === 'unknown' || planned.differences.some(({ reads }) => !reads);
}

/** The runs that go on with this one, one after the other. */
async function laterThan(run: Run, { runs }: Pick<Store, 'runs'>): Promise<readonly Run[]> {
  const later: Run[] = [];
  for (let next = await runs.resumedBy(run.id); next; next = await runs.resumedBy(next.id)) later.push(next);
  return later;
}

const keyOf = ({ host, id }: Step): string => `${host} ${id}`;

/** A step that was cut, with the runs that went on with its own. */
export interface Cut extends CutStep {
  readonly later: readonly Run[];
}

/**
 * Whether a later run says more of a step than the one before it: its end, that there is none, or that it was cut again.
 * One that was refused, skipped or not reached may be under way as before.
 */
const tellsMore = (step: Step): boolean =>
  step.state === 'ok' || step.state === 'changed' || step.state === 'unknown' || hasFailed(step);

/** What a run began and may still go on: steps whose end neither it nor a later one saw. */
async function cutOf(run: Run, { runs, plans }: Pick<Store, 'runs' | 'plans'>): Promise<readonly Cut[]> {
  const later = await laterThan(run, { runs });
  const known = (await Promise.all(later.map(({ id }) => runs.steps(id)))).flat();
  const told = new Set(known.filter(tellsMore).map(keyOf));
  const open = (await runs.steps(run.id)).filter(
    // Where the host itself knows of no end, nothing of it runs any more.
    (step) => step.state === 'unknown' && step.refusal?.code !== endNotSeenCode && !told.has(keyOf(step)),
  );
  const plan = open.length === 0 ? undefined : await plans.get(run.planHash);
  return open.filter((step) => acts(plan, step)).map(({ task, host, on = host }) => ({ run, task, host: on, later }));
}

/** What may still go on on these hosts though its run is over. */
export async function cutOn(
  hosts: readonly string[],
  now: number,
  store: Pick<Store, 'runs' | 'plans'>,
): Promise<readonly Cut[]> {
  const recent = (await store.runs.cut(iso({ now: () => now - goesOnMs }))).filter((run) => isRecent(run, now));
  const all = await Promise.all(recent.map((run) => cutOf(run, store)));
  return all.flat().filter(({ host }) => hosts.includes(host));
}

/** Whether the card of a plan that was made when there were these runs said that this one was cut. */
const wasSaid = ({ run, later }: Cut, { last, underWay }: SeenRuns): boolean =>
  run.id <= last && ![run, ...later].some(({ id }) => underWay.includes(id));

/**
 * Why a run may not begin by itself: on one of its hosts something may still go on of a run that was cut, and who asked for
 * this one did not know. Not so for the run that goes on with that one.
 */
export async function cutBefore(
  run: Run,
  now: number,
  store: Pick<Store, 'runs' | 'plans' | 'orders'>,
): Promise<Refusal | undefined> {
  const cut = await cutOn((await store.plans.hosts(run.planHash)) ?? [], now, store);
  if (cut.length === 0) return undefined;
  const chain = await chainOf(run, store);
  const orders = await Promise.all(chain.map(({ orderId }) => store.orders.get(orderId)));
  const found = cut.find(
    (one) =>
      !chain.some(({ id }) => id === one.run.id) &&
      !orders.some((order) => order?.seenRuns && wasSaid(one, order.seenRuns)),
  );
  return found && mayGoOn(found);
}

const canBeResumed = (run: Run): boolean => isResumable(run) && run.refusal?.code !== ofACopyCode;

/** What to do before something else is begun there. */
function wayOn({ run, host, later }: Cut): Text {
  const last = later.at(-1) ?? run;
  return canBeResumed(last)
    ? t(
        `Look at ${host}. Then resume that one, “runs resume ${last.id}”, or give the order again.`,
        `Regardez ${host}. Puis reprenez celle-là, « runs resume ${last.id} », ou redonnez l’ordre.`,
      )
    : t(`Look at ${host}, then give the order again.`, `Regardez ${host}, puis redonnez l’ordre.`);
}

const mayGoOn = (cut: Cut): Refusal => ({
  code: 'run.cut_before',
  say: t(
    `Run ${cut.run.id} was cut on ${cut.host}: “${cut.task}” may still be going on there. Nothing was run.`,
    `L’exécution ${cut.run.id} a été coupée sur ${cut.host} : « ${cut.task} » y est peut-être encore en cours. Rien n’a été exécuté.`,
  ),
  next: wayOn(cut),
  retryable: false,
  details: { run: cut.run.id, host: cut.host },
});
