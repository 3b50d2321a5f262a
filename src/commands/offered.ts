import type { Actor } from '#core/actor.ts';
import type { Host } from '#core/hosts.ts';
import type { Order } from '#core/order.ts';
import { isResumable, type Run } from '#core/run.ts';
import { allows } from '#policy/allows.ts';
import { mayUse } from './answer.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import { canResume, canStop } from './control.ts';
import type { Desk } from './desk.ts';
import { hostsOf } from './of-plan.ts';
import { ordersFor } from './order-meant.ts';
import { type Known, offers } from './values.ts';

/** Somebody in the middle of a line: the command, the argument that comes next, the words before it. */
export interface Typing {
  readonly command: CommandDescription;
  readonly arg: ArgDescription;
  readonly before: readonly string[];
}

/** What offers are made of. */
export interface Offering {
  readonly desk: Desk;
  readonly actor: Actor;
  /** The commands the actor may use. */
  readonly commands: readonly CommandDescription[];
  readonly known: Known;
}

/** So many runs are looked through for those that may be offered, and so many are. */
export const lookedThrough = 100;
const mostRuns = 20;

/** What is offered to somebody for an argument, most useful first: nothing that they may not see, or use the command on. */
export async function offeredTo(offering: Offering, typing: Typing): Promise<readonly string[]> {
  const { desk, actor, commands, known } = offering;
  const { command, arg } = typing;
  if (arg.kind === 'host' || arg.kind === 'hosts') return hostsFor(offering, typing);
  switch (arg.lists) {
    case 'commands':
      return [...commands.map(({ name }) => name).sort(), 'all'];
    case 'orders':
      return (await ordersFor(desk, actor, command.name)).map(numberOf);
    case 'runs':
      return numbers(await seenRuns(offering, command, await desk.store.runs.last(lookedThrough)));
    case 'running':
      return numbers(
        await filtered(await desk.store.runs.inStates(['running', 'queued']), ({ id }) => canStop(desk, actor, id)),
      );
    case 'resumable':
      return numbers(await resumableRuns(offering));
    case 'people':
      return mayUse(desk, actor, command, {}).allowed ? namesOf(await desk.people()) : [];
    case 'metrics':
    case 'logs':
      return targetsFor(offering, typing, arg.lists);
    case 'figures':
      return figuresFor(offering, typing);
    default:
      return offers(arg, known);
  }
}

const numberOf = ({ id }: Pick<Order, 'id'>): string => String(id);
const numbers = (runs: readonly Run[]): readonly string[] =>
  [...runs]
    .sort((a, b) => b.id - a.id)
    .slice(0, mostRuns)
    .map(({ id }) => String(id));

/** Hosts on which the actor may use the command, and the groups of which that is so for all; of a service, those it runs on. */
export function hostsFor(
  { desk, actor }: Pick<Offering, 'desk' | 'actor'>,
  { command, arg, before }: Typing,
): readonly string[] {
  const fleet = desk.fleet();
  const { hostsOf: homes = {} } = arg;
  const homeOf = (word: string) => (Object.hasOwn(homes, word) ? homes[word] : undefined);
  const home = before.map(homeOf).find((pattern) => pattern !== undefined);
  const there = home === undefined ? undefined : fleet.match(home);
  if (there && !there.ok) return [];
  const isThere = ({ name }: Host): boolean => !there?.ok || there.value.some((one) => one.name === name);
  const [policy, all] = [desk.policy(), fleet.hosts()];
  const mayUseOn = (host: Host): boolean => isThere(host) && allows(policy, actor, command.permission, [host]).allowed;
  const names = new Set(all.filter(mayUseOn).map(({ name }) => name));
  const members = new Set(all.flatMap(({ groups }) => groups));
  for (const { name, groups } of all) if (!names.has(name)) for (const group of groups) members.delete(group);
  const whole = arg.kind === 'hosts' ? fleet.groups().filter((group) => members.has(group)) : [];
  return [...whole, ...names];
}

const filtered = async <T>(all: readonly T[], keeps: (one: T) => Promise<boolean>): Promise<readonly T[]> => {
  const kept = await Promise.all(all.map(keeps));
  return all.filter((_one, at) => kept[at]);
};

/** Those on all of whose hosts the actor may use the command; one of no host may tell about any. */
const seenRuns = ({ desk, actor }: Offering, { permission }: CommandDescription, runs: readonly Run[]) =>
  filtered(runs, async ({ planHash }) => {
    const hosts = await desk.store.plans.hosts(planHash);
    const all = hosts?.length === 0 ? desk.fleet().hosts() : hosts && hostsOf(desk, { hosts });
    return all !== undefined && allows(desk.policy(), actor, permission, all).allowed;
  });

async function resumableRuns({ desk, actor }: Offering): Promise<readonly Run[]> {
  const { store } = desk;
  const open = (await store.runs.last(lookedThrough)).filter(isResumable);
  const offered: Run[] = [];
  for (const run of open) {
    if (offered.length === mostRuns) break;
    if ((await store.runs.resumedBy(run.id)) === undefined && (await canResume(desk, actor, run.id))) offered.push(run);
  }
  return offered;
}

/** What people are called; the id of those whose name another has. */
const namesOf = (people: readonly Actor[]): readonly string[] =>
  people.map(({ id, name }) => (people.some((one) => one.id !== id && one.name === name) ? id : name)).sort();

const targetsFor = async (
  { desk, actor }: Offering,
  { command, arg }: Typing,
  what: 'metrics' | 'logs',
): Promise<readonly string[]> =>
  (await desk.plugins.listed(what)).filter((target) => mayUse(desk, actor, command, { [arg.name]: target }).allowed);

/** The figures of the target that was typed, where the actor may ask for them. */
async function figuresFor({ desk, actor }: Offering, { command, before }: Typing): Promise<readonly string[]> {
  const of = command.args.find(({ lists }) => lists === 'metrics');
  const target = before[0];
  if (of === undefined || target === undefined) return [];
  return mayUse(desk, actor, command, { [of.name]: target }).allowed ? desk.plugins.listed('figures', target) : [];
}
