import { recordTo } from '#audit/record.ts';
import type { Actor } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import { iso } from '#core/clock.ts';
import type { Refusal, Result } from '#core/errors.ts';
import { ok, refused } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Approval, Order, OrderState } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { t } from '#core/text.ts';
import { allows } from '#policy/allows.ts';
import { mayApprove } from '#policy/approve.ts';
import { settledCard } from './cards.ts';
import { cancelRun } from './control.ts';
import type { Desk } from './desk.ts';
import { waitForApprovals } from './propose.ts';
import { hostsOf, queueRun, titleOf } from './queue.ts';
import { factOf, move } from './record.ts';
import { verdictDone, verdictRefused } from './settle.ts';

/** A yes or a no on its way: the order that says it, who, and the order it is about. */
interface Verdict {
  readonly order: Order;
  readonly actor: Actor;
  readonly about: Order;
}

const waitingStates: readonly OrderState[] = ['confirming', 'approving'];

const noSuchOrder = (id: number | undefined): Refusal => ({
  code: 'order.unknown',
  say:
    id === undefined
      ? t('No order waits for that here.', 'Aucun ordre n’attend cela ici.')
      : t(`There is no order ${id}.`, `Il n’y a pas d’ordre ${id}.`),
  next: t('Name it by its number, such as “confirm 12”.', 'Nommez-le par son numéro, comme « confirm 12 ».'),
});

const notWaiting = (about: Order): Refusal => ({
  code: 'order.not_waiting',
  say: t(
    `Order ${about.id} waits for nothing: it is ${about.state}.`,
    `L’ordre ${about.id} n’attend rien : il est « ${about.state} ».`,
  ),
});

const expired = (about: Order): Refusal => ({
  code: 'order.expired',
  say: t(`Order ${about.id} has expired; nothing was run.`, `L’ordre ${about.id} a expiré ; rien n’a été exécuté.`),
  next: t('Send it again.', 'Renvoyez-le.'),
});

const notYours = (about: Order): Refusal => ({
  code: 'order.not_yours',
  say: t(`Order ${about.id} is somebody else’s.`, `L’ordre ${about.id} est celui d’un autre.`),
  next: t('Only who asked for it can confirm it.', 'Seule la personne qui l’a demandé peut le confirmer.'),
});

/** What each word can be about, when it comes without a number: whose orders, and where they stand. */
const candidates: Readonly<Record<string, { readonly states: readonly OrderState[]; readonly own: boolean }>> = {
  confirm: { states: ['confirming'], own: true },
  approve: { states: ['approving'], own: false },
  deny: { states: waitingStates, own: false },
  cancel: { states: [...waitingStates, 'asking', 'queued', 'running'], own: true },
};

/** The order a verdict is about: by number, by the thread it is said in, or the only one it can be about. */
async function aboutOf(desk: Desk, order: Order, word: string, args: JsonObject): Promise<Order | undefined> {
  if (typeof args.order === 'number') return desk.store.orders.get(args.order);
  const inThread = /^order:(\d+)$/.exec(order.thread ?? '')?.[1];
  if (inThread) return desk.store.orders.get(Number(inThread));
  const wanted = candidates[word];
  if (!wanted) return undefined;
  const open = await desk.store.orders.inStates(wanted.states);
  const fitting = open.filter((one) => one.id !== order.id && (one.actor === order.actor) === wanted.own);
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Carries out `confirm`, `approve`, `deny` and `cancel`: each checks its right at this moment. */
export async function decide(desk: Desk, order: Order, actor: Actor, word: string, args: JsonObject): Promise<void> {
  const about = await aboutOf(desk, order, word, args);
  const id = typeof args.order === 'number' ? args.order : undefined;
  if (!about || about.id === order.id) return void (await verdictRefused(desk, order, noSuchOrder(id)));
  const verdict = { order, actor, about };
  if (await given(desk, verdict, word))
    return void (await verdictDone(desk, order, alreadyGiven(about), { about: about.id }));
  if (word === 'confirm') return confirm(desk, verdict);
  if (word === 'approve') return approve(desk, verdict);
  if (word === 'deny') return deny(desk, verdict);
  return cancel(desk, verdict, args.now === true);
}

const verdicts: Readonly<Record<string, Approval['verdict']>> = { confirm: 'confirmed', approve: 'approved' };

/** A yes given twice, or carried out just before the bot was killed, is the same yes: it is no mistake to say it again. */
async function given(desk: Desk, { actor, about }: Verdict, word: string): Promise<boolean> {
  if (about.runId === undefined) return false;
  const approvals = await desk.store.approvals.of(about.id);
  return approvals.some((one) => one.actor === actor.id && one.verdict === verdicts[word]);
}

const alreadyGiven = (about: Order): Card => ({
  tone: 'good',
  title: t(`Order ${about.id} has your word already`, `L’ordre ${about.id} a déjà votre accord`),
  text: t(`It is ${about.state}.`, `Il est « ${about.state} ».`),
});

/** The plan an order waits with, if it still waits and its time is not over. */
async function waitingPlan(desk: Desk, about: Order, state: OrderState): Promise<Result<Plan>> {
  if (about.state !== state) return refused(about.state === 'expired' ? expired(about) : notWaiting(about));
  if (about.expiresAt === undefined || Date.parse(about.expiresAt) <= desk.clock.now()) return refused(expired(about));
  const plan = about.planHash === undefined ? undefined : await desk.store.plans.get(about.planHash);
  return plan ? ok(plan) : refused(notWaiting(about));
}

const permissionOf = (desk: Desk, about: Order): string | undefined =>
  desk.plugins.commands().find((one) => one.name === about.command)?.permission;

/** The asker may have lost the right since the plan was made. */
async function stillAllowed(desk: Desk, about: Order, plan: Plan): Promise<Result<Actor>> {
  const asker = await desk.person(about.actor);
  const permission = permissionOf(desk, about);
  if (!asker || permission === undefined) return refused(notWaiting(about));
  const allowed = allows(desk.policy(), asker, permission, hostsOf(desk, plan));
  return allowed.allowed ? ok(asker) : refused(allowed.refusal);
}

async function confirm(desk: Desk, { order, actor, about }: Verdict): Promise<void> {
  if (about.actor !== actor.id) return void (await verdictRefused(desk, order, notYours(about)));
  if (about.state === 'approving') return void (await verdictRefused(desk, order, notByYourself(about)));
  const plan = await waitingPlan(desk, about, 'confirming');
  if (!plan.ok) return void (await verdictRefused(desk, order, plan.refusal));
  const asker = await stillAllowed(desk, about, plan.value);
  if (!asker.ok) return void (await verdictRefused(desk, order, asker.refusal));
  await desk.store.transaction(async (inside) => {
    await inside.approvals.add(approvalOf(desk, about, actor, 'confirmed', plan.value));
    await recordTo(inside.audit, desk.redactor).append(
      factOf(about, 'order.confirmed', { planHash: plan.value.hash }, actor.id),
    );
  });
  const required = about.requirement;
  if (required && required.approvals > 0) {
    const expiresAt = new Date(desk.clock.now() + required.withinSeconds * 1000).toISOString();
    const card = desk.cards.plan(plan.value, titleOf(plan.value));
    const change = { planHash: plan.value.hash, requirement: required, expiresAt };
    await waitForApprovals(desk, about, asker.value.name, card, change, ['confirming']);
  } else await queueRun(desk, about, plan.value, ['confirming']);
  await verdictDone(
    desk,
    order,
    { tone: 'good', title: t(`Order ${about.id} confirmed`, `Ordre ${about.id} confirmé`) },
    { about: about.id },
  );
}

const notByYourself = (about: Order): Refusal => ({
  code: 'order.needs_another',
  say: t(
    `Order ${about.id} needs somebody else’s approval.`,
    `L’ordre ${about.id} veut l’accord d’une autre personne.`,
  ),
  next: t(`Ask a colleague to approve it: “approve ${about.id}”.`, `Demandez à un collègue : « approve ${about.id} ».`),
});

const approvalOf = (desk: Desk, about: Order, actor: Actor, verdict: Approval['verdict'], plan: Plan): Approval => ({
  orderId: about.id,
  actor: actor.id,
  verdict,
  planHash: plan.hash,
  at: iso(desk.clock),
});

/** Whoever holds the data folder may speak in anybody's name, so a second name is no second person. */
const inAnothersName: Refusal = {
  code: 'order.approval_by_proxy',
  say: t('An approval cannot be given in another’s name.', 'Un accord ne se donne pas au nom d’un autre.'),
  next: t(
    'Let that person approve, logged in as themselves.',
    'Laissez cette personne approuver, connectée elle-même.',
  ),
};

/** May this actor say yes or no to somebody's change? */
function judge(desk: Desk, { actor, about }: Verdict, plan: Plan) {
  const permission = permissionOf(desk, about);
  const required = about.requirement;
  if (permission === undefined || !required) return { allowed: false, refusal: notWaiting(about) } as const;
  return mayApprove(desk.policy(), actor, { actor: about.actor, permission, hosts: hostsOf(desk, plan) }, required);
}

async function approve(desk: Desk, verdict: Verdict): Promise<void> {
  const { order, actor, about } = verdict;
  if (order.via !== undefined) return void (await verdictRefused(desk, order, inAnothersName));
  const plan = await waitingPlan(desk, about, 'approving');
  if (!plan.ok) return void (await verdictRefused(desk, order, plan.refusal));
  const may = judge(desk, verdict, plan.value);
  if (!may.allowed) return void (await verdictRefused(desk, order, may.refusal));
  const asker = await stillAllowed(desk, about, plan.value);
  if (!asker.ok) return void (await verdictRefused(desk, order, asker.refusal));
  await desk.store.transaction(async (inside) => {
    await inside.approvals.add(approvalOf(desk, about, actor, 'approved', plan.value));
    await recordTo(inside.audit, desk.redactor).append(
      factOf(about, 'order.approved', { planHash: plan.value.hash }, actor.id),
    );
  });
  const yes = new Set(
    (await desk.store.approvals.of(about.id))
      .filter((one) => one.verdict === 'approved' && one.planHash === plan.value.hash && one.actor !== about.actor)
      .map((one) => one.actor),
  );
  const wanted = about.requirement?.approvals ?? 1;
  if (yes.size >= wanted) await queueRun(desk, about, plan.value, ['approving']);
  const count = t(`${yes.size} of ${wanted}`, `${yes.size} sur ${wanted}`);
  const card: Card = {
    tone: 'good',
    title: t(`Order ${about.id} approved by ${actor.name}`, `Ordre ${about.id} approuvé par ${actor.name}`),
    footer: count,
  };
  await verdictDone(desk, order, card, { about: about.id });
}

async function deny(desk: Desk, verdict: Verdict): Promise<void> {
  const { order, actor, about } = verdict;
  const plan = await waitingPlan(desk, about, about.state === 'confirming' ? 'confirming' : 'approving');
  if (!plan.ok) return void (await verdictRefused(desk, order, plan.refusal));
  const may = judge(desk, verdict, plan.value);
  if (!may.allowed) return void (await verdictRefused(desk, order, may.refusal));
  const title = t(`Order ${about.id} denied by ${actor.name}`, `Ordre ${about.id} refusé par ${actor.name}`);
  await withdraw(desk, verdict, 'order.denied', title);
}

/** Closes an order that waits: nothing was run. */
async function withdraw(
  desk: Desk,
  { order, actor, about }: Verdict,
  action: string,
  title: Card['title'],
): Promise<void> {
  const card = settledCard(about.card, 'warn', title, t('Nothing was run.', 'Rien n’a été exécuté.'));
  const moved = await move(desk, about, {
    from: [...waitingStates, 'asking'],
    change: { state: 'cancelled', card },
    audit: { action, actor: actor.id },
    show: 'board',
  });
  if (moved) await verdictDone(desk, order, { tone: 'good', title }, { about: about.id });
  else await verdictRefused(desk, order, notWaiting((await desk.store.orders.get(about.id)) ?? about));
}

async function cancel(desk: Desk, verdict: Verdict, now: boolean): Promise<void> {
  const { order, actor, about } = verdict;
  if (about.runId !== undefined && (about.state === 'queued' || about.state === 'running')) {
    return cancelRun(desk, order, actor, about.runId, now);
  }
  if (about.actor !== actor.id) {
    const plan = about.planHash === undefined ? undefined : await desk.store.plans.get(about.planHash);
    if (!plan || !judge(desk, verdict, plan).allowed) return void (await verdictRefused(desk, order, notYours(about)));
  }
  if (![...waitingStates, 'asking'].includes(about.state))
    return void (await verdictRefused(desk, order, notWaiting(about)));
  const title = t(`Order ${about.id} cancelled by ${actor.name}`, `Ordre ${about.id} annulé par ${actor.name}`);
  await withdraw(desk, verdict, 'order.cancelled', title);
}
