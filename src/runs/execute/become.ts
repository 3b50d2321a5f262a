import type { HostConnection } from '#playbook/inventory/inventory.ts';
import { isUnknown, type Scope } from '#playbook/templates/index.ts';
import type { Task } from '#playbook/tree.ts';
import { Undecided } from './undecided.ts';
import { flagOf } from './unit.ts';
import type { Language } from './walk.ts';

/**
 * The user a task is to become; undefined for the login user. As in Ansible, the inventory's `ansible_become…`
 * outweighs the keywords.
 */
export function becomeOf(
  task: Task,
  connection: HostConnection,
  {
    language,
    scope,
    otherwise,
  }: { readonly language: Language; readonly scope: Scope; readonly otherwise?: string | undefined },
): string | undefined {
  const said = task.become && flagOf(language.value(task.become.become, scope));
  const wanted = connection.become ?? said ?? otherwise !== undefined;
  if (!wanted) return undefined;
  if (connection.becomeUser !== undefined) return connection.becomeUser;
  const user = task.become?.user && language.value(task.become.user, scope);
  if (isUnknown(user)) throw new Undecided(user.unknownBecause);
  return typeof user === 'string' && user !== '' ? user : (otherwise ?? 'root');
}
