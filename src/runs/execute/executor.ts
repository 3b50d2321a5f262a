import { noEdges } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import { ok, type Refusal, type Result, refusalOf, refused } from '#core/errors.ts';
import { type Plan, planHash } from '#core/plan.ts';
import { present } from '#core/present.ts';
import { beyondCode, type Recap } from '#core/run.ts';
import { t } from '#core/text.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { withExtension } from '#playbook/parse.ts';
import type {
  ApplyJob,
  ExecutionControl,
  ExecutionEvent,
  ExecutionJob,
  ExecutionOutcome,
  Executor,
  PlanJob,
} from '../executor.ts';
import { createConnections } from './connections.ts';
import type { Preparing } from './create-walk.ts';
import { driftBefore } from './drift-before.ts';
import { readAllFacts } from './host-facts.ts';
import { comeBack } from './host-state.ts';
import { usualLimits } from './limits.ts';
import type { ExecutorOptions } from './options.ts';
import { runPlay } from './play.ts';
import { type Prepared, prepare } from './prepare.ts';
import { eventReporter, planReporter } from './reporters.ts';
import { createSeal } from './seals.ts';
import { sweepJournals } from './sweeping.ts';
import { mayUseOf } from './uses/uses.ts';
import type { Walk } from './walk.ts';

/** An executor over the given connections, playbooks and inventory. It keeps nothing but open connections. */
export function createExecutor(options: ExecutorOptions): Executor {
  const limits = { ...usualLimits, ...options.limits };
  const connections = createConnections({ ...limits, ssh: options.ssh });
  const registry = options.registry ?? bundledModules();
  const parts: Preparing = { options, limits, connections, registry, seal: createSeal(options.digestKey) };
  return {
    plan: (job, signal) => plan(job, signal, parts),
    apply: (job, events, control) => apply(job, events, control, parts),
    facts: (hosts, signal) => readAllFacts(hosts, signal, parts),
    close: () => connections.close(),
  };
}

const asItIs = (text: string): string => text;

async function plan(asked: PlanJob, signal: AbortSignal, parts: Preparing): Promise<Result<Plan>> {
  try {
    const named = await withFileName(asked, parts.options);
    if (!named.ok) return named;
    const job = asked.stored ? unsealed(named.value, parts) : named.value;
    const prepared = await prepare(job, parts);
    if (!prepared.ok) return prepared;
    const { loaded, files } = prepared.value;
    const hosts = loaded.hosts.map((host) => host.name);
    const beyond = hosts.filter((host) => job.within?.includes(host) === false);
    if (beyond.length > 0) return refused(beyondRefusal(beyond));
    const everyone = loaded.inventory.hosts().map((host) => host.name);
    const { reporter, steps } = planReporter(everyone, parts.options.redact ?? asItIs);
    const control = { boundary: signal, now: signal };
    const walk = prepared.value.walk({ mode: 'plan', within: job.within, control, done: [], reporter });
    await goOver(walk, prepared.value, job);
    if (walk.halt.reason) return refused(walk.halt.reason.refusal);
    const made = {
      request: { ...job.request, vars: parts.options.sealing?.seal(job.request.vars) ?? job.request.vars },
      files: { ...loaded.playbook.files, ...loaded.parts.sums, ...files.sums() },
      hosts: [...hosts, ...walk.delegated],
      ...(walk.delegated.size > 0 ? { delegated: [...walk.delegated] } : {}),
      steps: steps(),
      ...present({ mayUse: await mayUse(steps(), prepared.value, parts) }),
    };
    return ok({ ...made, hash: planHash(made) });
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (!refusal) throw thrown;
    return refused(refusal);
  }
}

/** Nothing is held against a plan where whoever gives the order does it at once. */
async function mayUse(
  steps: Plan['steps'],
  { places, made, loaded }: Prepared,
  { options, seal }: Preparing,
): Promise<Plan['mayUse']> {
  return options.here ? undefined : mayUseOf(steps, { places, made, inventory: loaded.inventory, seal });
}

/** A plan names the very file, with its extension: what comes beside it later changes nothing. */
async function withFileName(job: PlanJob, { given, playbooks }: ExecutorOptions): Promise<Result<PlanJob>> {
  if (given !== undefined) return ok(job);
  const playbook = await withExtension(playbooks, job.request.playbook);
  return playbook.ok ? ok({ ...job, request: { ...job.request, playbook: playbook.value } }) : playbook;
}

/** The refusal of a plan that would reach hosts for which there is no right. */
export const beyondRefusal = (hosts: readonly string[]): Refusal => ({
  code: beyondCode,
  say: t(
    `It would reach ${hosts.slice(0, 3).join(', ')}, for which there is no right; nothing was asked there.`,
    `Cela toucherait ${hosts.slice(0, 3).join(', ')}, sans droit pour cela ; rien n’y a été demandé.`,
  ),
  details: { hosts },
});

async function goOver(walk: Walk, { loaded }: Prepared, job: ExecutionJob): Promise<void> {
  for (const [index, one] of loaded.plays.entries()) {
    if (walk.halt.reason) return;
    for (const state of walk.states.values()) if (state.left === 'ended') comeBack(state);
    const hosts = walk.hostsOf(one);
    if (!hosts.ok) return walk.halt.stop({ state: endOf(hosts.refusal), refusal: hosts.refusal });
    const states = hosts.value.filter((state) => state.taking);
    if (states.length === 0) continue;
    const { play, name } = one;
    if (!(await runPlay(walk, { play, number: index + 1, name, states }, job.request))) return;
  }
}

const endOf = ({ code }: Refusal): 'drifted' | 'failed' => (code === 'run.drifted' ? 'drifted' : 'failed');

async function apply(
  job: ApplyJob,
  events: (event: ExecutionEvent) => void,
  control: ExecutionControl,
  parts: Preparing,
): Promise<ExecutionOutcome> {
  try {
    const opened = openJob(job, parts);
    const prepared = await prepare(opened, parts);
    if (!prepared.ok) return { state: endOf(prepared.refusal), recap: {}, refusal: prepared.refusal };
    const drifted = driftBefore(job, prepared.value.loaded) ?? prepared.value.moved();
    if (drifted) return { state: 'drifted', recap: {}, refusal: drifted };
    const reporter = eventReporter(events, {
      clock: parts.options.clock ?? systemClock,
      limits: parts.limits,
      redact: parts.options.redact ?? asItIs,
      edges: parts.options.edges ?? noEdges,
    });
    const walk = prepared.value.walk({
      mode: 'apply',
      plan: job.plan,
      control,
      done: job.done,
      begun: job.begun,
      reporter,
    });
    return await applyWalk(walk, prepared.value, opened);
  } catch (thrown) {
    parts.options.log.error({ err: thrown, key: job.key }, 'an execution broke off');
    const refusal = refusalOf(thrown) ?? brokeOff;
    return { state: endOf(refusal), recap: {}, refusal };
  }
}

/** What comes with a plan has the plan's variables: without secrets, which come back here and nowhere else. */
const openJob = (job: ApplyJob, parts: Preparing): ApplyJob => (job.plan ? unsealed(job, parts) : job);

function unsealed<J extends ExecutionJob>(job: J, { options }: Preparing): J {
  if (!options.sealing) return job;
  return { ...job, request: { ...job.request, vars: options.sealing.unseal(job.request.vars) } };
}

/** What is said of a fault nobody foresaw. */
export const brokeOff: Refusal = {
  code: 'run.broke_off',
  say: t(
    'The run broke off inside the bot; its log says where.',
    'L’exécution s’est rompue dans le bot ; son journal dit où.',
  ),
};

/** The journals go last, and only once nobody needs them: a run that can be gone on with keeps its own. */
async function applyWalk(walk: Walk, prepared: Prepared, job: ApplyJob): Promise<ExecutionOutcome> {
  await goOver(walk, prepared, job);
  const outcome = outcomeOf(walk);
  if ((await walk.control.conclude?.(outcome)) ?? true) await sweepJournals(walk);
  return outcome;
}

function outcomeOf(walk: Walk): ExecutionOutcome {
  const { reason } = walk.halt;
  const recap: Recap = Object.fromEntries([...walk.states].map(([host, state]) => [host, state.counts]));
  if (reason) return { ...reason, recap };
  const left = [...walk.states.values()]
    .filter((state) => state.left === 'failed' || state.left === 'unreachable')
    .map((state) => state.host.name);
  return left.length === 0 ? { state: 'done', recap } : { state: 'failed', recap, refusal: hostsFailed(left) };
}

/** How a run ends that did not succeed everywhere. */
export const hostsFailed = (hosts: readonly string[]): Refusal => ({
  code: 'run.hosts_failed',
  say: t(
    `It did not succeed on ${hosts.slice(0, 5).join(', ')}${hosts.length > 5 ? ` and ${hosts.length - 5} more` : ''}.`,
    `Échec sur ${hosts.slice(0, 5).join(', ')}${hosts.length > 5 ? ` et ${hosts.length - 5} autres` : ''}.`,
  ),
  next: t('See the failed steps.', 'Voyez les étapes en échec.'),
});
