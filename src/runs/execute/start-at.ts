import type { Task } from '#playbook/tree.ts';

const literal = (text: string): string => text.replace(/[\\^$.+()[\]{}|]/g, '\\$&');

/** Passes over tasks until one has that name: `*` and `?` stand for any letters, as with Ansible's `--start-at-task`. */
export function createStart(name: string | undefined): (task: Task) => boolean {
  if (name === undefined) return () => false;
  const wanted = new RegExp(`^${literal(name).replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  let reached = false;
  return (task) => {
    const own = task.name.value;
    reached ||= wanted.test(own) || (task.role !== undefined && wanted.test(`${task.role.name} : ${own}`));
    return !reached;
  };
}
