import type { Refusal } from '#core/errors.ts';
import { ok, refused } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Plan } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { RunInventory } from '#playbook/inventory/regroup.ts';
import type { HostState } from './host-state.ts';
import type { Loaded, PlayOver } from './load.ts';
import type { Walk } from './walk.ts';

/**
 * The hosts of each play once tasks regroup them. Whoever is brought into a play must be a host of the inventory and, in
 * a run, one that the plan named.
 */
export function createHostsOf(options: {
  readonly loaded: Loaded;
  readonly inventory: RunInventory;
  readonly plan: Plan | undefined;
  /** The hosts the asker may touch; any when undefined. */
  readonly within: readonly string[] | undefined;
  /** Where hosts are noted that no play names by itself. */
  readonly delegated: Set<string>;
  stateOf(host: Host): HostState;
}): Walk['hostsOf'] {
  const { loaded, inventory, plan, delegated, stateOf } = options;
  const own = new Set(loaded.hosts.map((host) => host.name));
  return (one) => {
    if (one.regrouped && inventory.doubt !== undefined) return refused(undecidedHosts(one, inventory.doubt));
    if (!inventory.changed) return ok(one.hosts.map(stateOf));
    const hosts = matched(one, inventory).filter((host) => loaded.isLeft(host.name));
    for (const { name } of hosts) {
      const refusal = whyNot(name, one, options);
      if (refusal) return refused(refusal);
      if (!own.has(name)) delegated.add(name);
    }
    return ok(hosts.map((host) => stateOf(loaded.inventory.host(host.name) ?? host)));
  };

  function whyNot(name: string, { play }: PlayOver, { loaded: { inventory: written } }: typeof options) {
    const place = `${play.at.file}:${play.at.line}:${play.at.column}`;
    if (!written.host(name)) return noHost(name, place);
    if (options.within?.includes(name) === false) return beyondHost(name, place);
    return plan && !plan.hosts.includes(name) ? unplannedHost(name, place) : undefined;
  }
}

const matched = ({ pattern }: PlayOver, inventory: RunInventory): readonly Host[] => {
  const found = inventory.now.match(pattern, { lenient: true });
  return found.ok ? found.value : [];
};

const undecidedHosts = ({ pattern, play: { at } }: PlayOver, task: string): Refusal => ({
  code: 'step.no_host',
  say: t(
    `${at.file}:${at.line}:${at.column}: nobody can say yet which hosts are “${pattern}”: “${task}” depends on what an earlier step gives.`,
    `${at.file}:${at.line}:${at.column} : personne ne peut encore dire quels hôtes sont « ${pattern} » : « ${task} » dépend de ce que donne une étape précédente.`,
  ),
  next: t(
    'Group by facts or by variables of the inventory, or split the playbook in two.',
    'Groupez selon des faits ou des variables de l’inventaire, ou coupez le playbook en deux.',
  ),
});

const noHost = (name: string, place: string): Refusal => ({
  code: 'step.no_host',
  say: t(
    `${place}: “${name}” was added by add_host and is no host of the inventory: it can hold variables, and is never connected to.`,
    `${place} : « ${name} » a été ajouté par add_host et n’est pas un hôte de l’inventaire : il peut porter des variables, mais on ne s’y connecte jamais.`,
  ),
  next: t('Add it to the inventory, with how to reach it.', 'Ajoutez-le à l’inventaire, avec le moyen de le joindre.'),
});

/** The refusal when a host would be connected to on which the asker has no right. */
export const beyondHost = (name: string, place: string): Refusal => ({
  code: 'policy.not_allowed',
  say: t(
    `${place}: you may not do this on ${name}, to which it leads.`,
    `${place} : vous n’en avez pas le droit sur ${name}, où cela mène.`,
  ),
  details: { hosts: [name] },
});

/** The refusal when a run would touch a host that its plan did not name. */
export const unplannedHost = (name: string, place: string): Refusal => ({
  code: 'run.drifted',
  say: t(
    `${place}: the plan did not say that ${name} would be touched.`,
    `${place} : le plan ne disait pas que ${name} serait touché.`,
  ),
  next: t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.'),
});
