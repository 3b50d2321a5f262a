import { noEdges } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import { Fault, ok, type Refusal, type Result, refusalOf, refused } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import { type Plan, type PlayRequest, planHash } from '#core/plan.ts';
import type { Recap } from '#core/run.ts';
import { t } from '#core/text.ts';
import { type ForeignPlaybook, foreignPlaybook } from '#playbook/engine.ts';
import { withExtension } from '#playbook/parse.ts';
import { changedSince, driftBefore } from '../execute/drift-before.ts';
import { beyondRefusal, brokeOff, hostsFailed } from '../execute/executor.ts';
import { type ExecutionLimits, usualLimits } from '../execute/limits.ts';
import type { ExecutorOptions } from '../execute/options.ts';
import type { Reporter } from '../execute/reporter.ts';
import { eventReporter, planReporter } from '../execute/reporters.ts';
import { createSeal } from '../execute/seals.ts';
import {
  type ApplyJob,
  type ExecutionControl,
  type ExecutionEvent,
  type ExecutionOutcome,
  type Executor,
  interrupt,
  type PlanJob,
} from '../executor.ts';
import { isStill } from '../overtaken.ts';
import { type Before, bringBack, look } from './bring-back.ts';
import { keepReport } from './foreseen.ts';
import type { AnsibleOptions } from './options.ts';
import { callAnsible, type Ended } from './process.ts';
import { makeReady, type Parts, type Ready, stopSoon } from './ready.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** An executor of both engines. */
export interface TwoEngines extends Executor {
  /**
   * What Ansible says of a playbook when asked by such words (`--list-tasks`), without playing it; undefined where the
   * playbook is not for Ansible. Throws a Fault where Ansible cannot read it.
   */
  list(request: PlayRequest, words: readonly string[], signal: AbortSignal): Promise<string | undefined>;
}

async function list(
  request: PlayRequest,
  playbook: ForeignPlaybook,
  words: readonly string[],
  signal: AbortSignal,
  parts: Parts,
): Promise<string> {
  const made = await makeReady(request, playbook, parts);
  if (!made.ok) throw new Fault(made.refusal);
  const ready = made.value;
  try {
    const { program, args, workspace, cwd } = ready;
    const { ANSIBLE_STDOUT_CALLBACK: _, ...env } = ready.env;
    const call = { program: program.path, args: [...words, ...args], env, cwd, folder: workspace.folder, now: signal };
    const ended = await callAnsible(call, () => undefined);
    if (ended.code !== 0) throw new Fault(notPlayed(ended, parts.options));
    return (parts.options.redact ?? asItIs)(ended.out.replaceAll(`${workspace.playbooks}/`, ''));
  } finally {
    await ready.close();
  }
}

/** Gives playbooks whose first play says `engine: ansible` to a real `ansible-playbook`; all others to our own engine. */
export function withAnsible(own: Executor, options: ExecutorOptions, ansible: AnsibleOptions): TwoEngines {
  const parts: Parts = { options, ansible, seal: createSeal(options.digestKey) };
  const foreign = async (request: PlayRequest): Promise<Result<ForeignPlaybook | undefined>> =>
    options.given === undefined
      ? foreignPlaybook(request.playbook, { root: options.playbooks, vault: options.vault })
      : ok(undefined);
  return {
    ...own,
    async list(request, words, signal) {
      const found = await foreign(request);
      if (!found.ok) throw new Fault(found.refusal);
      return found.value && (await list(request, found.value, words, signal, { ...parts, lists: true }));
    },
    async plan(job, signal) {
      const named = await withExtension(options.playbooks, job.request.playbook);
      const found = await foreign(job.request);
      if (!found.ok) return found;
      if (found.value === undefined || !named.ok) return own.plan(job, signal);
      const request = { ...unsealed(job, parts, job.stored), playbook: named.value };
      return orRefused(() => plan(request, job, found.value as ForeignPlaybook, signal, parts));
    },
    async apply(job, events, control) {
      const found = await foreign(job.request);
      if (!found.ok) return failed(found.refusal);
      if (found.value === undefined && job.request.engine === undefined) return own.apply(job, events, control);
      const { value: playbook } = found;
      // The plan is of another engine than the playbook by now.
      if (playbook === undefined || (job.plan && job.plan.request.engine === undefined))
        return failed(changedSince([job.request.playbook, job.request.playbook]));
      return apply(job, playbook, events, control, parts);
    },
  };
}

/** The request with its secrets back in their places. */
const unsealed = (
  { request }: { readonly request: PlayRequest },
  { options }: Parts,
  isSealed: boolean | undefined,
): PlayRequest => (isSealed && options.sealing ? { ...request, vars: options.sealing.unseal(request.vars) } : request);

async function orRefused<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (!refusal) throw thrown;
    return refused(refusal);
  }
}

const asItIs = (text: string): string => text;

const limitsOf = ({ options }: Parts): ExecutionLimits => ({ ...usualLimits, ...options.limits });

async function plan(
  request: PlayRequest,
  job: PlanJob,
  playbook: ForeignPlaybook,
  signal: AbortSignal,
  parts: Parts,
): Promise<Result<Plan>> {
  const ready = await makeReady(request, playbook, parts, job.within);
  if (!ready.ok) return ready;
  try {
    return await check(request, ready.value, signal, parts, job.within);
  } finally {
    await ready.value.close();
  }
}

/** Lets Ansible look at the hosts, in its own check mode, and makes a plan of what it says. */
async function check(
  request: PlayRequest,
  ready: Ready,
  signal: AbortSignal,
  parts: Parts,
  within: readonly string[] | undefined,
): Promise<Result<Plan>> {
  const { options } = parts;
  const kept = keepReport();
  const recorder = createRecorder(kept.reporter, { limits: limitsOf(parts), noKeys: ready.noKeys });
  const ended = await play(ready, recorder, { check: true, now: signal });
  if (signal.aborted) return refused(cancelled);
  const recap = recorder.recap();
  if (recap === undefined) return refused(notPlayed(ended, options));
  const everyone = ready.inventory.hosts().map(({ name }) => name);
  const { reporter, steps } = planReporter(everyone, options.redact ?? asItIs);
  kept.tell(reporter, recap);
  const hosts = ready.hosts.map(({ name }) => name);
  const delegated = delegatedBy(steps(), ready, hosts);
  const beyond = delegated.filter((host) => within?.includes(host) === false);
  if (beyond.length > 0) return refused(beyondRefusal(beyond));
  const made = {
    request: {
      ...request,
      engine: 'ansible' as const,
      vars: options.sealing?.seal(request.vars) ?? request.vars,
    },
    files: ready.files,
    hosts: [...hosts, ...delegated],
    ...(delegated.length > 0 ? { delegated } : {}),
    steps: steps(),
  };
  return ok({ ...made, hash: planHash(made) });
}

const delegatedBy = (steps: Plan['steps'], { inventory }: Ready, hosts: readonly string[]): readonly string[] => {
  const named = new Set(steps.flatMap(({ on }) => (on === undefined ? [] : [on])));
  return [...named].filter((host) => !hosts.includes(host) && isListed(inventory.hosts(), host));
};

const isListed = (hosts: readonly Host[], name: string): boolean => hosts.some((host) => host.name === name);

const play = (
  { workspace, program, args, env, cwd }: Ready,
  recorder: Recorder,
  { check, now }: { readonly check: boolean; readonly now: AbortSignal },
): Promise<Ended> =>
  callAnsible(
    {
      program: program.path,
      args: check ? ['--check', ...args] : args,
      env: { ...env, QUARTERDECK_PLANS: check ? '1' : '0' },
      cwd,
      folder: workspace.folder,
      now,
    },
    recorder.hear,
  );

const failed = (refusal: Refusal): ExecutionOutcome => ({
  state: refusal.code === 'run.drifted' ? 'drifted' : 'failed',
  recap: {},
  refusal,
});

async function apply(
  job: ApplyJob,
  playbook: ForeignPlaybook,
  events: (event: ExecutionEvent) => void,
  control: ExecutionControl,
  parts: Parts,
): Promise<ExecutionOutcome> {
  if (job.done.length > 0 || job.begun?.length) return concluded(failed(notInTheMiddle), control);
  try {
    const request = unsealed(job, parts, job.plan !== undefined);
    const ready = await makeReady(request, playbook, parts, job.plan?.hosts);
    if (!ready.ok) return await concluded(failed(ready.refusal), control);
    try {
      const drifted = await driftOf(job, request, ready.value, control, parts);
      const outcome = drifted ?? (await applyReady(ready.value, events, control, parts));
      return await concluded(outcome, control);
    } finally {
      await ready.value.close();
    }
  } catch (thrown) {
    parts.options.log.error({ err: thrown, key: job.key }, 'an execution by Ansible broke off');
    return concluded(failed(refusalOf(thrown) ?? brokeOff), control);
  }
}

async function concluded(outcome: ExecutionOutcome, control: ExecutionControl): Promise<ExecutionOutcome> {
  await control.conclude?.(outcome);
  return outcome;
}

const notInTheMiddle: Refusal = {
  code: 'ansible.whole',
  say: t(
    'Ansible cannot go on in the middle of a playbook.',
    'Ansible ne peut pas reprendre un playbook en son milieu.',
  ),
  next: t('Give the order again, as a whole.', 'Redonnez l’ordre, en entier.'),
};

/**
 * Why it must not begin: a file, the inventory or Ansible is another one than planned, or a new look at the hosts says
 * something else. Ansible cannot stop before a change that nobody saw, so that all of it is looked at before.
 */
async function driftOf(
  { plan, ...job }: ApplyJob,
  request: PlayRequest,
  ready: Ready,
  control: ExecutionControl,
  parts: Parts,
): Promise<ExecutionOutcome | undefined> {
  if (plan === undefined) return undefined;
  const found = { playbook: { files: { ...gone(plan, ready), ...ready.files } }, hosts: ready.hosts };
  const drifted = driftBefore({ ...job, plan }, found);
  if (drifted) return failed(drifted);
  const stop = AbortSignal.any([control.boundary, control.now]);
  const fresh = await check(request, ready, stop, parts, plan.hosts);
  if (stop.aborted) return stopped(control, {});
  if (!fresh.ok) return failed(fresh.refusal);
  if (isStill(plan, fresh.value)) return undefined;
  return failed(changedSince(['What Ansible would do', 'Ce que ferait Ansible']));
}

/** Files of the plan that are no longer there. */
const gone = (plan: Plan, { files }: Ready): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(plan.files).flatMap((name) => (Object.hasOwn(files, name) ? [] : [[name, 'gone']])));

/** What it had changed by then stays, and nothing goes on with it. */
const cancelled: Refusal = {
  code: 'run.cancelled',
  say: t(
    'It was stopped half-way: whatever it had changed by then stays.',
    'Elle a été arrêtée en cours de route : tout ce qu’elle avait déjà changé le reste.',
  ),
  next: t('Give the order again, as a whole.', 'Redonnez l’ordre, en entier.'),
};

const interrupted: Refusal = {
  ...cancelled,
  code: 'run.interrupted',
  say: t('The bot was stopped, and this run with it.', 'Le bot a été arrêté, et cette exécution avec lui.'),
  retryable: true,
};

const stopped = ({ boundary, now }: ExecutionControl, recap: Recap, refusal?: Refusal): ExecutionOutcome => {
  const isInterrupted = boundary.reason === interrupt || now.reason === interrupt;
  return {
    state: isInterrupted ? 'interrupted' : 'cancelled',
    recap,
    refusal: refusal ?? (isInterrupted ? interrupted : cancelled),
  };
};

async function applyReady(
  ready: Ready,
  events: (event: ExecutionEvent) => void,
  control: ExecutionControl,
  parts: Parts,
): Promise<ExecutionOutcome> {
  const { options } = parts;
  const reporter = eventReporter(events, {
    clock: options.clock ?? systemClock,
    limits: limitsOf(parts),
    redact: options.redact ?? asItIs,
    edges: options.edges ?? noEdges,
  });
  const recorder = createRecorder(reporter, { limits: limitsOf(parts), noKeys: ready.noKeys });
  const soon = (): void => void stopSoon(ready.workspace).catch(() => undefined);
  if (control.boundary.aborted) return stopped(control, {});
  control.boundary.addEventListener('abort', soon);
  try {
    const before = await look(ready.workspace.playbooks);
    const ended = await play(ready, recorder, { check: false, now: control.now });
    await takeBack(ready, before, options);
    return outcomeOf(ended, recorder, reporter, control, parts);
  } finally {
    control.boundary.removeEventListener('abort', soon);
  }
}

/** What it wrote into the copy of the playbooks would go with the copy. */
async function takeBack(
  { workspace }: Ready,
  before: Before,
  { playbooks, here, log }: ExecutorOptions,
): Promise<void> {
  const lost = await bringBack(workspace.playbooks, playbooks, before, { all: here === true });
  if (lost.length > 0) log.warn({ files: lost }, 'what Ansible wrote beside its playbook could not be kept');
}

function outcomeOf(
  ended: Ended,
  recorder: Recorder,
  reporter: Reporter,
  control: ExecutionControl,
  { options }: Parts,
): ExecutionOutcome {
  const open = recorder.open();
  for (const name of open)
    reporter.ended(name, { state: 'unknown', differences: [], result: {}, changed: false, refusal: endUnknown });
  const recap = recorder.recap();
  if (recap !== undefined) {
    const left = Object.keys(recap).filter((host) => (recap[host]?.failed ?? 0) + (recap[host]?.unreachable ?? 0) > 0);
    if (left.length > 0) return { state: 'failed', recap, refusal: hostsFailed(left) };
    return ended.code === 0 ? { state: 'done', recap } : { state: 'failed', recap, refusal: notPlayed(ended, options) };
  }
  // Who asked it to stop is answered, however it ended: nothing more comes of it.
  if (control.boundary.aborted || control.now.aborted)
    return stopped(control, {}, open.length > 0 ? endUnknown : undefined);
  return { state: 'failed', recap: {}, refusal: notPlayed(ended, options) };
}

const endUnknown: Refusal = {
  code: 'ansible.end_unknown',
  say: t(
    'Ansible was ended while this went on: nobody saw its end.',
    'Ansible a été arrêté pendant cette étape : personne n’en a vu la fin.',
  ),
  next: t(
    'Look at the host, then give the order again, as a whole.',
    'Regardez l’hôte, puis redonnez l’ordre, en entier.',
  ),
};

/** What Ansible said where it broke off, or never began. */
function notPlayed({ code, said }: Ended, { redact = asItIs }: ExecutorOptions): Refusal {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('[WARNING]'));
  const from = lines.findLastIndex((line) => /ERROR/.test(line));
  const words = redact(lines.slice(from < 0 ? -3 : from, from < 0 ? undefined : from + 3).join('\n'));
  return {
    code: 'ansible.failed',
    say: t(
      `Ansible ended with code ${code ?? '–'}: ${words || 'it said nothing.'}`,
      `Ansible s’est terminé avec le code ${code ?? '–'} : ${words || 'sans rien dire.'}`,
    ),
    next: t('Correct the playbook, or Ansible’s installation.', 'Corrigez le playbook, ou l’installation d’Ansible.'),
  };
}
