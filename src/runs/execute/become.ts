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
export function becomeOf(task: Task, connection: HostConnection, language: Language, scope: Scope): string | undefined {
  const wanted = connection.become ?? (task.become !== undefined && flagOf(language.value(task.become.become, scope)));
  if (!wanted) return undefined;
  if (connection.becomeUser !== undefined) return connection.becomeUser;
  const user = task.become?.user && language.value(task.become.user, scope);
  if (isUnknown(user)) throw new Undecided(user.unknownBecause);
  return typeof user === 'string' && user !== '' ? user : 'root';
}
