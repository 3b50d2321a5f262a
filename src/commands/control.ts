import { recordTo } from '#audit/record.ts';
import type { Actor } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { Refusal, Result } from '#core/errors.ts';
import { Fault, ok, refusalOf, refused } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { isResumable, ofACopyCode, type Run } from '#core/run.ts';
import { join, type Text, t } from '#core/text.ts';
import { allows } from '#policy/allows.ts';
import { afterwards, undoes } from './came-after.ts';
import { confirmingCard } from './cards.ts';
import { isOwn, mayStill, requiredNow, runChain, type Subject, standingApprovals, subjectOf } from './consent.ts';
import type { Desk } from './desk.ts';
import { refresh } from './follow.ts';
import { runsNow, whereCut } from './meanwhile.ts';
import { hostsOf, titleOf, unknownHosts } from './of-plan.ts';
import { alreadyResumed, queueRun } from './queue.ts';
import { acting, factOf, move } from './record.ts';
import { done, verdictDone, verdictRefused } from './settle.ts';
import { waitForApprovals } from './wait.ts';
import { runStanding, settleStops, stopNow } from './withdraw.ts';

const noSuchRun = (id: number): Refusal => ({
  code: 'run.not_found',
  say: t(`There is no run ${id}.`, `Il n’y a pas d’exécution ${id}.`),
  next: t('Type “runs” to see them.', 'Tapez « runs » pour les voir.'),
});

const notYours = (id: number): Refusal => ({
  code: 'run.not_allowed',
  say: t(`You may not touch run ${id}.`, `Vous ne pouvez pas toucher à l’exécution ${id}.`),
  next: t(
    'Ask who started it, or someone with the right on its hosts.',
    'Demandez à qui l’a lancée, ou à qui a le droit sur ses hôtes.',
  ),
});

/** Without its command nobody knows what right a run takes. */
const runCommandGone = (id: number): Refusal => ({
  code: 'order.command_gone',
  say: t(
    `The command that run ${id} began with is not there now; nothing was done.`,
    `La commande par laquelle l’exécution ${id} a commencé n’est pas là pour l’instant ; rien n’a été fait.`,
  ),
  next: t('Try again once its plugin is back.', 'Réessayez quand son greffon sera revenu.'),
  retryable: true,
});

const notResumable = (run: Run): Refusal => (run.request.engine === undefined ? nothingLeft(run) : inOnePiece(run));

const inOnePiece = ({ id }: Run): Refusal => ({
  code: 'ansible.whole',
  say: t(
    `Run ${id} was Ansible’s, which cannot go on in the middle.`,
    `L’exécution ${id} était celle d’Ansible, qui ne peut pas reprendre au milieu.`,
  ),
  next: t(
    'Look at its hosts, then send the order again for a new plan.',
    'Regardez ses hôtes, puis renvoyez l’ordre pour un nouveau plan.',
  ),
});

const nothingLeft = ({ id, state }: Run): Refusal => ({
  code: 'run.not_resumable',
  say: t(
    `Run ${id} ${runStanding[state][0]}: there is nothing to go on with.`,
    `L’exécution ${id} ${runStanding[state][1]} : il n’y a rien à reprendre.`,
  ),
  next: t('Send the order again for a new plan.', 'Renvoyez l’ordre pour un nouveau plan.'),
});

/** A stop that was given and not written down. */
export const stopUnwrittenCode = 'run.stop_unwritten';

/** How long drawing the run's message again may take. */
const refreshMs = 5_000;

interface Found {
  readonly run: Run;
  readonly plan: Plan;
  readonly subject: Subject;
}

/** A run with what it is judged by; without a subject where the command it began with is gone. */
async function foundRun(desk: Desk, runId: number) {
  const [run] = await runChain(desk, runId);
  const hosts = run && (await desk.store.plans.hosts(run.planHash));
  const order = run && (await desk.store.orders.get(run.orderId));
  if (!run || !hosts || !order) return undefined;
  return { run, hosts, order, subject: await subjectOf(desk, order) };
}

/** The run, when this actor may go on with it: who holds the permission of the command it began with on all its hosts. */
async function resumable(desk: Desk, actor: Actor, runId: number): Promise<Result<Omit<Found, 'plan'>>> {
  const found = await foundRun(desk, runId);
  if (!found) return refused(noSuchRun(runId));
  const { run, hosts, order, subject } = found;
  if (!subject) return refused((await isOwn(desk, actor, order)) ? runCommandGone(runId) : notYours(runId));
  return mayStill(desk, actor, subject, { hosts }).allowed ? ok({ run, subject }) : refused(notYours(runId));
}

/** The same, with its plan. */
async function withPlan(desk: Desk, actor: Actor, runId: number): Promise<Result<Found>> {
  const found = await resumable(desk, actor, runId);
  if (!found.ok) return found;
  const plan = await desk.store.plans.get(found.value.run.planHash);
  return plan ? ok({ ...found.value, plan }) : refused(noSuchRun(runId));
}

/**
 * The run, when this actor may stop it. To stop is the safe side: whoever asked for it always may. Hosts that are no longer
 * there count for nothing, and where the command is gone, whoever may approve on the hosts does.
 */
async function mayStop(desk: Desk, actor: Actor, runId: number): Promise<Result<Run>> {
  const found = await foundRun(desk, runId);
  if (!found) return refused(noSuchRun(runId));
  const { run, hosts, order, subject } = found;
  if (await isOwn(desk, actor, order)) return ok(run);
  const gone = new Set(unknownHosts(desk, { hosts }));
  const there = hosts.filter((host) => !gone.has(host));
  const judged = hostsOf(desk, { hosts: there.length > 0 ? there : hosts });
  const may = allows(desk.policy(), actor, subject?.permission ?? 'approve', judged);
  return may.allowed ? ok(run) : refused(notYours(runId));
}

/** Who may do what with a run, for those that are offered. */
export const canStop = async (desk: Desk, actor: Actor, runId: number): Promise<boolean> =>
  (await mayStop(desk, actor, runId)).ok;

export const canResume = async (desk: Desk, actor: Actor, runId: number): Promise<boolean> =>
  (await resumable(desk, actor, runId)).ok;

/**
 * Stops a run at a task's end, or at once, as a second word does; a tap that came twice is no second word.
 * `elsewhere`: it was not asked on the run's own message, which shows it by itself, so it is said.
 */
export async function cancelRun(
  desk: Desk,
  order: Order,
  actor: Actor,
  runId: number,
  wantsNow: boolean,
  elsewhere = false,
): Promise<void> {
  const found = await mayStop(desk, actor, runId);
  if (!found.ok) return void (await verdictRefused(desk, order, found.refusal));
  // An order that is worked on again, because it could not be written down, is no second word.
  const first = desk.stopping.get(runId) ?? order.id;
  const now = wantsNow || (first !== order.id && order.kind !== 'action');
  if (desk.stopping.get(runId) !== order.id) await noteStop(desk, order, found.value, now);
  const cancelled = await desk.runner.cancel(runId, now ? 'now' : 'boundary', order);
  if (!cancelled.ok && !(await stoppedSince(desk, order, runId)))
    return void (await verdictRefused(desk, order, cancelled.refusal));
  desk.stopping.set(runId, first);
  await refresh(desk, runId, AbortSignal.timeout(refreshMs));
  // Read again: it may have begun between the two words.
  const waited = (await desk.store.runs.get(runId))?.startedAt === undefined;
  const title = waited ? neverBegan(runId) : stops(runId, now);
  const atOnce = { id: 'now', label: t('Stop now', 'Arrêter net'), line: stopNow(found.value.orderId) };
  const card: Card = { tone: 'warn', title, ...(now || waited ? {} : { actions: [{ ...atOnce, style: 'danger' }] }) };
  const said = elsewhere
    ? done(desk, order, card, { run: runId, now })
    : verdictDone(desk, order, card, { run: runId, now });
  await said.catch((cause: unknown) => {
    throw new Fault(stopUnwritten(runId, refusalOf(cause)), { cause });
  });
  // It may have ended while that was said.
  const run = await desk.store.runs.get(runId);
  if (run) await settleStops(desk, run);
}

/** Writes down who stops a run before it is stopped. What cannot be written is no reason to let it go on. */
const noteStop = (desk: Desk, word: Order, { id: run, orderId }: Run, now: boolean): Promise<void> =>
  desk.store
    .transaction(async (inside) => {
      const state = (await inside.runs.get(run))?.state;
      const about = await inside.orders.get(orderId);
      if (!about || (state !== 'queued' && state !== 'running')) return;
      const fact = factOf(about, 'run.stop_given', { run, now, word: word.id }, acting(word));
      await recordTo(inside.audit, desk.redactor).append(fact);
    })
    .catch((cause: unknown) => desk.log.error({ err: cause, run }, 'who stops a run could not be written down'));

/** Was the run stopped after the word to stop it was said, by that word or by another? */
export async function stoppedSince(desk: Desk, { createdAt }: Order, runId: number): Promise<boolean> {
  const run = await desk.store.runs.get(runId);
  return run?.state === 'cancelled' && run.finishedAt !== undefined && run.finishedAt >= createdAt;
}

const stopUnwritten = (id: number, why: Refusal | undefined): Refusal => ({
  code: stopUnwrittenCode,
  say: t(
    `Run ${id} was told to stop, but I cannot write that down.`,
    `L’exécution ${id} a reçu l’ordre de s’arrêter, mais je ne peux pas le consigner.`,
  ),
  // Into a chain that was cut nothing is written, however often it is tried.
  next:
    why?.code === 'audit.cut'
      ? join([why.say, ...(why.next === undefined ? [] : [why.next])], ' ')
      : t('I try again by myself until I can.', 'Je réessaie de moi-même jusqu’à ce que je le puisse.'),
  retryable: true,
});

const neverBegan = (run: number): Text =>
  t(`Run ${run} was waiting: it does not begin`, `L’exécution ${run} attendait : elle ne commence pas`);

const stops = (run: number, now: boolean): Text =>
  now
    ? t(`Run ${run} is stopped at once`, `L’exécution ${run} s’arrête net`)
    : t(`Run ${run} stops after the task under way`, `L’exécution ${run} s’arrête après la tâche en cours`);

/** The plan a run goes on with, whole: what is done of it is not done again. */
const whole = (desk: Desk, plan: Plan, { id }: Run): Card => ({
  ...desk.cards.plan(plan, titleOf(plan)),
  footer: t(
    `The plan of run ${id}, whole: a resumption does the rest of it.`,
    `Le plan de l’exécution ${id}, entier : une reprise en fait le reste.`,
  ),
});

/**
 * Goes on with an interrupted or cancelled run, under the plan that was shown; what is done is not done again. Asking is
 * confirming. Approvals of that plan count on while they stand; when the rules of now want more, others are asked again.
 */
export async function resumeRun(
  desk: Desk,
  order: Order,
  actor: Actor,
  runId: number,
  planOnly = false,
): Promise<void> {
  const found = await withPlan(desk, actor, runId);
  if (!found.ok) return void (await verdictRefused(desk, order, found.refusal));
  const { run, plan, subject } = found.value;
  if (!isResumable(run)) {
    return void (await verdictRefused(desk, order, notResumable(run)));
  }
  if (run.refusal?.code === ofACopyCode) return void (await verdictRefused(desk, order, run.refusal));
  const later = await desk.store.runs.resumedBy(run.id);
  if (later) return void (await verdictRefused(desk, order, alreadyResumed(run.id, later.id)));
  const { seen } = await runsNow(desk);
  const after = await desk.runner.cameAfter(run.id);
  const seenRuns = { ...seen, named: after.map(({ id }) => id) };
  const card = afterwards(whole(desk, plan, run), run.id, after);
  if (planOnly) return void (await done(desk, order, card, { planHash: plan.hash, planOnly }));
  if (after.length > 0 && actor.kind === 'service')
    return void (await verdictRefused(desk, order, undoes(run.id, after)));
  const required = requiredNow(desk, subject, plan);
  const change = { planHash: plan.hash, requirement: required, risk: subject.risk, resumes: run.id } as const;
  const standing = await standingApprovals(desk, order, subject, plan);
  const expiresAt = new Date(desk.clock.now() + required.withinSeconds * 1000).toISOString();
  // Asking is no confirming where it may undo what somebody did since.
  if (standing.enough && after.length > 0) {
    const asked = { ...change, requirement: { ...required, confirmation: true }, expiresAt, seenRuns };
    return void (await move(desk, order, {
      from: ['working'],
      change: {
        ...asked,
        state: 'confirming',
        card: confirmingCard(
          whereCut(card, await desk.runner.cutOn(plan.hosts)),
          order,
          subject.risk === 'grave',
          required,
          expiresAt,
          desk.clock.now(),
        ),
      },
      show: 'board',
    }));
  }
  if (standing.enough) return void (await queueRun(desk, order, plan, ['working'], change));
  await waitForApprovals(desk, order, actor.name, plan, { ...change, expiresAt, seenRuns }, ['working']);
}
