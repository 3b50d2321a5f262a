import type { Actor } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import { Fault, type Refusal, refusalOf } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';
import { answer, mayBegin } from './answer.ts';
import { builtInCommands } from './builtin.ts';
import { askingCard, settledCard } from './cards.ts';
import type { CommandDescription } from './catalogue.ts';
import { stopUnwrittenCode } from './control.ts';
import { decide } from './decide.ts';
import type { Desk } from './desk.ts';
import { examplesFor } from './examples.ts';
import { filledLine } from './filled-line.ts';
import { allCard, commandCard, helpCard, noHelp } from './help.ts';
import { noRun } from './no-run.ts';
import { hostsFor, type Offering, offeredTo } from './offered.ts';
import { propose } from './propose.ts';
import { move } from './record.ts';
import { atWork, done, fail, refuse } from './settle.ts';
import { dropStale, orderOfKey } from './stale.ts';
import { type Understood, understand } from './understand.ts';
import type { Known } from './values.ts';

/** How long a missing argument is waited for. */
const askingMs = 15 * 60_000;

/** Every command there is now, the built-in ones first. */
export const allCommands = (desk: Desk): readonly CommandDescription[] => [
  ...builtInCommands,
  ...desk.plugins.commands(),
];

/** What values are checked against now. */
export const knownNow = (desk: Desk): Known => ({
  fleet: desk.fleet(),
  playbooks: desk.playbooks(),
  playbooksHere: desk.playbooksHere,
  prompts: desk.prompts(),
  noPlaybooks: desk.noPlaybooks(),
  secrets: desk.secrets(),
  commands: allCommands(desk).map((command) => command.name),
  now: desk.clock.now(),
});

const stranger = (id: string): Refusal => ({
  code: 'actor.unknown',
  say: t(`I do not know ${id}.`, `Je ne connais pas ${id}.`),
  next: t(
    'Ask an administrator to add you under “people”.',
    'Demandez à un administrateur de vous ajouter sous « people ».',
  ),
});

const broken: Refusal = {
  code: 'order.broken',
  say: t(
    'Something broke inside me; nothing more was done.',
    'Quelque chose s’est cassé en moi ; rien de plus n’a été fait.',
  ),
  next: t('The log of the bot says what.', 'Le journal du bot dit quoi.'),
};

const held: Card = {
  tone: 'bad',
  title: t(
    'I cannot write down what I do, so I do nothing.',
    'Je ne peux pas consigner ce que je fais, donc je ne fais rien.',
  ),
  text: t('I try again by myself until I can.', 'Je réessaie de moi-même jusqu’à ce que je le puisse.'),
};

/** Says that an order waits for the store or the audit, where even that can be kept. Its state stays what it is. */
export const hold = (desk: Desk, order: Order, why?: Refusal) => {
  const card: Card = why ? { tone: 'bad', title: why.say, ...(why.next ? { text: why.next } : {}) } : held;
  // Said once, however often it is tried again.
  if (JSON.stringify(order.card?.title) === JSON.stringify(card.title)) return Promise.resolve(undefined);
  return move(desk, order, { from: ['received', 'working'], change: { card } }).catch(() => undefined);
};

/** Why an order is held is told where that is not the store's trouble, which passes. */
const isTold = (why: Refusal | undefined): boolean => why?.code === stopUnwrittenCode || why?.code === 'audit.cut';

/**
 * Carries a stored order as far as it goes: what goes wrong is said and written down. Throws only when that cannot be
 * done either: then nothing was, and the order is to be worked on again.
 */
export async function work(desk: Desk, order: Order, about: string | undefined, signal: AbortSignal): Promise<void> {
  const own = new AbortController();
  desk.working.set(order.id, own);
  try {
    await attempt(desk, order, about, AbortSignal.any([signal, own.signal]));
  } catch (thrown) {
    const refusal = refusalOf(thrown) ?? broken;
    desk.log.error({ err: thrown, order: order.id }, 'an order failed');
    await (refusal.code === stopUnwrittenCode ? Promise.reject(thrown) : fail(desk, order, refusal)).catch(
      async (cause: unknown) => {
        desk.log.error({ err: cause, order: order.id }, 'its failure could not be stored either');
        await hold(desk, order, [refusal, refusalOf(cause)].find(isTold));
        throw new Fault({ ...refusal, retryable: true }, { cause });
      },
    );
  } finally {
    desk.working.delete(order.id);
  }
  if (about === undefined) return;
  await dropStale(desk, order, about).catch((cause: unknown) =>
    desk.log.error({ err: cause, order: order.id }, 'a button whose time is over stays on its message'),
  );
}

async function attempt(desk: Desk, order: Order, about: string | undefined, signal: AbortSignal): Promise<void> {
  const actor = await desk.person(order.actor);
  if (!actor) return void (await refuse(desk, order, stranger(order.actor)));
  const meaning = await understood(desk, order.text, actor);
  const held = await heldIn(desk, order, meaning);
  if (held) return void (await refuse(desk, order, held));
  if (about !== undefined && meaning.kind === 'order') await takeOver(desk, order, about);
  switch (meaning.kind) {
    case 'nothing':
      return void (await done(desk, order, helpCard(permitted(desk, actor), actor)));
    case 'refused':
      return void (await refuseLine(desk, order, actor, meaning));
    case 'asking':
      return askBack(desk, order, actor, meaning);
    case 'order':
      return carryOut(desk, order, actor, meaning, signal);
  }
}

/** What a line means now. A value that is not known may be the name of what came a moment ago. */
async function understood(desk: Desk, text: string, actor: Actor): Promise<Understood> {
  const meaning = understand(text, allCommands(desk), knownTo(desk, actor));
  if (meaning.kind !== 'refused' || meaning.refusal.code !== 'argument.wrong') return meaning;
  await desk.lookAgain();
  return understand(text, allCommands(desk), knownTo(desk, actor));
}

/** The same as now, with the hosts that this actor is told of: those they may use the command on. */
const knownTo = (desk: Desk, actor: Actor): Known => ({
  ...knownNow(desk),
  shown: (command, arg) => hostsFor({ desk, actor }, { command, arg, before: [] }),
  mayUse: (command) => isPermitted(desk, actor, command),
});

/** A word of the order path itself: a yes, a no, a cancel, `help`. */
export interface Word {
  readonly name: string;
  /** The order it names, by its number or by the thread it is said in. */
  readonly order: number | undefined;
}

/** The word that a line is, where it is one. */
export function wordIn(desk: Desk, { text }: Pick<Order, 'text'>): Word | undefined {
  const meaning = understand(text, builtInCommands, knownNow(desk));
  if (meaning.kind !== 'order') return undefined;
  const { order } = meaning.args;
  return { name: meaning.command.name, order: order === undefined ? undefined : Number(order) };
}

/**
 * Its words put together otherwise than they were written, such as without one between them, may be a secret that was not
 * seen in the line: shown, it would tell whether a guess is right. A button's line was judged when it was offered.
 */
async function heldIn(desk: Desk, order: Order, meaning: Understood): Promise<Refusal | undefined> {
  if (order.kind === 'action' || meaning.kind === 'nothing') return undefined;
  const words = meaning.kind === 'refused' ? meaning.instead : Object.values(meaning.args).map(spoken);
  return desk.holdsSecret(order.actor, words.join('\n'), order.channel);
}

/** A value as a plugin may show it. */
const spoken = (value: Json): string =>
  Array.isArray(value) ? value.map(String).join(' ') : typeof value === 'string' ? value : JSON.stringify(value);

type RefusedLine = Extract<Understood, { kind: 'refused' }>;

/** What is wrong with a line tells what a command takes: not to who may not use it at all. */
async function refuseLine(desk: Desk, order: Order, actor: Actor, { refusal, instead, command }: RefusedLine) {
  const meant = allCommands(desk).find(({ name, permission }) => name === command && permission !== '');
  const may = meant && mayBegin(desk, actor, meant, {});
  if (may && !may.allowed) await refuse(desk, order, may.refusal);
  else await refuse(desk, order, refusal, instead);
}

type Asking = Extract<Understood, { kind: 'asking' }>;
type Meant = Extract<Understood, { kind: 'order' }>;

/** The commands this actor may use on something. */
export const permitted = (desk: Desk, actor: Actor): readonly CommandDescription[] =>
  allCommands(desk).filter((command) => isPermitted(desk, actor, command));

const isPermitted = (desk: Desk, actor: Actor, command: CommandDescription): boolean =>
  command.permission === '' || mayBegin(desk, actor, command, {}).allowed;

/** What offers to this actor are made of. */
export const offeringTo = (desk: Desk, actor: Actor): Offering => ({
  desk,
  actor,
  commands: permitted(desk, actor),
  known: knownNow(desk),
});

const isRuns = ({ name }: CommandDescription): boolean => name === 'runs';

/** Asks for what is missing, unless there is none or the actor may not use the command anyway. */
async function askBack(desk: Desk, order: Order, actor: Actor, asking: Asking): Promise<void> {
  const { command, args, missing, line } = asking;
  if (command.permission !== '') {
    const allowed = mayBegin(desk, actor, command, args);
    if (!allowed.allowed) return void (await refuse(desk, order, allowed.refusal));
  }
  const before = Object.values(args)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .map(String);
  const offered = new Map<string, readonly string[]>();
  for (const arg of missing) {
    const values = await offeredTo(offeringTo(desk, actor), { command, arg, before });
    const none = values.length === 0 ? await noRun(desk, arg) : undefined;
    if (none) return void (await refuse(desk, order, none, permitted(desk, actor).some(isRuns) ? ['runs'] : []));
    offered.set(arg.name, values);
  }
  await move(desk, order, {
    // Taken up again it may be further: what the command takes may have changed meanwhile.
    from: atWork,
    change: {
      state: 'asking',
      command: command.name,
      args,
      expiresAt: new Date(desk.clock.now() + askingMs).toISOString(),
      card: askingCard(command.name, line, missing, {
        offered,
        filled: (values) => filledLine(line, values, allCommands(desk), knownNow(desk)),
      }),
    },
    audit: { action: 'order.asked', details: { missing: missing.map((arg) => arg.name) } },
  });
}

/** An order made by a form or a button of another that was asking: that one is answered. */
async function takeOver(desk: Desk, order: Order, about: string): Promise<void> {
  const id = orderOfKey(about);
  const asking = id === undefined ? undefined : await desk.store.orders.get(id);
  if (asking?.state !== 'asking' || asking.actor !== order.actor) return;
  const title = t(`Answered: see order ${order.id}`, `Complété : voir l’ordre ${order.id}`);
  const card: Card = settledCard(undefined, 'info', asking.card?.title ?? title, title);
  await move(desk, asking, {
    from: ['asking'],
    change: { state: 'cancelled', card },
    audit: { action: 'order.completed', details: { by: order.id } },
  });
}

async function carryOut(desk: Desk, order: Order, actor: Actor, meant: Meant, signal: AbortSignal): Promise<void> {
  const { command, args, planOnly } = meant;
  if (command.plugin === '') return builtIn(desk, order, actor, command, args);
  if (command.kind === 'question') return answer(desk, order, actor, command, args, signal);
  return propose(desk, { order, actor, command, args, planOnly }, signal);
}

async function builtIn(
  desk: Desk,
  order: Order,
  actor: Actor,
  command: CommandDescription,
  args: Meant['args'],
): Promise<void> {
  if (command.name !== 'help') return decide(desk, order, actor, command.name, args);
  await help(desk, order, actor, typeof args.about === 'string' ? topicOf(args.about) : '');
}

/** What help is asked for, without the mark that ends a sentence. */
const topicOf = (about: string): string =>
  about
    .replace(/[\s.?!…]+$/, '')
    .trim()
    .toLowerCase();

async function help(desk: Desk, order: Order, actor: Actor, wanted: string): Promise<void> {
  const commands = permitted(desk, actor);
  const found = commands.find((one) => one.name === wanted || one.aliases.includes(wanted));
  if (found)
    return void (await done(
      desk,
      order,
      commandCard(found, commands, await examplesFor(offeringTo(desk, actor), found)),
    ));
  if (wanted === '') return void (await done(desk, order, helpCard(commands, actor)));
  if (wanted === 'all') return void (await done(desk, order, allCard(commands)));
  const names = commands.map((one) => one.name);
  const near = nearest(wanted, names);
  const offered = near.length > 0 ? near : names.filter((name) => name.startsWith(`${wanted} `)).slice(0, 3);
  const card = noHelp(wanted, offered);
  await refuse(desk, order, { code: 'help.unknown', say: card.title }, [], 'chat', card);
}
