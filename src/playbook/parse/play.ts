import { join, t } from '#core/text.ts';
import type { Play, Task } from '../tree.ts';
import { entryOf, type MapNode, type Node } from '../yaml/node.ts';
import type { Draft, Field, Keywords, Reading } from './context.ts';
import { readFlag, readNames, readText, readVars, readWords, refuseKind } from './fields.ts';
import { type BecomeDraft, becomeKeywords, becomeOf, readKeywords, refuseKeyword, set } from './keywords.ts';
import { readTask } from './task.ts';

interface PlayDraft extends Draft<Play>, BecomeDraft {
  taskNodes?: readonly Node[];
  handlerNodes?: readonly Node[];
}

const readList = (field: Field, reading: Reading): readonly Node[] | undefined =>
  field.node.kind === 'list' ? field.node.items : refuseKind(reading, field, 'list');

/** A pattern, or a list of patterns that together select. */
const readHosts = (field: Field, reading: Reading): Play['hosts'] | undefined => {
  const words = readWords(field, reading);
  const [first] = words ?? [];
  if (words === undefined || first === undefined) return undefined;
  return { value: words.map((word) => word.value).join(','), at: first.at };
};

const keywords: Keywords<PlayDraft> = {
  ...becomeKeywords,
  name: set<PlayDraft, 'name'>('name', readText),
  hosts: set<PlayDraft, 'hosts'>('hosts', readHosts),
  vars: set<PlayDraft, 'vars'>('vars', readVars),
  gather_facts: set<PlayDraft, 'gatherFacts'>('gatherFacts', readFlag),
  tags: set<PlayDraft, 'tags'>('tags', readNames),
  tasks: set<PlayDraft, 'taskNodes'>('taskNodes', readList),
  handlers: set<PlayDraft, 'handlerNodes'>('handlerNodes', readList),
};

/** Keywords of Ansible's that are not here. */
const later = new Set(
  `any_errors_fatal become_exe become_flags become_method check_mode collections connection debugger diff environment
  fact_path force_handlers gather_subset gather_timeout ignore_errors ignore_unreachable import_playbook
  ansible.builtin.import_playbook max_fail_percentage module_defaults no_log order port post_tasks pre_tasks remote_user
  roles run_once serial strategy throttle timeout vars_files vars_prompt`.split(/\s+/),
);

const readTasks = (
  nodes: readonly Node[] | undefined,
  idOf: (index: number) => string,
  play: Parameters<typeof readTask>[2],
  reading: Reading,
): readonly Task[] => (nodes ?? []).flatMap((node, index) => readTask(node, idOf(index + 1), play, reading) ?? []);

const refuseUnknownTopics = (tasks: readonly Task[], handlers: readonly Task[], reading: Reading): void => {
  const topics = new Set(handlers.flatMap((handler) => [handler.name.value, ...handler.listen]));
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

const readPlayMap = (node: MapNode, number: number, reading: Reading): Play | undefined => {
  const draft: PlayDraft = {};
  for (const entry of readKeywords(node, keywords, draft, reading)) {
    refuseKeyword(reading, entry, { later, known: Object.keys(keywords), of: 'play' });
  }
  const { hosts } = draft;
  if (hosts === undefined && entryOf(node, 'hosts') === undefined) {
    reading.faults.add(node.at, t('a play needs “hosts”', 'un play a besoin de « hosts »'));
  }
  const become = becomeOf(draft);
  const tags = draft.tags ?? [];
  const inherited = { tags, ...(become && { become }) };
  const tasks = readTasks(draft.taskNodes, (index) => `${number}.${index}`, inherited, reading);
  const handlers = readTasks(draft.handlerNodes, (index) => `${number}.h${index}`, inherited, reading);
  refuseUnknownTopics(tasks, handlers, reading);
  if (hosts === undefined) return undefined;
  return {
    name: draft.name ?? hosts,
    hosts,
    ...(become && { become }),
    vars: draft.vars ?? {},
    tags,
    gatherFacts: draft.gatherFacts ?? true,
    tasks,
    handlers,
    at: node.at,
  };
};

/** Reads one play; undefined when it names no hosts. Faults are noted. */
export const readPlay = (node: Node, number: number, reading: Reading): Play | undefined => {
  if (node.kind === 'map') return readPlayMap(node, number, reading);
  reading.faults.add(
    node.at,
    t('a play must be a mapping of keys and values', 'un play doit être une suite de clés et de valeurs'),
  );
  return undefined;
};
