import { t } from '#core/text.ts';
import type { Module } from '../modules/module.ts';
import type { Include, Position, Task, Written } from '../tree.ts';
import { type Entry, entryOf, type MapNode, type Node } from '../yaml/node.ts';
import { type Action, readAction } from './action.ts';
import { type CommonDraft, inherit, innerKeywords } from './common.ts';
import type { Draft, Keywords, Place, Reading } from './context.ts';
import { readConditions, readName, readNames, readNumberOrTemplate, readText } from './fields.ts';
import { readKeywords, refuseKeyword, set } from './keywords.ts';
import { controlOf, type LoopDraft, loopKeywords, readWith } from './loop.ts';

type Own = Draft<
  Pick<
    Task,
    'name' | 'register' | 'listen' | 'changedWhen' | 'failedWhen' | 'until' | 'retries' | 'delay' | 'async' | 'poll'
  >
>;

/** A task as far as it has been read. */
export interface TaskDraft extends Own, CommonDraft, LoopDraft {
  argsNode?: Node;
}

/** The keywords of tasks. */
export const taskKeywords: Keywords<TaskDraft> = {
  ...innerKeywords,
  ...loopKeywords,
  name: set<TaskDraft, 'name'>('name', readText),
  register: set<TaskDraft, 'register'>('register', readName),
  listen: set<TaskDraft, 'listen'>('listen', readNames),
  changed_when: set<TaskDraft, 'changedWhen'>('changedWhen', readConditions),
  failed_when: set<TaskDraft, 'failedWhen'>('failedWhen', readConditions),
  until: set<TaskDraft, 'until'>('until', readConditions),
  retries: set<TaskDraft, 'retries'>('retries', readNumberOrTemplate),
  delay: set<TaskDraft, 'delay'>('delay', readNumberOrTemplate),
  async: set<TaskDraft, 'async'>('async', readNumberOrTemplate),
  poll: set<TaskDraft, 'poll'>('poll', readNumberOrTemplate),
  args: (field, draft) => {
    draft.argsNode = field.node;
  },
};

/** Keywords of Ansible's that are not here: named, rather than taken for a module. */
const later = new Set(['become_exe', 'port']);

/** What a task says apart from its keywords: `with_…` is read here, the rest names a module. */
const othersOf = (node: MapNode, draft: TaskDraft, reading: Reading): readonly Entry[] => {
  const others: Entry[] = [];
  for (const entry of readKeywords(node, taskKeywords, draft, reading)) {
    if (!entry.key.startsWith('with_')) others.push(entry);
    else readWith({ key: entry.key, at: entry.at, node: entry.value }, draft, reading);
  }
  return others;
};

const isAction = (key: string): boolean => key === 'action' || key === 'local_action';

/** The one entry that says what to do; the fault is noted when there is none, or more than one. */
const actionAmong = (others: readonly Entry[], at: Position, reading: Reading): Entry | undefined => {
  const actions = others.filter(({ key }) => isAction(key) || reading.known.get(key) !== undefined);
  const known = [...Object.keys(taskKeywords), ...reading.known.names()];
  for (const entry of others) {
    if (!actions.includes(entry)) refuseKeyword(reading, entry, { later, known, of: 'task' });
  }
  const [first, second] = actions;
  if (second !== undefined) {
    reading.faults.add(
      second.at,
      t(
        `one task has one module: “${first?.key}” and “${second.key}” are both here`,
        `une tâche a un seul module : « ${first?.key} » et « ${second.key} » sont tous deux là`,
      ),
    );
  } else if (first === undefined && others.length === 0) {
    reading.faults.add(at, t('this task names no module', 'cette tâche ne nomme aucun module'));
  }
  return first;
};

/** `action: copy src=a dest=b`, or a mapping with `module`: the entry as if the module were written itself. */
const opened = (entry: Entry, reading: Reading): Entry | undefined => {
  if (!isAction(entry.key)) return entry;
  const { value } = entry;
  if (value.kind === 'map') {
    const module = entryOf(value, 'module');
    if (module?.value.kind !== 'scalar') return noModule(entry, reading);
    const entries = value.entries.filter((one) => one !== module);
    return { key: module.value.text, at: module.at, value: { ...value, entries } };
  }
  const [, key, rest = ''] = (value.kind === 'scalar' && /^\s*(\S+)\s*([\s\S]*)$/.exec(value.text)) || [];
  if (value.kind !== 'scalar' || key === undefined) return noModule(entry, reading);
  return { key, at: value.at, value: { ...value, value: rest === '' ? null : rest, text: rest } };
};

const noModule = (entry: Entry, reading: Reading): undefined => {
  reading.faults.add(entry.at, t(`${entry.key} names no module`, `${entry.key} ne nomme aucun module`));
  return undefined;
};

const moduleOf = (action: Entry, reading: Reading): Module | undefined => {
  const module = reading.known.get(action.key);
  if (module === undefined) {
    refuseKeyword(reading, action, { later: new Set(), known: reading.known.names(), of: 'task' });
  }
  return module;
};

/** A task made of what was read. */
export const taskOf = (
  draft: TaskDraft,
  place: Place,
  what: { readonly module: string; readonly at: Position; readonly action: Action; readonly include?: Include },
  reading: Reading,
): Task => {
  const { name, register, listen, changedWhen, failedWhen, until, retries, delay, loop, loopWith, async, poll } = draft;
  const own = {
    register,
    async,
    poll,
    changedWhen,
    failedWhen,
    until,
    retries,
    delay,
    loop,
    loopWith,
    include: what.include,
  };
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return {
    ...inherit(place.common, draft),
    ...given,
    kind: 'task',
    id: place.id,
    name: name ?? { value: what.module, at: what.at },
    module: what.module,
    ...what.action,
    loopControl: controlOf(draft),
    listen: listen ?? [],
    file: reading.file,
    at: what.at,
  };
};

const localhost = (at: Position): Written<string> => ({ value: 'localhost', at });

/** Reads one task or handler. Undefined when it has no usable module; the fault is noted. */
export const readTask = (node: MapNode, place: Place, reading: Reading): Task | undefined => {
  const draft: TaskDraft = {};
  const written = actionAmong(othersOf(node, draft, reading), node.at, reading);
  const action = written && opened(written, reading);
  const module = action && moduleOf(action, reading);
  if (action === undefined || module === undefined) return undefined;
  if (written?.key === 'local_action') draft.delegateTo ??= localhost(written.at);
  const defaults = { ...place.common.moduleDefaults, ...draft.moduleDefaults }[module.name] ?? {};
  const read = readAction(module, action, draft.argsNode, reading, defaults);
  return { ...taskOf(draft, place, { module: module.name, at: node.at, action: read }, reading) };
};

/** Reads the keywords of what brings other tasks in, which is no module: the rest are its arguments. */
export const readIncludeDraft = (
  node: MapNode,
  key: string,
  reading: Reading,
): { readonly draft: TaskDraft; readonly entry: Entry } | undefined => {
  const draft: TaskDraft = {};
  const others = othersOf(node, draft, reading);
  const entry = others.find((other) => other.key === key);
  const known = Object.keys(taskKeywords);
  for (const other of others) if (other !== entry) refuseKeyword(reading, other, { later, known, of: 'task' });
  return entry && { draft, entry };
};
