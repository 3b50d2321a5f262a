import type { Actor } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order } from '#core/order.ts';
import { countOutcomes, type Plan, runsAnyway } from '#core/plan.ts';
import type { Requirement, Risk } from '#core/policy.ts';
import { beyondCode } from '#core/run.ts';
import type { OrderChange } from '#core/store.ts';
import { t } from '#core/text.ts';
import type { Proposal } from '#kit/command.ts';
import { allows } from '#policy/allows.ts';
import { requirement } from '#policy/requirement.ts';
import { accept, callOf, mayUse, showPatience } from './answer.ts';
import { confirmingCard } from './cards.ts';
import type { CommandDescription } from './catalogue.ts';
import { cancelRun, resumeRun } from './control.ts';
import type { Desk } from './desk.ts';
import { isStale, stale } from './lateness.ts';
import { amid, cutThere, inTheMiddle, notNow, runsNow, underWay, whereCut } from './meanwhile.ts';
import { named } from './named.ts';
import { hostsOf, titleOf, unknownHosts } from './of-plan.ts';
import { withHidden, withUnasked } from './prompts.ts';
import { queueRun } from './queue.ts';
import { type Move, move } from './record.ts';
import { requestOf } from './request.ts';
import { done, fail, refuse } from './settle.ts';
import { waitForApprovals } from './wait.ts';

/** One change on its way from the words to a plan that waits or runs. */
export interface Asked {
  readonly order: Order;
  readonly actor: Actor;
  readonly command: CommandDescription;
  readonly args: JsonObject;
  readonly planOnly: boolean;
}

/** Plans a change: checks the right, asks the plugin what it proposes, plans it, and asks for what policy asks. */
export async function propose(desk: Desk, asked: Asked, signal: AbortSignal): Promise<void> {
  const { order, actor, command, args } = asked;
  const allowed = mayUse(desk, actor, command, args);
  if (!allowed.allowed) return void (await refuse(desk, order, allowed.refusal));
  if (isStale(desk, order)) return void (await refuse(desk, order, stale));
  const accepted = await accept(desk, order, command, args);
  if (!accepted) return;
  const stop = showPatience(desk, accepted, command);
  try {
    const proposal = await desk.plugins.propose(callOf(desk, order, actor, command, args), signal);
    // Stopped with the bot, it is planned at the next start: nothing was done yet.
    if (!proposal.ok && signal.aborted) return;
    if (!proposal.ok) return void (await fail(desk, accepted, proposal.refusal));
    await dispose(desk, { ...asked, order: accepted }, proposal.value, signal, stop);
  } finally {
    stop();
  }
}

/** The core's side of a proposal: nothing a plugin returns is done without the checks here. */
async function dispose(
  desk: Desk,
  asked: Asked,
  proposal: Proposal,
  signal: AbortSignal,
  stop: () => void,
): Promise<void> {
  switch (proposal.do) {
    case 'refuse':
      return void (await refuse(
        desk,
        asked.order,
        { code: 'change.refused', say: proposal.card.title },
        [],
        'chat',
        proposal.card,
      ));
    case 'cancel':
      if (asked.planOnly) return void (await refuse(desk, asked.order, nothingToPlan));
      return cancelRun(desk, asked.order, asked.actor, proposal.run, false, true);
    case 'resume':
      return resumeRun(desk, asked.order, asked.actor, proposal.run, asked.planOnly);
    case 'play':
      return play(desk, asked, proposal, signal, stop);
  }
}

const nothingToPlan: Refusal = {
  code: 'command.nothing_to_plan',
  say: t(
    'To stop a run there is nothing to plan; nothing was done.',
    'Un arrêt ne se planifie pas ; rien n’a été fait.',
  ),
  next: t('Type it without “plan”.', 'Tapez-le sans « plan ».'),
};

/** Rules go by groups: a host that only the changed inventory has is in none of them yet. */
const notYetKnown = (hosts: readonly string[]): Refusal => ({
  code: 'order.unknown_hosts',
  say: t(
    `The inventory has just changed: ${hosts.slice(0, 3).join(', ')} is not in force yet; nothing was done.`,
    `L’inventaire vient de changer : ${hosts.slice(0, 3).join(', ')} n’est pas encore en vigueur ; rien n’a été fait.`,
  ),
  next: t(
    'Send it again in a moment. If that does not help, “bin/quarterdeck check” says what is wrong.',
    'Renvoyez-le dans un instant. Sinon, « bin/quarterdeck check » dit ce qui ne va pas.',
  ),
  retryable: true,
});

type Play = Extract<Proposal, { do: 'play' }>;

/** The hosts this command may be used on by who asks: no other is connected to, not even to look. */
const mayReach = (desk: Desk, { actor, command }: Asked): readonly string[] =>
  desk
    .fleet()
    .hosts()
    .filter((host) => allows(desk.policy(), actor, command.permission, [host]).allowed)
    .map(({ name }) => name);

/** A plan that would reach further than its asker may is refused in the words of the policy, else it failed. */
async function notPlanned(desk: Desk, { order, actor, command }: Asked, refusal: Refusal): Promise<void> {
  const named = refusal.details?.hosts;
  if (refusal.code !== beyondCode || !Array.isArray(named)) return void (await fail(desk, order, refusal));
  const beyond = { hosts: named.map(String) };
  const strangers = unknownHosts(desk, beyond);
  if (strangers.length > 0) return void (await refuse(desk, order, notYetKnown(strangers)));
  const allowed = allows(desk.policy(), actor, command.permission, hostsOf(desk, beyond));
  await refuse(desk, order, allowed.allowed ? notYetKnown(beyond.hosts) : allowed.refusal);
}

async function play(desk: Desk, asked: Asked, proposal: Play, signal: AbortSignal, stop: () => void): Promise<void> {
  const { risk, titleFrom, instead } = proposal;
  const { seen, open } = await runsNow(desk);
  const planned = await desk.runner.plan(requestOf(asked, proposal), mayReach(desk, asked), signal);
  stop();
  if (!planned.ok && signal.aborted) return;
  if (!planned.ok) return void (await notPlanned(desk, asked, planned.refusal));
  const plan = named(planned.value, titleFrom);
  const strangers = unknownHosts(desk, plan);
  if (strangers.length > 0) return void (await refuse(desk, asked.order, notYetKnown(strangers)));
  const hosts = hostsOf(desk, plan);
  const allowed = allows(desk.policy(), asked.actor, asked.command.permission, hosts);
  if (!allowed.allowed) return void (await refuse(desk, asked.order, allowed.refusal));
  await desk.store.plans.put(plan);
  const other = await amid(desk, plan, [...open, ...(await underWay(desk))]);
  const cut = await desk.runner.cutOn(plan.hosts);
  const shown = withInstead(desk.cards.plan(plan, titleOf(plan)), plan, instead);
  const planCard = withUnasked(shown, asked.command, asked.args, desk.prompts());
  const card = whereCut(inTheMiddle(planCard, other, asked.planOnly), cut);
  if (asked.planOnly) return void (await done(desk, asked.order, card, { planHash: plan.hash, planOnly: true }));
  const verdict = runnable(plan);
  if (verdict !== 'run' && other) return void (await refuse(desk, asked.order, notNow(other)));
  if (verdict !== 'run') {
    const told = verdict === 'faulty' ? withHidden(card, asked.command, asked.args, desk.prompts()) : card;
    return void (await settlePlan(desk, asked.order, plan, told, verdict));
  }
  if (cut.length > 0 && asked.actor.kind === 'service') return void (await refuse(desk, asked.order, cutThere(cut)));
  const worst: Risk = risk === 'grave' || asked.command.risk === 'grave' ? 'grave' : 'ordinary';
  const required = requirement(desk.policy(), { permission: asked.command.permission, risk: worst, hosts });
  const change = { risk: worst, seenRuns: seen } as const;
  if (cut.length === 0) return ask(desk, asked, plan, card, required, change);
  // Who said yes in advance did not know it.
  const unseen = { ...asked, order: { ...asked.order, confirmed: false } };
  await ask(desk, unseen, plan, card, { ...required, confirmation: true }, change);
}

/** Whether a plan can run as it is: one that does nothing is done, and one with a fault in it is not started. */
function runnable(plan: Plan): 'run' | 'nothing' | 'faulty' {
  const counts = countOutcomes(plan.steps);
  if (counts.failed > 0 || counts.unreachable > 0) return 'faulty';
  return counts.change > 0 || counts.unknown > 0 || plan.steps.some(runsAnyway) ? 'run' : 'nothing';
}

/** Where a step would fail, and no host is away, what else the plugin offers. */
function withInstead(card: Card, { steps }: Plan, instead: Play['instead'] = []): Card {
  const { failed, unreachable } = countOutcomes(steps);
  return instead.length > 0 && failed > 0 && unreachable === 0 ? { ...card, actions: instead } : card;
}

async function settlePlan(
  desk: Desk,
  order: Order,
  plan: Plan,
  card: Card,
  verdict: 'nothing' | 'faulty',
): Promise<void> {
  if (verdict === 'nothing') return void (await done(desk, order, card, { planHash: plan.hash, changes: 0 }));
  const refusal: Refusal = plan.steps.find((step) => step.refusal)?.refusal ?? { code: 'plan.faulty', say: card.title };
  await fail(desk, order, refusal, { ...card, tone: 'bad', footer: t('Nothing was changed.', 'Rien n’a été changé.') });
}

/** A confirmation that came with the order is one as well, of the plan that was made then. */
const inAdvance = ({ hash, hosts }: Plan): NonNullable<Move['audit']> => ({
  action: 'order.confirmed',
  details: { planHash: hash, hosts, inAdvance: true },
});

/** Asks for a confirmation or for approvals, or queues the run when neither is wanted. */
async function ask(
  desk: Desk,
  asked: Asked,
  plan: Plan,
  card: Card,
  required: Requirement,
  judged: Required<Pick<OrderChange, 'risk' | 'seenRuns'>>,
): Promise<void> {
  const { order, actor } = asked;
  const expiresAt = new Date(desk.clock.now() + required.withinSeconds * 1000).toISOString();
  const change = { planHash: plan.hash, requirement: required, expiresAt, ...judged } as const;
  if (required.confirmation && !order.confirmed) {
    const danger = asked.command.risk === 'grave';
    const waiting = confirmingCard(card, order, danger, required, expiresAt, desk.clock.now());
    return void (await move(desk, order, {
      from: ['working'],
      change: { ...change, state: 'confirming', card: waiting },
      show: 'board',
    }));
  }
  const audit = required.confirmation ? inAdvance(plan) : undefined;
  if (required.approvals > 0) return waitForApprovals(desk, order, actor.name, plan, change, ['working'], audit);
  await queueRun(desk, order, plan, ['working'], change, audit);
}
