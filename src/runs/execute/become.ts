import { Fault } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { toBoolean } from '#playbook/modules/convert.ts';
import { isUnknown, type Scope, type Unknown } from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import { newHostState } from './host-state.ts';
import { placeText } from './typed/faults.ts';
import { hasTyped, RootsBehind } from './typed/roots.ts';
import { Undecided } from './undecided.ts';
import { flagOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/**
 * The user a task is to become on a host; undefined for the login user. As in Ansible, the variables `ansible_become` and
 * `ansible_become_user` outweigh the keywords, and of a task that is delegated they are those of the host it goes to.
 */
export function userOf(walk: Walk, unit: Unit, host: Host, scope: Scope): string | undefined {
  const there = host.name === unit.state.host.name ? unit : { ...unit, state: stateThere(walk, host) };
  const saying = there === unit ? scope : walk.scopeThere(there.state, unit.body.going, unit.task, unit.more);
  const variable = (name: string): Json | undefined => sayingOf(walk, there, saying, name);
  const { become } = unit.task;
  const keyword = (name: string, written: Written): Json | Unknown => {
    const [typed] = hasTyped(walk) ? new RootsBehind(walk, unit, scope).ofWritten(written).roots : [];
    if (typed !== undefined) throw typedAccount(typed, name, unit);
    return walk.language.value(written, scope);
  };
  const said = become && flagOf(keyword('become', become.become));
  const wanted = toBoolean(variable('ansible_become') ?? null) ?? said ?? walk.become !== undefined;
  if (!wanted) return undefined;
  const user = variable('ansible_become_user') ?? (become?.user && known(keyword('become_user', become.user)));
  return (typeof user === 'string' || typeof user === 'number') && user !== '' ? String(user) : (walk.become ?? 'root');
}

/** What is known of a host, which takes no part by being asked for it. */
const stateThere = (walk: Walk, host: Host) => walk.states.get(host.name) ?? newHostState(host);

const known = (value: ReturnType<Scope['get']>): Json | undefined => {
  if (isUnknown(value)) throw new Undecided(value.unknownBecause);
  return value;
};

function sayingOf(walk: Walk, unit: Unit, scope: Scope, name: string): Json | undefined {
  const value = known(scope.get(name));
  if (value === undefined || value === null || value === '') return undefined;
  const [typed] = hasTyped(walk) ? new RootsBehind(walk, unit, scope).ofAll([name]).roots : [];
  if (typed !== undefined) throw typedAccount(typed, name, unit);
  return value;
}

const typedAccount = (typed: string, name: string, { task }: Unit): Fault =>
  new Fault({
    code: 'step.typed_account',
    say: t(
      `${placeText(task.at)}: “${typed}” was typed and would decide by ${name} as whom the task is done.`,
      `${placeText(task.at)} : « ${typed} » a été tapé et déciderait par ${name} sous quel compte la tâche est faite.`,
    ),
    next: t('Write the account in the playbook.', 'Écrivez le compte dans le playbook.'),
  });
