import { nearest } from '#core/nearest.ts';
import { type Text, t } from '#core/text.ts';
import { didYouMean, inReadingOrder, type Path, type SettingsFault, showPath } from './faults.ts';
import type { Settings } from './schema.ts';
import { pathKey, type Spot } from './tree.ts';

type Named = { readonly name: string; readonly path: Path };

const noneOfThem = (name: string): Text =>
  t(
    `The inventory has no group or host "${name}": this would never apply.`,
    `L’inventaire n’a ni groupe ni hôte « ${name} » : ceci ne s’appliquerait jamais.`,
  );

const addIt = {
  hint: t('Correct it, or add it to the inventory.', 'Corrigez-le, ou ajoutez-le à l’inventaire.'),
};

/** Every group or host that a role or a rule is about. */
function namesIn({ roles, rules }: Pick<Settings, 'roles' | 'rules'>): readonly Named[] {
  const ofRoles = Object.entries(roles).flatMap(([role, { allow }]) =>
    allow.flatMap(({ on }, grant) => on.map((name, at) => ({ name, path: ['roles', role, 'allow', grant, 'on', at] }))),
  );
  const ofRules = rules.flatMap(({ when }, rule) =>
    (when.on ?? []).map((name, at) => ({ name, path: ['rules', rule, 'when', 'on', at] })),
  );
  return [...ofRoles, ...ofRules];
}

/**
 * Roles and rules about what the inventory does not have: a slip there would silently drop an approval. `known` are the
 * groups and hosts of the inventory; an empty group counts.
 */
export function fleetFaults(
  settings: Pick<Settings, 'roles' | 'rules'>,
  spots: ReadonlyMap<string, Spot>,
  known: readonly string[],
): readonly SettingsFault[] {
  const there = new Set(['all', ...known]);
  const faults = namesIn(settings).flatMap(({ name, path }) => {
    const place = spots.get(pathKey(path))?.value;
    if (there.has(name) || place === undefined) return [];
    const [near] = nearest(name, there);
    const hint = near === undefined ? addIt : didYouMean(near);
    const message = noneOfThem(name);
    return [{ ...place, code: 'settings.unknown_group' as const, path: showPath(path), message, ...hint }];
  });
  return inReadingOrder(faults);
}
