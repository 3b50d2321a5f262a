import type { Json } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import { type Text, t } from '#core/text.ts';
import { didYouMean, inReadingOrder, type SettingsFault, showPath } from './faults.ts';
import { pathKey, type Spot } from './tree.ts';
import { conditions, grants, inside, items, type Written, written } from './written.ts';

const noneOfThem = (name: string): Text =>
  t(
    `The inventory has no group or host "${name}": this would never apply.`,
    `L’inventaire n’a ni groupe ni hôte « ${name} » : ceci ne s’appliquerait jamais.`,
  );

const addIt = {
  hint: t('Correct it, or add it to the inventory.', 'Corrigez-le, ou ajoutez-le à l’inventaire.'),
};

/** Every group or host that a role or a rule is about. */
function namesIn(value: Json): readonly Written[] {
  const about = [
    ...grants(value).map(({ grant, path }) => ({ on: inside(grant, 'on'), path })),
    ...conditions(value).map(({ when, path }) => ({ on: inside(when, 'on'), path })),
  ];
  return about.flatMap(({ on, path }) => items(on).flatMap((name, at) => written(name, [...path, 'on', at])));
}

/**
 * Roles and rules about what the inventory does not have: a slip there would silently drop an approval. `known` are the
 * groups and hosts of the inventory; an empty group counts. The values may be such as the schema refuses elsewhere.
 */
export function fleetFaults(
  value: Json,
  spots: ReadonlyMap<string, Spot>,
  known: readonly string[],
): readonly SettingsFault[] {
  const there = new Set(['all', ...known]);
  const faults = namesIn(value).flatMap(({ name, path }) => {
    const place = spots.get(pathKey(path))?.value;
    if (there.has(name) || place === undefined) return [];
    const [near] = nearest(name, there);
    const hint = near === undefined ? addIt : didYouMean(near);
    const message = noneOfThem(name);
    return [{ ...place, code: 'settings.unknown_group' as const, path: showPath(path), message, ...hint }];
  });
  return inReadingOrder(faults);
}
