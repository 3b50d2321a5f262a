import { t } from '#core/text.ts';
import type { Become, Position, Task } from '../tree.ts';
import { type Entry, entryOf, type Node } from '../yaml/node.ts';
import { readAction } from './action.ts';
import type { Draft, Field, Keywords, Reading } from './context.ts';
import {
  readConditions,
  readFlag,
  readFlagOrTemplate,
  readName,
  readNames,
  readNumberOrTemplate,
  readText,
  readVars,
  readWords,
  readWritten,
  refuseKind,
} from './fields.ts';
import { type BecomeDraft, becomeKeywords, becomeOf, readKeywords, refuseKeyword, set } from './keywords.ts';
import { holdsTemplate } from './templates.ts';

interface TaskDraft extends Draft<Task>, BecomeDraft {
  argsNode?: Node;
}

/** A list, or a template that gives one. */
const readLoop = (field: Field, reading: Reading): Task['loop'] => {
  const { node } = field;
  const fits =
    node.kind === 'list' || (node.kind === 'scalar' && typeof node.value === 'string' && holdsTemplate(node.value));
  return fits ? readWritten(node, reading) : refuseKind(reading, field, 'list');
};

const loopControlKeywords: Keywords<TaskDraft> = { loop_var: set<TaskDraft, 'loopVar'>('loopVar', readName) };

const readLoopControl = (field: Field, draft: TaskDraft, reading: Reading): void => {
  if (field.node.kind !== 'map') {
    refuseKind(reading, field, 'map');
    return;
  }
  for (const entry of readKeywords(field.node, loopControlKeywords, draft, reading)) {
    reading.faults.add(
      entry.at,
      t(`loop_control: “${entry.key}” is not supported`, `loop_control : « ${entry.key} » n’est pas pris en charge`),
    );
  }
};

const keywords: Keywords<TaskDraft> = {
  ...becomeKeywords,
  name: set<TaskDraft, 'name'>('name', readText),
  when: set<TaskDraft, 'when'>('when', readConditions),
  register: set<TaskDraft, 'register'>('register', readName),
  notify: set<TaskDraft, 'notify'>('notify', readWords),
  listen: set<TaskDraft, 'listen'>('listen', readNames),
  loop: set<TaskDraft, 'loop'>('loop', readLoop),
  loop_control: readLoopControl,
  vars: set<TaskDraft, 'vars'>('vars', readVars),
  changed_when: set<TaskDraft, 'changedWhen'>('changedWhen', readConditions),
  failed_when: set<TaskDraft, 'failedWhen'>('failedWhen', readConditions),
  ignore_errors: set<TaskDraft, 'ignoreErrors'>('ignoreErrors', readFlagOrTemplate),
  tags: set<TaskDraft, 'tags'>('tags', readNames),
  until: set<TaskDraft, 'until'>('until', readConditions),
  retries: set<TaskDraft, 'retries'>('retries', readNumberOrTemplate),
  delay: set<TaskDraft, 'delay'>('delay', readNumberOrTemplate),
  no_log: set<TaskDraft, 'noLog'>('noLog', readFlag),
  args: (field, draft) => {
    draft.argsNode = field.node;
  },
};

/** Keywords of Ansible's that are not here: named, rather than taken for a module. */
const later = new Set(
  `action always any_errors_fatal async become_exe become_flags become_method block check_mode collections connection
  debugger delegate_facts delegate_to diff environment ignore_unreachable import_role import_tasks include include_role
  include_tasks include_vars local_action module_defaults poll port remote_user rescue run_once throttle timeout`.split(
    /\s+/,
  ),
);

const refuseOthers = (reading: Reading, others: readonly Entry[], at: Position): Entry | undefined => {
  const actions = others.filter((entry) => reading.known.get(entry.key) !== undefined);
  const known = [...Object.keys(keywords), ...reading.known.names()];
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

/** Reads one task or handler. Undefined when it has no usable module; the fault is noted. */
export const readTask = (
  node: Node,
  id: string,
  play: { readonly become?: Become; readonly tags: readonly string[] },
  reading: Reading,
): Task | undefined => {
  if (node.kind !== 'map') {
    reading.faults.add(
      node.at,
      t('a task must be a mapping of keys and values', 'une tâche doit être une suite de clés et de valeurs'),
    );
    return undefined;
  }
  const draft: TaskDraft = {};
  const action = refuseOthers(reading, readKeywords(node, keywords, draft, reading), node.at);
  const module = action && reading.known.get(action.key);
  if (action === undefined || module === undefined) return undefined;
  const { args, freeForm } = readAction(module, action, draft.argsNode, reading);
  const { ownBecome, ownBecomeUser, argsNode, ...own } = draft;
  const become = becomeOf({ ...(ownBecome && { ownBecome }), ...(ownBecomeUser && { ownBecomeUser }) }, play.become);
  return {
    ...own,
    id,
    name: own.name ?? { value: module.name, at: entryOf(node, action.key)?.at ?? node.at },
    module: module.name,
    args,
    ...(freeForm && { freeForm }),
    when: own.when ?? [],
    loopVar: own.loopVar ?? 'item',
    notify: own.notify ?? [],
    listen: own.listen ?? [],
    vars: own.vars ?? {},
    ...(become && { become }),
    noLog: own.noLog ?? false,
    tags: [...new Set([...play.tags, ...(own.tags ?? [])])],
    at: node.at,
  };
};
