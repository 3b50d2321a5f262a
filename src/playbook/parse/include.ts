import { posix } from 'node:path';
import { t } from '#core/text.ts';
import { withNearest } from '../nearest.ts';
import type { Common, Include, Item, Position, Written } from '../tree.ts';
import { readPairs } from '../words/pairs.ts';
import { type Entry, type MapNode, type Node, toJson } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import { readBody } from './body.ts';
import { type CommonDraft, commonKeywords, inherit, innerKeywords } from './common.ts';
import type { Place, Reading } from './context.ts';
import { checkWay } from './fields.ts';
import { readKeywords } from './keywords.ts';
import { readRole, roleItems } from './role.ts';
import { readIncludeDraft, type TaskDraft, taskOf } from './task.ts';
import { checkTemplates, holdsTemplate } from './templates.ts';

/** The arguments of an import or include, as written. */
interface Arguments {
  readonly name?: Written<string>;
  readonly from: Include['from'];
  readonly apply?: Node;
  /** Other pairs of the old form `include: a.yml port=80`: variables. */
  readonly others: readonly Entry[];
}

const fromKeys = ['tasks', 'vars', 'defaults', 'handlers'] as const;

const entriesOf = (entry: Entry, argsNode: Node | undefined, reading: Reading): readonly Entry[] => {
  const more = argsNode?.kind === 'map' ? argsNode.entries : [];
  const { value } = entry;
  if (value.kind === 'map') return [...value.entries, ...more];
  if (value.kind !== 'scalar' || value.value === null) return more;
  const read = readPairs(value.text);
  if (read === undefined) {
    reading.faults.add(
      value.at,
      t('a quote or a template is not closed here', 'un guillemet ou un gabarit n’est pas fermé ici'),
    );
    return more;
  }
  const scalar = (text: string): Node => ({ kind: 'scalar', value: text, text, at: value.at });
  const pairs = [...read.pairs].map(([key, text]) => ({ key, at: value.at, value: scalar(text) }));
  const first = read.rest === '' ? [] : [{ key: 'file', at: value.at, value: scalar(read.rest) }];
  return [...first, ...pairs, ...more];
};

const argumentsOf = (entry: Entry, what: Include['what'], argsNode: Node | undefined, reading: Reading): Arguments => {
  const from: { -readonly [K in keyof Include['from']]: Include['from'][K] } = {};
  const others: Entry[] = [];
  let name: Written<string> | undefined;
  let apply: Node | undefined;
  const nameKeys = what === 'role' ? ['name', 'role'] : ['file', '_raw_params'];
  const ignored = new Set(['public', 'allow_duplicates', 'rolespec_validate']);
  for (const one of entriesOf(entry, argsNode, reading)) {
    const { key, value } = one;
    const part = fromKeys.find((known) => key === `${known}_from`);
    if (value.kind === 'scalar' && nameKeys.includes(key)) {
      checkTemplates(value, reading);
      name = { value: value.text, at: value.at };
    } else if (what === 'role' && part !== undefined && value.kind === 'scalar') from[part] = value.text;
    else if (key === 'apply') apply = value;
    else if (!ignored.has(key)) others.push(one);
  }
  return { ...(name && { name }), from, ...(apply && { apply }), others };
};

const noName = (reading: Reading, entry: Entry, what: Include['what']): void =>
  reading.faults.add(
    entry.at,
    what === 'role'
      ? t(`${entry.key} names no role`, `${entry.key} ne nomme aucun rôle`)
      : t(`${entry.key} names no file`, `${entry.key} ne nomme aucun fichier`),
  );

const refuseOthers = (reading: Reading, entry: Entry, others: readonly Entry[], what: Include['what']): void => {
  const known =
    what === 'role' ? ['name', 'apply', 'public', ...fromKeys.map((key) => `${key}_from`)] : ['file', 'apply'];
  for (const other of others) {
    const say = t(`${entry.key} has no argument “${other.key}”`, `${entry.key} n’a pas d’argument « ${other.key} »`);
    reading.faults.add(other.at, withNearest(say, other.key, known));
  }
};

const whatOf = (key: string): Include['what'] => (key.endsWith('_role') ? 'role' : 'tasks');

interface Bringing {
  readonly draft: TaskDraft;
  readonly entry: Entry;
  readonly what: Include['what'];
  readonly name: Written<string>;
  readonly args: Arguments;
}

const readBringing = (node: MapNode, key: string, reading: Reading): Bringing | undefined => {
  const read = readIncludeDraft(node, key, reading);
  if (read === undefined) return undefined;
  const { draft, entry } = read;
  const what = whatOf(key);
  const args = argumentsOf(entry, what, draft.argsNode, reading);
  if (what === 'role') refuseOthers(reading, entry, args.others, what);
  else {
    for (const one of args.others) checkWay(reading, { ...one, value: toJson(one.value) });
    const given = args.others.map(({ key: name, value }) => [
      name,
      { value: value.kind === 'scalar' ? value.value : null, at: value.at },
    ]);
    draft.vars = { ...Object.fromEntries(given), ...draft.vars };
  }
  if (args.name === undefined) {
    noName(reading, entry, what);
    return undefined;
  }
  return { draft, entry, what, name: args.name, args };
};

/** `apply` of an include: keywords for the tasks inside. */
const applied = (node: Node | undefined, reading: Reading): CommonDraft => {
  const draft: CommonDraft = {};
  if (node?.kind !== 'map') return draft;
  const known = { ...commonKeywords, ...innerKeywords };
  for (const entry of readKeywords(node, known, draft, reading)) {
    const say = t(`apply has no keyword “${entry.key}”`, `apply n’a pas de mot-clé « ${entry.key} »`);
    reading.faults.add(entry.at, withNearest(say, entry.key, Object.keys(known)));
  }
  return draft;
};

/** An include: one task, what it brings in is read when it is reached; a plain name is looked at now as well. */
export const readInclude = (node: MapNode, key: string, place: Place, reading: Reading): readonly Item[] => {
  const bringing = readBringing(node, key, reading);
  if (bringing === undefined) return [];
  const { draft, what, name, args } = bringing;
  // Its variables reach the tasks inside; its other keywords are about itself.
  const handed = { ...draft.vars, ...applied(args.apply, reading).vars };
  const inside = inherit(place.common, { ...applied(args.apply, reading), vars: handed });
  const include: Include = { what, name, from: args.from, inside, folder: posix.dirname(reading.file) };
  const module = what === 'role' ? 'include_role' : 'include_tasks';
  const task = taskOf(draft, place, { module, at: node.at, action: { args: {} }, include }, reading);
  lookAhead(include, place, reading);
  return [task];
};

/** Reads what a plain name brings in, for its faults alone: they are told before anything runs. */
const lookAhead = (include: Include, place: Place, reading: Reading): void => {
  if (holdsTemplate(include.name.value) || reading.trail.includes(trailOf(include, reading))) return;
  const apart = { ...reading, play: { ...reading.play, roles: [], handlers: [], used: new Set<string>() } };
  readIncluded(include, include.name.value, place.id, apart);
};

const trailOf = (include: Pick<Include, 'what' | 'name' | 'folder'>, reading: Reading): string =>
  `${include.what} ${include.what === 'role' ? '' : posix.dirname(reading.file)} ${include.name.value}`;

/** What an include whose name is now known brings in. Faults are noted, those of files that are not there too. */
export const readIncluded = (include: Include, name: string, id: string, reading: Reading): readonly Item[] => {
  const { at } = include.name;
  const trail = [...reading.trail, trailOf(include, reading)];
  if (include.what === 'tasks') {
    return readTasksFile({ value: name, at }, { id, common: include.inside }, { ...reading, trail });
  }
  const role = readRole({ value: name, at }, { from: include.from, use: {} }, { ...reading, trail });
  if (role === undefined) return [];
  return roleItems(role, { id, common: { ...include.inside, role: role.role } }, { ...reading, trail });
};

/** Where a file of tasks is looked for: beside the file that names it, in the role's tasks, beside the playbook. */
const candidates = (name: string, common: Common, reading: Reading): readonly string[] => {
  const folders = [
    posix.dirname(reading.file),
    ...(common.role ? [`${common.role.folder}/tasks`, common.role.folder] : []),
    reading.folder,
    posix.join(reading.folder, 'tasks'),
  ];
  return posix.isAbsolute(name) ? [name] : [...new Set(folders.map((folder) => posix.join(folder, name)))];
};

const notFound = (reading: Reading, name: Written<string>, tried: readonly string[]): void =>
  reading.faults.add(
    name.at,
    t(
      `there is no file “${name.value}”; looked for ${tried.join(', ')}`,
      `il n’y a pas de fichier « ${name.value} » ; cherché : ${tried.join(', ')}`,
    ),
  );

const noList = (reading: Reading, at: Position): void =>
  reading.faults.add(at, t('a file of tasks is a list of tasks', 'un fichier de tâches est une liste de tâches'));

/** A file that is brought in again and again by itself has no end. */
const deepest = 60;

const readTasksFile = (name: Written<string>, place: Place, reading: Reading): readonly Item[] => {
  const tried = candidates(name.value, place.common, reading);
  const part = reading.files.first(tried);
  if (part === undefined) {
    notFound(reading, name, tried);
    return [];
  }
  const trail = [...reading.trail, part.shown];
  if (reading.trail.filter((step) => step === part.shown).length > 0 || trail.length > deepest) {
    reading.faults.add(name.at, t(`“${part.shown}” brings in itself`, `« ${part.shown} » s’inclut lui-même`));
    return [];
  }
  const node = readYaml(part.text, part.shown, reading.faults, reading.files.vault);
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind === 'list') return readBody(node.items, place, { ...reading, file: part.shown, trail });
  noList(reading, node.at);
  return [];
};

const refuseTemplate = (reading: Reading, key: string, name: Written<string>): void =>
  reading.faults.add(
    name.at,
    t(
      `${key} is read before anything is known of the hosts: “${name.value}” needs include_… instead`,
      `${key} est lu avant que rien ne soit connu des hôtes : « ${name.value} » demande include_…`,
    ),
  );

/** An import: its tasks stand where it stands, with its keywords as if each had them. */
export const readImport = (node: MapNode, key: string, place: Place, reading: Reading): readonly Item[] => {
  const bringing = readBringing(node, key, reading);
  if (bringing === undefined) return [];
  const { draft, what, name, args, entry } = bringing;
  if (draft.loop !== undefined) {
    reading.faults.add(
      entry.at,
      t(`${key} cannot loop; use include_…`, `${key} ne peut pas boucler ; utilisez include_…`),
    );
  }
  if (holdsTemplate(name.value)) {
    refuseTemplate(reading, key, name);
    return [];
  }
  const inside = { id: place.id, common: inherit(place.common, draft) };
  if (what === 'tasks') return readTasksFile(name, inside, reading);
  const role = readRole(name, { from: args.from, use: {} }, reading);
  if (role === undefined) return [];
  reading.play.roles.push(role.role);
  return roleItems(role, { ...inside, common: { ...inside.common, role: role.role } }, reading);
};
