import type { z } from 'zod';
import type { Json } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import { type Text, t } from '#core/text.ts';
import { didYouMean, inReadingOrder, type Path, type SettingsCode, type SettingsFault, showPath } from './faults.ts';
import { shapeFaults } from './issues.ts';
import { type Settings, settingsSchema } from './schema.ts';
import { pathKey, type Spot } from './tree.ts';
import { conditions, entries, grants, inside, items, type Written, written } from './written.ts';

type Spots = ReadonlyMap<string, Spot>;

/** What a plugin's schema says of its settings. */
export interface PluginIssue {
  readonly plugin: string;
  readonly issue: unknown;
  /** The keys that may stand where one is unknown. */
  readonly keys: readonly string[];
}

/** What the plugins are, as far as the configuration speaks of them. */
export interface PluginsThere {
  readonly names: readonly string[];
  /** Every permission that a command or a page asks for; undefined when not all plugins are known. */
  readonly permissions: readonly string[] | undefined;
  /** Whether a permission or pattern covers a permission. */
  covers(pattern: string, permission: string): boolean;
}

/** Names of plugins and permissions that there are not: a slip there would silently drop an approval, or a right. */
export function pluginFaults(value: Json, spots: Spots, there: PluginsThere): readonly SettingsFault[] {
  return inReadingOrder([...unknownPlugins(value, spots, there), ...unknownPermissions(value, spots, there)]);
}

function fault(path: Path, spot: 'key' | 'value', spots: Spots, code: SettingsCode, say: Said): SettingsFault[] {
  const place = spots.get(pathKey(path))?.[spot]; // without one it is not of the file: the demo brought it
  return place ? [{ ...place, code, path: showPath(path), ...say }] : [];
}

interface Said {
  readonly message: Text;
  readonly hint?: Text;
}

/** The plugins that are not to be loaded. */
export const disabledIn = (value: Json): readonly Written[] =>
  items(inside(inside(value, 'plugins'), 'disable')).flatMap((name, at) => written(name, ['plugins', 'disable', at]));

function unknownPlugins(value: Json, spots: Spots, { names }: PluginsThere): SettingsFault[] {
  const say = (name: string): Said => ({
    message: t(`There is no plugin "${name}".`, `Il n’y a pas de greffon « ${name} ».`),
    ...hintFor(name, names),
  });
  const code = 'settings.unknown_plugin';
  const disabled = disabledIn(value).flatMap(({ name, path }) =>
    names.includes(name) ? [] : fault(path, 'value', spots, code, say(name)),
  );
  const set = entries(inside(inside(value, 'plugins'), 'settings')).flatMap(([name]) =>
    names.includes(name) ? [] : fault(['plugins', 'settings', name], 'key', spots, code, say(name)),
  );
  return [...disabled, ...set];
}

const hintFor = (name: string, known: readonly string[]): { readonly hint?: Text } => {
  const [near] = nearest(name, known);
  if (near !== undefined) return didYouMean(near);
  const all = known.toSorted().join(', ');
  return { hint: t(`There are: ${all}.`, `Il y a : ${all}.`) };
};

/** Every permission that a role or a rule of the configuration names. */
const permissionsIn = (value: Json): readonly Written[] => [
  ...grants(value).flatMap(({ grant, path }) => written(inside(grant, 'permission'), [...path, 'permission'])),
  ...conditions(value).flatMap(({ when, path }) => written(inside(when, 'permission'), [...path, 'permission'])),
];

function unknownPermissions(value: Json, spots: Spots, { permissions, covers }: PluginsThere): SettingsFault[] {
  if (permissions === undefined) return [];
  const patterns = new Set(permissions.map((name) => `${name.split('.')[0]}.*`));
  return permissionsIn(value).flatMap(({ name, path }) => {
    if (permissions.some((one) => covers(name, one))) return [];
    const known = name.endsWith('*') ? [...patterns] : [...permissions, ...patterns];
    const message = t(
      `No command asks for the permission "${name}": this would never apply.`,
      `Aucune commande ne demande le droit « ${name} » : ceci ne s’appliquerait jamais.`,
    );
    return fault(path, 'value', spots, 'settings.unknown_permission', { message, ...hintFor(name, known) });
  });
}

/** What the plugins' schemas say of their settings, in our words and with the line. */
export function pluginSettingFaults(
  settings: Settings,
  spots: Spots,
  issues: readonly PluginIssue[],
): readonly SettingsFault[] {
  const { file } = spots.get(pathKey([]))?.key ?? { file: '' };
  // It came from YAML and holds nothing that JSON cannot say.
  const value = { plugins: { settings: settings.plugins.settings as Json } };
  const faults = issues.flatMap(({ plugin, issue, keys }) => {
    const one = issue as z.core.$ZodIssue; // the same library made it, on the other side of the wall
    const placed = { ...one, path: ['plugins', 'settings', plugin, ...one.path] };
    return shapeFaults([placed], { schema: settingsSchema, value, spots, outside: new Set(), file, keys });
  });
  return inReadingOrder(faults);
}
