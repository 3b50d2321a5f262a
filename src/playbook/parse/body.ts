import { t } from '#core/text.ts';
import type { Item, Task } from '../tree.ts';
import type { MapNode, Node } from '../yaml/node.ts';
import { readBlock } from './block.ts';
import type { Place, Reading } from './context.ts';
import { readImport, readInclude } from './include.ts';
import { readTask } from './task.ts';

/** What brings in other tasks: `import_…` when the playbook is read, `include_…` when the task is reached. */
const bringers: Readonly<Record<string, 'import_tasks' | 'import_role' | 'include_tasks' | 'include_role'>> = {
  import_tasks: 'import_tasks',
  import_role: 'import_role',
  include_tasks: 'include_tasks',
  include_role: 'include_role',
  include: 'include_tasks',
};

const shortName = (key: string): string => key.replace(/^ansible\.(?:builtin|legacy)\./, '');

const bringerIn = (node: MapNode): string | undefined =>
  node.entries.map((entry) => entry.key).find((key) => Object.hasOwn(bringers, shortName(key)));

const readItem = (node: Node, place: Place, reading: Reading): readonly Item[] => {
  if (node.kind !== 'map') {
    reading.faults.add(
      node.at,
      t('a task must be a mapping of keys and values', 'une tâche doit être une suite de clés et de valeurs'),
    );
    return [];
  }
  if (node.entries.some((entry) => entry.key === 'block')) return readBlock(node, place, reading);
  const key = bringerIn(node);
  const what = key && bringers[shortName(key)];
  if (key === undefined || what === undefined) return [readTask(node, place, reading) ?? []].flat();
  return what.startsWith('import') ? readImport(node, key, place, reading) : readInclude(node, key, place, reading);
};

/** Reads a list of tasks. Their ids are the place's with their number; `mark` stands before the number: `1.h2`. */
export const readBody = (nodes: readonly Node[], place: Place, reading: Reading, mark = ''): readonly Item[] =>
  nodes.flatMap((node, index) => readItem(node, { ...place, id: `${place.id}.${mark}${index + 1}` }, reading));

/** Reads handlers: tasks, and what brings in tasks; no blocks. */
export const readHandlers = (nodes: readonly Node[], place: Place, reading: Reading): readonly Task[] =>
  readBody(nodes, place, reading, 'h').flatMap((item) => {
    if (item.kind === 'task') return [item];
    reading.faults.add(
      item.at,
      t('a block cannot be a handler; name its tasks', 'un block ne peut être un handler ; nommez ses tâches'),
    );
    return [];
  });
