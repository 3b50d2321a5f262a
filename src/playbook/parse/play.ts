import { join, t } from '#core/text.ts';
import { engineMisplaced } from '../engine.ts';
import { withNearest } from '../nearest.ts';
import {
  type Common,
  type Item,
  type Play,
  type Prompt,
  type Task,
  tasksOf,
  type Written,
  withDependencies,
} from '../tree.ts';
import { entryOf, type MapNode, type Node } from '../yaml/node.ts';
import { readList } from './block.ts';
import { readBody, readHandlers } from './body.ts';
import { type CommonDraft, commonKeywords, inherit, nothingCommon } from './common.ts';
import type { Draft, Field, Keywords, PlayParts, Reading } from './context.ts';
import {
  checkWay,
  readFlag,
  readFlagOrTemplate,
  readNumberOrTemplate,
  readText,
  readWords,
  readWritten,
  refuseKind,
} from './fields.ts';
import { readKeywords, refuseKeyword, set } from './keywords.ts';
import { isUsed, readRoleUse, roleItems } from './role.ts';
import { holdsTemplate } from './templates.ts';

type Own = Draft<
  Pick<
    Play,
    | 'name'
    | 'hosts'
    | 'varsFiles'
    | 'prompts'
    | 'gatherFacts'
    | 'serial'
    | 'strategy'
    | 'maxFailPercentage'
    | 'forceHandlers'
  >
>;

interface PlayDraft extends Own, CommonDraft {
  preNodes?: readonly Node[];
  roleNodes?: readonly Node[];
  taskNodes?: readonly Node[];
  postNodes?: readonly Node[];
  handlerNodes?: readonly Node[];
}

/** A pattern, or a list of patterns that together select. */
const readHosts = (field: Field, reading: Reading): Play['hosts'] | undefined => {
  const words = readWords(field, reading);
  const [first] = words ?? [];
  if (words === undefined || first === undefined) return undefined;
  return { value: words.map((word) => word.value).join(','), at: first.at };
};

/** Numbers and percentages, one for each batch; the last goes on. */
const readSerial = (field: Field, reading: Reading): readonly Written[] | undefined => {
  const nodes = field.node.kind === 'list' ? field.node.items : [field.node];
  const fits = nodes.every(
    (node) => node.kind === 'scalar' && (holdsTemplate(node.text) || /^\d+(?:\.\d+)?%?$/.test(node.text)),
  );
  return fits ? nodes.map((node) => readWritten(node, reading)) : refuseKind(reading, field, 'number');
};

const strategies: Readonly<Record<string, Play['strategy']>> = { linear: 'linear', free: 'free', host_pinned: 'free' };

const readStrategy = (field: Field, reading: Reading): Play['strategy'] | undefined => {
  const name = field.node.kind === 'scalar' ? field.node.text.replace(/^(?:ansible\.builtin\.|mitogen_)/, '') : '';
  const strategy = strategies[name];
  if (strategy) return strategy;
  const say = t(`there is no strategy “${name}”`, `il n’y a pas de stratégie « ${name} »`);
  reading.faults.add(field.node.at, withNearest(say, name, Object.keys(strategies)));
  return undefined;
};

const readVarsFiles = (field: Field, reading: Reading): Play['varsFiles'] | undefined => {
  const nodes = field.node.kind === 'list' ? field.node.items : [field.node];
  return nodes.flatMap((node) => {
    const words = readWords({ ...field, node }, reading);
    return words ? [words] : [];
  });
};

const readPrompt = (node: Node, reading: Reading): Prompt | undefined => {
  const name = node.kind === 'map' ? entryOf(node, 'name')?.value : undefined;
  if (node.kind !== 'map' || name?.kind !== 'scalar') {
    reading.faults.add(node.at, t('vars_prompt is a list with “name”', 'vars_prompt est une liste avec « name »'));
    return undefined;
  }
  checkWay(reading, { key: name.text, at: name.at, value: '' });
  const byDefault = entryOf(node, 'default')?.value;
  const unsafe = entryOf(node, 'unsafe');
  return {
    name: name.text,
    ...(byDefault && { default: readWritten(byDefault, reading) }),
    text: unsafe !== undefined && readFlag({ key: 'unsafe', at: unsafe.at, node: unsafe.value }, reading) === true,
    at: node.at,
  };
};

const readPrompts = (field: Field, reading: Reading): readonly Prompt[] | undefined => {
  if (field.node.kind !== 'list') return refuseKind(reading, field, 'list');
  return field.node.items.flatMap((node) => readPrompt(node, reading) ?? []);
};

/** The keywords of plays. */
export const playKeywords: Keywords<PlayDraft> = {
  ...commonKeywords,
  name: set<PlayDraft, 'name'>('name', readText),
  hosts: set<PlayDraft, 'hosts'>('hosts', readHosts),
  vars_files: set<PlayDraft, 'varsFiles'>('varsFiles', readVarsFiles),
  vars_prompt: set<PlayDraft, 'prompts'>('prompts', readPrompts),
  gather_facts: set<PlayDraft, 'gatherFacts'>('gatherFacts', readFlagOrTemplate),
  gather_subset: () => undefined,
  gather_timeout: () => undefined,
  serial: set<PlayDraft, 'serial'>('serial', readSerial),
  strategy: set<PlayDraft, 'strategy'>('strategy', readStrategy),
  max_fail_percentage: set<PlayDraft, 'maxFailPercentage'>('maxFailPercentage', readNumberOrTemplate),
  force_handlers: set<PlayDraft, 'forceHandlers'>('forceHandlers', readFlag),
  pre_tasks: set<PlayDraft, 'preNodes'>('preNodes', readList),
  roles: set<PlayDraft, 'roleNodes'>('roleNodes', readList),
  tasks: set<PlayDraft, 'taskNodes'>('taskNodes', readList),
  post_tasks: set<PlayDraft, 'postNodes'>('postNodes', readList),
  handlers: set<PlayDraft, 'handlerNodes'>('handlerNodes', readList),
  // The first play of a playbook speaks for all of it, and is not read here.
  engine: ({ at }, _draft, { faults }) => faults.add(at, engineMisplaced),
};

/** Keywords of Ansible's that are not here. */
const later = new Set(['become_exe', 'fact_path', 'order', 'port', 'user']);

const namesOf = (handler: Task): readonly string[] => [
  handler.name.value,
  ...(handler.role ? [`${handler.role.name} : ${handler.name.value}`] : []),
  ...handler.listen,
];

const refuseUnknownTopics = (tasks: readonly Task[], handlers: readonly Task[], reading: Reading): void => {
  // What an include brings in may hold handlers, or tasks that are handlers.
  if ([...tasks, ...handlers].some((task) => task.include !== undefined)) return;
  const topics = new Set(handlers.flatMap(namesOf));
  const templated = [...topics].some((topic) => topic.includes('{{'));
  for (const word of [...tasks, ...handlers].flatMap((task) => task.notify)) {
    if (templated || word.value.includes('{{') || topics.has(word.value)) continue;
    const names = [...topics].map((topic) => `“${topic}”`).join(', ');
    const known = names === '' ? t('there are none', 'il n’y en a aucun') : t(`there are ${names}`, `il y a ${names}`);
    reading.faults.add(
      word.at,
      join([
        t(
          `no handler of this play is called “${word.value}”: `,
          `aucun handler de ce play ne s’appelle « ${word.value} » : `,
        ),
        known,
      ]),
    );
  }
};

/** The tasks of `roles:`, and the roles themselves for the play. The same use of a role has its tasks there once. */
const readRoles = (nodes: readonly Node[], number: number, parts: PlayParts, reading: Reading): readonly Item[] =>
  nodes.flatMap((node, index) => {
    const use = readRoleUse(node, reading);
    if (use === undefined) return [];
    parts.roles.push(...withDependencies(use.read.role));
    if (isUsed(use, [], reading)) return [];
    const common = { ...inherit(parts.common, use.draft), role: use.read.role };
    return roleItems(use.read, { id: `${number}.${index + 1}r`, common }, reading);
  });

const readPlayMap = (node: MapNode, number: number, read: Omit<Reading, 'play'>, around: Common): Play | undefined => {
  const common: PlayDraft = {};
  const first: Reading = { ...read, play: { number, common: nothingCommon, roles: [], handlers: [] } };
  for (const entry of readKeywords(node, playKeywords, common, first)) {
    refuseKeyword(first, entry, { later, known: Object.keys(playKeywords), of: 'play' });
  }
  const draft = common;
  const { hosts } = draft;
  if (hosts === undefined && entryOf(node, 'hosts') === undefined) {
    read.faults.add(node.at, t('a play needs “hosts”', 'un play a besoin de « hosts »'));
  }
  // A play's variables are weaker than those of its roles: they are no part of what tasks inherit.
  const { vars } = draft;
  const handedDown = { ...inherit(around, draft), vars: {} };
  const parts: PlayParts = { number, common: handedDown, roles: [], handlers: [], used: new Set() };
  const reading: Reading = { ...read, play: parts };
  const body = (nodes: readonly Node[] | undefined, mark: string): readonly Item[] =>
    readBody(nodes ?? [], { id: `${number}`, common: parts.common }, reading, mark);
  const before = body(draft.preNodes, 'p');
  const roles = readRoles(draft.roleNodes ?? [], number, parts, reading);
  const main = [...roles, ...body(draft.taskNodes, '')];
  const after = body(draft.postNodes, 'q');
  const own = readHandlers(draft.handlerNodes ?? [], { id: `${number}`, common: parts.common }, reading);
  const handlers = [...parts.handlers, ...own];
  const sections = [before, main, after].filter((section) => section.length > 0);
  refuseUnknownTopics(
    sections.flatMap((section) => [...tasksOf(section)]),
    handlers,
    reading,
  );
  if (hosts === undefined) return undefined;
  return {
    name: draft.name ?? hosts,
    hosts,
    common: parts.common,
    vars: { ...vars, ...around.vars },
    varsFiles: draft.varsFiles ?? [],
    prompts: draft.prompts ?? [],
    tags: parts.common.tags,
    gatherFacts: draft.gatherFacts ?? { value: true, at: node.at },
    serial: draft.serial ?? [],
    strategy: draft.strategy ?? 'linear',
    anyErrorsFatal: draft.anyErrorsFatal?.value === true,
    ...(draft.maxFailPercentage && { maxFailPercentage: draft.maxFailPercentage }),
    forceHandlers: draft.forceHandlers ?? false,
    roles: parts.roles,
    sections,
    handlers,
    file: reading.file,
    at: node.at,
  };
};

/** Reads one play; `around` is what imports say for it. Undefined when it names no hosts. Faults are noted. */
export const readPlay = (
  node: Node,
  number: number,
  reading: Omit<Reading, 'play'>,
  around: Common,
): Play | undefined => {
  if (node.kind === 'map') return readPlayMap(node, number, reading, around);
  reading.faults.add(
    node.at,
    t('a play must be a mapping of keys and values', 'un play doit être une suite de clés et de valeurs'),
  );
  return undefined;
};
