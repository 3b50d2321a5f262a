import { namedHosts } from '#commands/answer.ts';
import type { CommandDescription } from '#commands/catalogue.ts';
import { type ActorId, isSamePerson } from '#core/actor.ts';
import type { Fleet, Host } from '#core/hosts.ts';
import type { Order } from '#core/order.ts';
import type { Policy } from '#core/policy.ts';
import type { Sight } from '#core/sight.ts';
import type { ConsoleMessages, People, Plans } from '#core/store.ts';
import { allows } from '#policy/allows.ts';

/** What sight is decided on. */
export interface SightOptions {
  readonly people: Pick<People, 'get'>;
  readonly plans: Pick<Plans, 'hosts'>;
  /** Where an order's message stands, when it is shown at all. */
  readonly messages: Pick<ConsoleMessages, 'get'>;
  policy(): Policy;
  fleet(): Pick<Fleet, 'hosts'>;
  commands(): readonly CommandDescription[];
}

/** What a reader must hold to see an order of somebody else. */
interface Need {
  readonly permission: string;
  readonly hosts: readonly Host[];
}

/** A host that has left the inventory: only a grant on its name or on `all` still covers it. */
const gone = (name: string): Host => ({ name, groups: [], address: name });

const byName = (names: readonly string[], fleet: Pick<Fleet, 'hosts'>): readonly Host[] => {
  const known = new Map(fleet.hosts().map((host) => [host.name, host]));
  return names.map((name) => known.get(name) ?? gone(name));
};

/** An order that names no host may tell about any: then all of them are meant. */
const orAll = (hosts: readonly Host[], fleet: Pick<Fleet, 'hosts'>): readonly Host[] =>
  hosts.length > 0 ? hosts : fleet.hosts();

/** The hosts a plan is about, as rules see them: one that left is still meant, and a plan of no host may tell about any. */
export const hostsOfPlan = (hosts: readonly string[], fleet: Pick<Fleet, 'hosts'>): readonly Host[] =>
  orAll(byName(hosts, fleet), fleet);

/** Undefined when nobody but its actor may see the order: a word about another order, or one never understood. */
async function needOf(order: Order, options: SightOptions): Promise<Need | undefined> {
  const command = options.commands().find((one) => one.name === order.command);
  const fleet = options.fleet();
  if (order.planHash !== undefined || order.runId !== undefined) {
    const hosts = order.planHash === undefined ? undefined : await options.plans.hosts(order.planHash);
    return hosts && { permission: 'runs.read', hosts: hostsOfPlan(hosts, fleet) };
  }
  if (command === undefined || order.args === undefined) return undefined;
  // A change without a plan may be about hosts that its arguments do not name.
  const named = command.kind === 'change' ? [] : namedHosts(options, command, order.args);
  return { permission: command.permission, hosts: orAll(named, fleet) };
}

/**
 * Who sees other people's orders: for a plan or a run whoever may list runs on all its hosts, for anything else whoever
 * may use the same command on the same hosts. Who reads the audit: whoever may ask for it in chat, which is on all hosts,
 * for it tells about any.
 */
export function sightOf(options: SightOptions): Sight {
  const may = async (id: ActorId, { permission, hosts }: Need) => {
    const actor = await options.people.get(id);
    return actor !== undefined && allows(options.policy(), actor, permission, hosts).allowed;
  };
  const personOf = async (id: ActorId) => (await options.people.get(id)) ?? { id };
  const isTheirs = async (one: Order, actor: ActorId): Promise<boolean> =>
    one.actor === actor || isSamePerson(await personOf(one.actor), await personOf(actor));
  const order: Sight['order'] = async (actor, one) => {
    if (await isTheirs(one, actor)) return true;
    const need = await needOf(one, options);
    return need !== undefined && may(actor, need);
  };
  return {
    order,
    async content(actor, one) {
      if (await isTheirs(one, actor)) return true;
      const message = await options.messages.get(`order:${one.id}`);
      return message !== undefined && message.to === undefined && order(actor, one);
    },
    audit: (actor) => may(actor, { permission: 'audit.read', hosts: options.fleet().hosts() }),
  };
}
