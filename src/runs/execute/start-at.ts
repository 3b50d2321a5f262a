import { globMatcher } from '#playbook/inventory/glob.ts';
import type { Task } from '#playbook/tree.ts';

/** Passes over tasks until one has that name, or fits that shell pattern, as with Ansible's `--start-at-task`. */
export function createStart(name: string | undefined): (task: Task) => boolean {
  if (name === undefined) return () => false;
  const fits = globMatcher(name);
  const isWanted = (given: string): boolean => given === name || fits(given);
  let reached = false;
  return (task) => {
    const own = task.name.value;
    reached ||= isWanted(own) || (task.role !== undefined && isWanted(`${task.role.name} : ${own}`));
    return !reached;
  };
}
