import type { Actor } from '#core/actor.ts';
import type { Refusal } from '#core/errors.ts';
import type { Fleet, Host } from '#core/hosts.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';
import type { NeedName } from '#kit/command.ts';
import { allows, type Decision } from '#policy/allows.ts';
import type { CommandDescription } from './catalogue.ts';
import type { Desk } from './desk.ts';
import type { PluginCall } from './plugins/contract.ts';
import { move } from './record.ts';
import { done, fail, refuse } from './settle.ts';

/** After this long without an answer the chat shows that it is being worked on. */
const patienceMs = 500;

/** Kinds of argument whose value may be the name of a host, or of a group of them. */
const mayNameHosts = ['host', 'hosts', 'word', 'choice'];

/** The hosts an order's arguments name, whatever the plugin calls them: a word that is a host's name is that host. */
export function namedHosts(
  desk: { fleet(): Pick<Fleet, 'hosts'> },
  command: CommandDescription,
  args: JsonObject,
): readonly Host[] {
  const names = new Set(
    command.args
      .filter((arg) => mayNameHosts.includes(arg.kind))
      .flatMap((arg) => args[arg.name] ?? [])
      .map((name) => String(name).toLowerCase()),
  );
  const isNamed = (name: string) => names.has(name.toLowerCase());
  return desk
    .fleet()
    .hosts()
    .filter((host) => isNamed(host.name) || host.groups.some(isNamed));
}

/** May this actor use this command on the hosts named so far? */
export const mayBegin = (desk: Desk, actor: Actor, command: CommandDescription, args: JsonObject): Decision =>
  allows(desk.policy(), actor, command.permission, namedHosts(desk, command, args));

/** What a command gets by these is not cut to the hosts its actor may see. */
const uncut: readonly NeedName[] = ['logs', 'metrics', 'audit'];

/**
 * May this actor use this command on the hosts its arguments name? Where it names none and nothing else cuts its answer,
 * that may be about any host, or the bot's own machine: then on all of them.
 */
export function mayUse(desk: Desk, actor: Actor, command: CommandDescription, args: JsonObject): Decision {
  const named = namedHosts(desk, command, args);
  const anywhere = named.length === 0 && command.needs.some((need) => uncut.includes(need));
  const { permission } = command;
  const may = allows(desk.policy(), actor, permission, anywhere ? desk.fleet().hosts() : named);
  return may.allowed || !anywhere ? may : { allowed: false, refusal: notAnywhere(permission, may.refusal) };
}

/** Who names no host is told of none. */
const notAnywhere = (permission: string, { details: _hosts, ...refusal }: Refusal): Refusal => ({
  ...refusal,
  say: t(`You may not use ${permission} on all hosts.`, `Vous n’avez pas le droit ${permission} sur tous les hôtes.`),
  details: { permission },
});

/** What the plugin host is told of one use of a command. */
export const callOf = (
  desk: Desk,
  order: Order,
  actor: Actor,
  command: CommandDescription,
  args: JsonObject,
): PluginCall => ({
  plugin: command.plugin,
  command: command.name,
  args,
  actor,
  language: actor.language ?? desk.language(),
  orderId: order.id,
});

/** Writes down that the order is allowed and under way; undefined when somebody else has it. */
export const accept = (
  desk: Desk,
  order: Order,
  command: CommandDescription,
  args: JsonObject,
): Promise<Order | undefined> =>
  move(desk, order, {
    from: ['received', 'working'],
    change: { state: 'working', command: command.name, args },
    audit: { action: 'order.accepted', details: { kind: command.kind, args } },
  });

/** Shows, when it takes long, that the order is being worked on. Returns the way to stop. */
export function showPatience(desk: Desk, order: Order, command: CommandDescription): () => void {
  const card = { tone: 'running', title: t(`${command.name}: asking…`, `${command.name} : je demande…`) } as const;
  const timer = setTimeout(() => {
    move(desk, order, { from: ['working'], change: { card } }).catch((cause: unknown) =>
      desk.log.warn({ cause, order: order.id }, 'the sign of life could not be said'),
    );
  }, patienceMs);
  return () => clearTimeout(timer);
}

/** Answers a question: checks the right, writes it down, asks the plugin, says the answer. */
export async function answer(
  desk: Desk,
  order: Order,
  actor: Actor,
  command: CommandDescription,
  args: JsonObject,
  signal: AbortSignal,
): Promise<void> {
  const allowed = mayUse(desk, actor, command, args);
  if (!allowed.allowed) return void (await refuse(desk, order, allowed.refusal));
  const accepted = await accept(desk, order, command, args);
  if (!accepted) return;
  const stop = showPatience(desk, accepted, command);
  const answered = await desk.plugins.answer(callOf(desk, order, actor, command, args), signal).finally(stop);
  // Stopped with the bot, it is answered at the next start: a question may be asked twice.
  if (!answered.ok && signal.aborted) return;
  if (!answered.ok) return void (await fail(desk, accepted, answered.refusal));
  if (!('do' in answered.value)) return void (await done(desk, accepted, answered.value));
  const { card } = answered.value;
  await refuse(desk, accepted, { code: 'question.refused', say: card.title }, [], 'chat', card);
}
