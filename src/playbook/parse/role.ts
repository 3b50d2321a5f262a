import { posix } from 'node:path';
import { t } from '#core/text.ts';
import { toBoolean } from '../modules/convert.ts';
import { withNearest } from '../nearest.ts';
import type { Common, Include, Item, Position, Role, Vars, Written } from '../tree.ts';
import { type Entry, entryOf, type MapNode, type Node, toJson } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import { readBody, readHandlers } from './body.ts';
import { type CommonDraft, inherit, innerKeywords } from './common.ts';
import type { Place, Reading } from './context.ts';
import { checkWay, readVars, readWritten } from './fields.ts';
import { readKeywords } from './keywords.ts';
import { holdsTemplate } from './templates.ts';

/** A role that was found and read, apart from its tasks. */
export interface ReadRole {
  readonly role: Role;
  readonly from: Include['from'];
  /** The roles it depends on, as its meta file uses them. */
  readonly dependencies: readonly RoleUse[];
  /** Its meta file says that each use of it counts: `allow_duplicates`. */
  readonly repeats: boolean;
}

/** A role as a play or a meta file uses it. */
export interface RoleUse {
  readonly read: ReadRole;
  readonly draft: CommonDraft;
}

/** Where roles are looked for: `roles/` beside the playbook and in the playbooks folder, beside the role that needs it. */
const foldersFor = (name: string, reading: Reading): readonly string[] => {
  const short = name.split('.').at(-1) ?? name;
  const beside = reading.file.includes('/meta/') ? [posix.join(posix.dirname(posix.dirname(reading.file)), '..')] : [];
  const places = [posix.join(reading.folder, 'roles'), 'roles', reading.folder, ...beside];
  const names = short === name ? [name] : [name, short];
  return [...new Set(places.flatMap((folder) => names.map((one) => posix.join(folder, one))))];
};

const requirements = ['requirements.yml', 'roles/requirements.yml'];

const isRequired = (name: string, reading: Reading): boolean => {
  const part = reading.files.first(requirements.map((file) => posix.join(reading.folder, file)));
  return part?.text.includes(name) === true;
};

const noRole = (reading: Reading, name: Written<string>): undefined => {
  const known = ['roles', posix.join(reading.folder, 'roles')].flatMap((folder) => reading.files.names(folder));
  const fetch = name.value.split('.').length === 3 ? 'collection' : 'role';
  const how = isRequired(name.value, reading)
    ? `ansible-galaxy ${fetch} install -r requirements.yml -p roles`
    : `ansible-galaxy ${fetch} install -p roles ${name.value}`;
  const say = t(
    `there is no role “${name.value}” in roles/ (fetch it: ${how})`,
    `il n’y a pas de rôle « ${name.value} » dans roles/ (pour l’obtenir : ${how})`,
  );
  reading.faults.add(name.at, withNearest(say, name.value, known));
  return undefined;
};

const filesNamed = (folder: string, kind: string, name: string): readonly string[] =>
  /\.(?:ya?ml|json)$/.test(name)
    ? [`${folder}/${kind}/${name}`]
    : ['.yml', '.yaml', '.json', ''].map((extension) => `${folder}/${kind}/${name}${extension}`);

/** Variables of `defaults/` or `vars/`: a file, or every file of a folder of that name. */
const readRoleVars = (folder: string, kind: string, name: string, reading: Reading): Vars => {
  const part = reading.files.first(filesNamed(folder, kind, name));
  const parts = part
    ? [part]
    : reading.files
        .names(`${folder}/${kind}/${name}`)
        .flatMap((file) => reading.files.first([`${folder}/${kind}/${name}/${file}`]) ?? []);
  const all: Record<string, Written> = {};
  for (const { text, shown } of parts) {
    const node = readYaml(text, shown, reading.faults, reading.files.vault);
    if (node) Object.assign(all, readVars({ key: shown, at: node.at, node }, { ...reading, file: shown }));
  }
  return all;
};

/** What a role's meta file says that matters here. */
const readMeta = (folder: string, reading: Reading): Pick<ReadRole, 'dependencies' | 'repeats'> => {
  const part = reading.files.first(filesNamed(folder, 'meta', 'main'));
  const node = part && readYaml(part.text, part.shown, reading.faults, reading.files.vault);
  const list = node?.kind === 'map' ? entryOf(node, 'dependencies')?.value : undefined;
  const flag = node?.kind === 'map' ? entryOf(node, 'allow_duplicates')?.value : undefined;
  const repeats = flag?.kind === 'scalar' && toBoolean(flag.value) === true;
  if (part === undefined || list?.kind !== 'list') return { dependencies: [], repeats };
  const dependencies = list.items.flatMap((item) => readRoleUse(item, { ...reading, file: part.shown }) ?? []);
  return { dependencies, repeats };
};

const circular = (reading: Reading, name: Written<string>): undefined => {
  const roles = reading.trail.filter((step) => step.startsWith('role: ')).map((step) => step.slice('role: '.length));
  reading.faults.add(
    name.at,
    t(
      `the role “${name.value}” depends on itself: ${[...roles, name.value].join(' → ')}`,
      `le rôle « ${name.value} » dépend de lui-même : ${[...roles, name.value].join(' → ')}`,
    ),
  );
  return undefined;
};

/** Finds a role and reads its variables and dependencies; its handlers join the play's. Undefined when it is not there. */
export const readRole = (
  name: Written<string>,
  how: {
    readonly from: Include['from'];
    readonly use: { readonly vars?: Vars; readonly params?: Vars };
    /** What the use says for all its tasks, handlers too. */
    readonly draft?: CommonDraft;
  },
  reading: Reading,
): ReadRole | undefined => {
  const folder = foldersFor(name.value, reading).find((path) => reading.files.isFolder(path));
  if (folder === undefined || name.value === '') return noRole(reading, name);
  const step = `role: ${name.value}`;
  if (reading.trail.includes(step) && how.from.tasks === undefined) return circular(reading, name);
  const inside = { ...reading, trail: [...reading.trail, step] };
  const { from } = how;
  const { dependencies, repeats } = readMeta(folder, inside);
  const role: Role = {
    name: name.value,
    folder,
    defaults: readRoleVars(folder, 'defaults', from.defaults ?? 'main', inside),
    vars: { ...how.use.vars, ...readRoleVars(folder, 'vars', from.vars ?? 'main', inside) },
    params: how.use.params ?? {},
    dependencies: dependencies.map((use) => use.read.role),
  };
  addHandlers(role, from.handlers ?? 'main', how.draft ?? {}, inside);
  return { role, from, dependencies, repeats };
};

/**
 * A role's handlers come into the play once for each different use of the role: the last is notified by name, and all of
 * them hear what they listen to, as in Ansible.
 */
const addHandlers = (role: Role, name: string, draft: CommonDraft, reading: Reading): void => {
  const part = reading.files.first(filesNamed(role.folder, 'handlers', name));
  if (part === undefined) return;
  const known = reading.play.handlers.filter((handler) => handler.file === part.shown && handler.role);
  const uses = new Set(known.map((handler) => useOf(handler.role)));
  if (uses.has(useOf(role))) return;
  const node = readYaml(part.text, part.shown, reading.faults, reading.files.vault);
  if (node?.kind !== 'list') return;
  const again = uses.size === 0 ? '' : `~${uses.size + 1}`;
  const id = `${reading.play.number}.h.${role.name.replaceAll(/[^\w-]/g, '_')}${again}`;
  reading.play.handlers.push(
    ...readHandlers(
      node.items,
      { id, common: { ...inherit(reading.play.common, draft), role } },
      { ...reading, file: part.shown },
    ),
  );
};

const useOf = (role: Role | undefined): string => JSON.stringify(role && [valuesOf(role.params), valuesOf(role.vars)]);

const valuesOf = (vars: Vars): object =>
  Object.fromEntries(Object.entries(vars).map(([name, { value }]) => [name, value]));

/** Without places: the same words elsewhere are the same. */
const withoutPlaces = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'line' in value && 'column' in value ? undefined : value;

/** True when the play has the tasks of this very use of a role already; notes that it has them now. */
export const isUsed = ({ read, draft }: RoleUse, around: Common['when'], reading: Reading): boolean => {
  const { used } = reading.play;
  if (used === undefined || read.repeats) return false;
  const { folder, params, vars } = read.role;
  const key = JSON.stringify([folder, read.from, params, vars, draft, around], withoutPlaces);
  if (used.has(key)) return true;
  used.add(key);
  return false;
};

/** A role's tasks, those of the roles it depends on first. */
export const roleItems = ({ role, from, dependencies }: ReadRole, place: Place, reading: Reading): readonly Item[] => {
  const before = dependencies.flatMap((use, index) => {
    if (isUsed(use, place.common.when, reading)) return [];
    const common = { ...inherit(place.common, use.draft), role: use.read.role };
    return roleItems(use.read, { id: `${place.id}.d${index + 1}`, common }, reading);
  });
  const name = from.tasks ?? 'main';
  const part = reading.files.first(filesNamed(role.folder, 'tasks', name));
  if (part === undefined) {
    if (from.tasks !== undefined) noTasks(reading, role, name);
    return before;
  }
  const node = readYaml(part.text, part.shown, reading.faults, reading.files.vault);
  if (node?.kind !== 'list') return before;
  const inside = { ...reading, file: part.shown, trail: [...reading.trail, part.shown] };
  return [...before, ...readBody(node.items, place, inside)];
};

const noTasks = (reading: Reading, role: Role, name: string): void => {
  const at: Position = { file: role.folder, line: 1, column: 1 };
  reading.faults.add(
    at,
    t(`the role “${role.name}” has no tasks “${name}”`, `le rôle « ${role.name} » n’a pas de tâches « ${name} »`),
  );
};

const roleKeys = new Set(['role', 'name']);

const nameIn = (node: MapNode): Entry | undefined => entryOf(node, 'role') ?? entryOf(node, 'name');

/** Reads one entry of `roles:` or of a meta file: a name, or a mapping with keywords and parameters. */
export const readRoleUse = (node: Node, reading: Reading): RoleUse | undefined => {
  const entry = node.kind === 'map' ? nameIn(node) : undefined;
  const scalar = node.kind === 'map' ? entry?.value : node;
  if (scalar?.kind !== 'scalar' || scalar.value === null || holdsTemplate(scalar.text)) {
    reading.faults.add(node.at, t('a role is named by a word', 'un rôle se nomme par un mot'));
    return undefined;
  }
  const draft: CommonDraft = {};
  const rest = node.kind === 'map' ? readKeywords(node, innerKeywords, draft, reading) : [];
  const { vars, ...others } = draft;
  const params: Record<string, Written> = {};
  for (const one of rest) {
    if (roleKeys.has(one.key)) continue;
    params[one.key] = readWritten(one.value, reading);
    checkWay(reading, { ...one, value: toJson(one.value) });
  }
  const from = 'tasks_from' in params ? { tasks: String(params.tasks_from?.value) } : {};
  const name = { value: scalar.text, at: scalar.at };
  const read = readRole(name, { from, use: { ...(vars && { vars }), params }, draft: others }, reading);
  return read && { read, draft: others };
};
