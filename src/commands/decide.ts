import { recordTo } from '#audit/record.ts';
import type { Actor } from '#core/actor.ts';
import type { AuditAction } from '#core/audit.ts';
import type { Card } from '#core/card.ts';
import { iso } from '#core/clock.ts';
import { type Refusal, refusalOf } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Approval, Order, OrderState } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { each, t } from '#core/text.ts';
import { reservedNames } from './builtin.ts';
import { isApproved, isOwn, requiredNow, standingApprovals } from './consent.ts';
import { cancelRun, stoppedSince } from './control.ts';
import { tally } from './demands.ts';
import type { Desk } from './desk.ts';
import { judged, notForYou, stillAllowed, waitingFor } from './judged.ts';
import { isLate, isStale, stale } from './lateness.ts';
import { titleOf } from './of-plan.ts';
import { orderMeant, waitingStates } from './order-meant.ts';
import { alreadyResumed, queueRun } from './queue.ts';
import { acting, factOf, type Move, move, moveAll } from './record.ts';
import { atWork, refuse, verdictMove, verdictRefused } from './settle.ts';
import { standing } from './standing.ts';
import { expired, inAnothersName, notByYourself, notWaiting, over } from './verdict-refusals.ts';
import { closedCard, showStanding, waitForApprovals } from './wait.ts';

/** A yes or a no on its way: the order that says it, who, and the order it is about. */
interface Verdict {
  readonly order: Order;
  readonly actor: Actor;
  readonly about: Order;
  /** What was said of it: `confirm`, `approve`, `deny`, `cancel`. */
  readonly word: string;
}

/** Carries out `confirm`, `approve`, `deny` and `cancel`: each checks its right at this moment. */
export async function decide(desk: Desk, order: Order, actor: Actor, word: string, args: JsonObject): Promise<void> {
  // What a word meant was kept before it was done: after a kill a bare one does not come to mean another order.
  const said = order.command === word ? { ...order.args, ...args } : args;
  const meant = await orderMeant(desk, order, actor, word, said);
  if (!meant.ok && meant.instead) return void (await refuse(desk, order, meant.refusal, meant.instead));
  if (!meant.ok) return void (await verdictRefused(desk, order, meant.refusal));
  const { about } = meant;
  const kept = order.command === word ? order : await keepMeaning(desk, order, word, { ...args, order: about.id });
  if (!kept) return;
  const verdict = { order: kept, actor, about, word };
  const noted = await isNoted(desk, verdict);
  // A yes is not carried out long after it was said; a no is.
  const late = isYes(word) && isStale(desk, kept);
  if (noted && (about.runId !== undefined || (late && !(await isAllItTakes(desk, verdict)))))
    return settled(desk, verdict, alreadyGiven(about));
  if (late) return void (await verdictRefused(desk, kept, stale));
  if (word === 'confirm') return confirm(desk, verdict);
  if (word === 'approve') return approve(desk, verdict);
  // A no to one's own order takes it back.
  if (word === 'deny' && !(await isOwn(desk, actor, about))) return deny(desk, verdict);
  return cancel(desk, verdict, args.now === true);
}

const keepMeaning = (desk: Desk, order: Order, word: string, args: JsonObject): Promise<Order | undefined> =>
  move(desk, order, { from: ['received', 'working'], change: { state: 'working', command: word, args } });

const isYes = (word: string): boolean => Object.hasOwn(verdicts, word);

const verdicts: Readonly<Record<string, Approval['verdict']>> = { confirm: 'confirmed', approve: 'approved' };

/** A yes given twice, or carried out just before the bot was killed, is the same yes: it is no mistake to say it again. */
async function isNoted(desk: Desk, { actor, about, word }: Verdict): Promise<boolean> {
  const given = (await desk.store.approvals.of(about.id)).filter(({ verdict }) => verdict === verdicts[word]);
  const by = await Promise.all(given.map((one) => isOwn(desk, actor, one)));
  return by.includes(true);
}

/** Is this yes, which was noted, all that the order waits for? Then the bot was killed before it went on. */
async function isAllItTakes(desk: Desk, { about, word }: Verdict): Promise<boolean> {
  if (word === 'confirm') return about.state === 'confirming';
  return about.state === 'approving' && isApproved(desk, about);
}

/** The answer to a word that was heard. Which order it was about is kept with it: whoever said it waits for that one. */
const answerTo = ({ order, about, word }: Verdict, card: Card): Move =>
  verdictMove(order, card, { about: about.id }, { command: word, args: { order: about.id } });

async function settled(desk: Desk, verdict: Verdict, card: Card): Promise<void> {
  await move(desk, verdict.order, answerTo(verdict, card));
}

const alreadyGiven = (about: Order): Card => ({
  tone: 'good',
  title: t(`Order ${about.id} has your word already`, `L’ordre ${about.id} a déjà votre accord`),
  text: t(`It ${standing[about.state][0]}.`, `Il ${standing[about.state][1]}.`),
});

/** Why an order no longer waits in this state; undefined while it does and its time is not over. */
function stillOpen(desk: Desk, about: Order, ...states: readonly OrderState[]): Refusal | undefined {
  if (!states.includes(about.state)) return over(about);
  return isLate(desk, about) ? expired(about) : undefined;
}

/** The state in which an order waits for each kind of yes. */
const waitsIn = { confirmed: 'confirming', approved: 'approving' } as const;

/**
 * Writes a yes down: the approval and its audit entry are one commit, and only while the order still waits for it; a yes
 * that was there is not written again. Gives back why it came too late.
 */
const noteYes = (desk: Desk, { order, actor, about }: Verdict, verdict: 'confirmed' | 'approved', plan: Plan) =>
  desk.store.transaction(async (inside): Promise<Refusal | undefined> => {
    const closed = stillOpen(desk, (await inside.orders.get(about.id)) ?? about, waitsIn[verdict]);
    if (closed) return closed;
    if (!(await inside.approvals.add(approvalOf(desk, about, actor, verdict, plan)))) return undefined;
    const fact = factOf(about, `order.${verdict}`, { planHash: plan.hash, hosts: plan.hosts }, acting(order));
    await recordTo(inside.audit, desk.redactor).append(fact);
    return undefined;
  });

/** Why a yes that was written down moved nothing: the order was closed right after. Undefined when it goes on. */
async function closedSince(desk: Desk, about: Order): Promise<Refusal | undefined> {
  const now = await desk.store.orders.get(about.id);
  return now && (now.runId !== undefined || waitingStates.includes(now.state)) ? undefined : notWaiting(now ?? about);
}

const confirmedWord = { en: 'confirmed, its message goes on', fr: 'confirmé, son message continue' } as const;

async function confirm(desk: Desk, verdict: Verdict): Promise<void> {
  const { order, actor, about } = verdict;
  if (!(await isOwn(desk, actor, about))) {
    // A bare yes of somebody who approved it means that.
    if (await isNoted(desk, { ...verdict, word: 'approve' })) return settled(desk, verdict, alreadyGiven(about));
    return void (await verdictRefused(desk, order, await notForYou(desk, actor, about, 'confirm')));
  }
  if (about.state === 'approving') return void (await verdictRefused(desk, order, await notByYourself(desk, about)));
  const open = stillOpen(desk, about, 'confirming');
  if (open) return void (await verdictRefused(desk, order, open));
  const waiting = await waitingFor(desk, actor, about);
  if (!waiting.ok) return void (await verdictRefused(desk, order, waiting.refusal));
  const { plan, subject } = waiting.value;
  const asker = await stillAllowed(desk, actor, about, waiting.value);
  if (!asker.ok) return void (await verdictRefused(desk, order, asker.refusal));
  const gone = await goneOn(desk, about);
  if (gone) return closeInVain(desk, verdict, gone);
  const late = await noteYes(desk, verdict, 'confirmed', plan);
  if (late) return void (await verdictRefused(desk, order, late));
  const required = requiredNow(desk, subject, plan);
  // Who resumes a run may confirm it after others have approved its plan.
  const approved = about.resumes !== undefined && (await standingApprovals(desk, about, subject, plan)).enough;
  if (required.approvals > 0 && !approved) {
    const expiresAt = new Date(desk.clock.now() + required.withinSeconds * 1000).toISOString();
    await waitForApprovals(desk, about, asker.value.name, plan, { requirement: required, expiresAt }, ['confirming']);
  } else if (!(await queueSaid(desk, verdict, plan, 'confirming'))) return;
  const closed = await closedSince(desk, about);
  if (closed) return void (await verdictRefused(desk, order, closed));
  const title = each(
    titleOf(plan),
    (words, language) => `${words}${language === 'fr' ? ' :' : ':'} ${confirmedWord[language]} (${about.id})`,
  );
  await settled(desk, verdict, { tone: 'info', title });
}

const approvalOf = (desk: Desk, about: Order, actor: Actor, verdict: Approval['verdict'], plan: Plan): Approval => ({
  orderId: about.id,
  actor: actor.id,
  verdict,
  planHash: plan.hash,
  at: iso(desk.clock),
});

/** Why an order that would go on with a run is too late: another goes on with it. */
async function goneOn(desk: Desk, { resumes }: Order): Promise<Refusal | undefined> {
  const later = resumes === undefined ? undefined : await desk.store.runs.resumedBy(resumes);
  return resumes === undefined || later === undefined ? undefined : alreadyResumed(resumes, later.id);
}

/** Closes an order that waits and can never be carried out, and says so to whoever said yes to it. */
async function closeInVain(desk: Desk, { order, about }: Verdict, refusal: Refusal): Promise<void> {
  const title = t(`Order ${about.id} is closed`, `L’ordre ${about.id} est clos`);
  await move(desk, about, {
    from: waitingStates,
    change: { state: 'failed', refusal, card: await closedCard(desk, about, title, refusal.say) },
    audit: { action: 'order.finished', details: { state: 'failed', code: refusal.code } },
    show: 'board',
  });
  await verdictRefused(desk, order, refusal);
}

/** Queues the run of an order that has its yes; false when another went on with the same run in the same instant. */
async function queueSaid(desk: Desk, verdict: Verdict, plan: Plan, from: OrderState): Promise<boolean> {
  try {
    await queueRun(desk, verdict.about, plan, [from]);
    return true;
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal?.code !== 'run.already_resumed') throw thrown;
    await closeInVain(desk, verdict, refusal);
    return false;
  }
}

async function approve(desk: Desk, verdict: Verdict): Promise<void> {
  const { order, actor, about } = verdict;
  if (order.via !== undefined || order.chat === 'cli') return void (await verdictRefused(desk, order, inAnothersName));
  const waiting = await judged(desk, actor, about);
  if (!waiting.ok) return void (await verdictRefused(desk, order, waiting.refusal));
  const open = stillOpen(desk, about, 'approving');
  if (open) return void (await verdictRefused(desk, order, open));
  const { plan, subject } = waiting.value;
  const asker = await stillAllowed(desk, actor, about, waiting.value);
  if (!asker.ok) return void (await verdictRefused(desk, order, asker.refusal));
  const gone = await goneOn(desk, about);
  if (gone) return closeInVain(desk, verdict, gone);
  const again = await isNoted(desk, verdict);
  const late = await noteYes(desk, verdict, 'approved', plan);
  if (late) return void (await verdictRefused(desk, order, late));
  const given = await standingApprovals(desk, about, subject, plan);
  const { demands } = requiredNow(desk, subject, plan);
  if (given.enough) {
    if (!(await queueSaid(desk, verdict, plan, 'approving'))) return;
  } else await showStanding(desk, about, asker.value.name, plan);
  const closed = await closedSince(desk, about);
  if (closed) return void (await verdictRefused(desk, order, closed));
  if (again && !given.enough) return settled(desk, verdict, alreadyGiven(about));
  const card: Card = {
    tone: 'good',
    title: t(`Order ${about.id} approved by ${actor.name}`, `Ordre ${about.id} approuvé par ${actor.name}`),
    footer: tally(desk.policy(), given.approvers, demands),
  };
  await settled(desk, verdict, card);
}

async function deny(desk: Desk, verdict: Verdict): Promise<void> {
  const { order, actor, about } = verdict;
  const waiting = await judged(desk, actor, about);
  if (!waiting.ok) return void (await verdictRefused(desk, order, waiting.refusal));
  const open = stillOpen(desk, about, ...waitingStates);
  if (open) return void (await verdictRefused(desk, order, open));
  const title = t(`Order ${about.id} denied by ${actor.name}`, `Ordre ${about.id} refusé par ${actor.name}`);
  const moved = await withdraw(desk, verdict, 'order.denied', title);
  if (moved) await verdictRefused(desk, order, notWaiting(moved));
}

/**
 * Closes an order that waits, and says so, in one commit: nothing was run. Gives back the order when it had moved on
 * meanwhile.
 */
async function withdraw(
  desk: Desk,
  verdict: Verdict,
  action: AuditAction,
  title: Card['title'],
  from: readonly OrderState[] = waitingStates,
  actions: NonNullable<Card['actions']> = [],
): Promise<Order | undefined> {
  const { order, about } = verdict;
  const card = await closedCard(desk, about, title, t('Nothing was run.', 'Rien n’a été exécuté.'));
  const close: Move = {
    from,
    change: { state: 'cancelled', card },
    audit: { action, by: acting(order) },
    show: 'board',
  };
  const moved = await moveAll(desk, [
    { order: about, next: close },
    { order, next: answerTo(verdict, { tone: 'good', title, ...(actions.length > 0 ? { actions } : {}) }) },
  ]);
  if (moved) desk.working.get(about.id)?.abort();
  return moved ? undefined : ((await desk.store.orders.get(about.id)) ?? about);
}

/** What its asker may take back: it waits, or it is being worked out. */
const revocable: readonly OrderState[] = [...waitingStates, 'asking', ...atWork];

const isUnderWay = (order: Order): order is Order & { readonly runId: number } =>
  order.runId !== undefined && (order.state === 'queued' || order.state === 'running');

/** The way to stop what runs of one's own: it may have been meant, too. */
async function stopsOf(desk: Desk, { actor }: Order): Promise<NonNullable<Card['actions']>> {
  const own = (await desk.store.orders.inStates(['queued', 'running'])).filter((one) => one.actor === actor);
  return own.slice(-2).map(({ id, text }) => ({
    id: `stop-${id}`,
    label: t(`Stop ${id}: ${text.slice(0, 30)}`, `Arrêter ${id} : ${text.slice(0, 30)}`),
    style: 'plain',
    line: `cancel ${id}`,
  }));
}

async function cancel(desk: Desk, verdict: Verdict, now: boolean): Promise<void> {
  const { order, actor, about } = verdict;
  if (about.runId !== undefined && (isUnderWay(about) || (await stoppedSince(desk, order, about.runId))))
    return cancelRun(desk, order, actor, about.runId, now);
  if (!(await isOwn(desk, actor, about))) {
    const may = await judged(desk, actor, about);
    if (!may.ok) return void (await verdictRefused(desk, order, await notForYou(desk, actor, about, 'cancel', may)));
  }
  // A word about another order is said already: what it does is done in a moment.
  if (!revocable.includes(about.state) || reservedNames.includes(about.command ?? ''))
    return void (await verdictRefused(desk, order, notWaiting(about)));
  const title = t(`Order ${about.id} cancelled by ${actor.name}`, `Ordre ${about.id} annulé par ${actor.name}`);
  const moved = await withdraw(desk, verdict, 'order.cancelled', title, revocable, await stopsOf(desk, order));
  // It moved on meanwhile: the word is for what it has become, such as a run.
  if (!moved) return;
  if (isUnderWay(moved)) return cancelRun(desk, order, actor, moved.runId, now);
  await verdictRefused(desk, order, notWaiting(moved));
}
