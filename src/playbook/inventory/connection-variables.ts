import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import { createFaults, refusalOfFaults } from '../faults.ts';
import { hasTemplate, isUnknown, type Scope } from '../templates/index.ts';
import type { Vars } from '../tree.ts';
import { readSshArguments } from './ssh-arguments.ts';

/** Variables that hold passwords: there is no use for one here. */
const secrets = [
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_become_pass',
  'ansible_become_password',
  'ansible_sudo_pass',
];

/** Variables whose values are arguments for `ssh`. */
export const argumentNames = ['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args'];

/** Variables that say where a host is and as whom it is entered: the inventory's alone. */
const ways = [
  'ansible_host',
  'ansible_ssh_host',
  'ansible_port',
  'ansible_ssh_port',
  'ansible_user',
  'ansible_ssh_user',
  'ansible_private_key_file',
  'ansible_ssh_private_key_file',
];

/** Others of Ansible's that would change as whom a task is done, and are not here. */
const others = ['ansible_become_exe', 'ansible_sudo_exe', 'ansible_sudo_user'];

/** Variables that a playbook may set to say as whom its tasks are done. */
const becoming = ['ansible_become', 'ansible_become_user'];

const overSsh = ['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'ansible.builtin.ssh'];
const here = ['local', 'ansible.builtin.local'];
const sudo = ['sudo', 'ansible.builtin.sudo'];

/** Whether a value of `ansible_connection` means the machine that plays; undefined for what is no text. */
export const isLocal = (kind: Json | undefined): boolean | undefined =>
  typeof kind === 'string' ? here.includes(kind) : undefined;

/** What is said of a template where only a plain text tells how a host is reached. */
export const notPlain = (name: string): Text =>
  t(
    `${name} holds a template; a connection variable must be plain`,
    `${name} contient un gabarit ; une variable de connexion doit être un texte simple`,
  );

/** Why a variable asks for what is not supported anywhere, the inventory included; undefined when it does not. */
export function unsupported(name: string, value: Json): Text | undefined {
  if (secrets.includes(name))
    return t(
      `${name} is not supported: keys, an agent and “sudo -n” only`,
      `${name} n’est pas pris en charge : clés, agent et « sudo -n » seulement`,
    );
  if (typeof value !== 'string') return undefined;
  if (['ansible_connection', 'ansible_become_method'].includes(name) && hasTemplate(value)) return notPlain(name);
  if (name === 'ansible_connection' && ![...overSsh, ...here].includes(value))
    return t(
      `ansible_connection=${value} is not supported: ssh and local only`,
      `ansible_connection=${value} n’est pas pris en charge : ssh et local seulement`,
    );
  if (name === 'ansible_become_method' && !sudo.includes(value))
    return t(
      `ansible_become_method=${value} is not supported: sudo only`,
      `ansible_become_method=${value} n’est pas pris en charge : sudo seulement`,
    );
  return undefined;
}

const saysNothing = (value: Json): boolean =>
  typeof value === 'string' && Object.keys(readSshArguments(value)).length === 0;

/** True for arguments for `ssh` of which only their template's value tells whether they say anything. */
const isOpen = (value: Json): boolean => typeof value === 'string' && hasTemplate(value);

/**
 * Why a variable cannot be set outside the inventory; undefined when it can. `local`: where `ansible_connection: local` is
 * understood, in `vars` of plays, blocks and tasks.
 */
export function objectionTo(name: string, value: Json, { local = false } = {}): Text | undefined {
  const never = unsupported(name, value);
  if (never !== undefined) return never;
  if (name === 'ansible_connection' && !local && isLocal(value))
    return t(
      'ansible_connection=local is not taken from here: write “connection: local” in the play',
      'ansible_connection=local n’est pas pris ici : écrivez « connection: local » dans le play',
    );
  if (others.includes(name)) return t(`${name} is not supported`, `${name} n’est pas pris en charge`);
  const argument = argumentNames.includes(name);
  if (!ways.includes(name) && (!argument || isOpen(value) || saysNothing(value))) return undefined;
  return t(
    `${name} says how a host is reached: that is taken from the inventory alone`,
    `${name} dit comment joindre un hôte : cela n’est pris que de l’inventaire`,
  );
}

/** True for a variable that says how a host is reached, or as whom a task is done: no host decides that by its facts. */
export const decidesWay = (name: string): boolean =>
  [
    'ansible_connection',
    'ansible_become_method',
    ...becoming,
    ...secrets,
    ...argumentNames,
    ...ways,
    ...others,
  ].includes(name);

const next = t(
  'Put it into the inventory, or take it away; for an account of one play there is “remote_user”.',
  'Mettez-la dans l’inventaire, ou enlevez-la ; pour le compte d’un seul play il y a « remote_user ».',
);

/** Throws the same Fault for arguments for `ssh` whose template has given more than nothing. */
export function refuseRenderedWays(scope: Scope): void {
  for (const name of argumentNames) {
    const written = scope.written?.(name);
    if (!written || !isOpen(written.value)) continue;
    const value = scope.get(name);
    if (value !== undefined) refuseWays({ [name]: { value: isUnknown(value) ? '?' : value, at: written.at } });
  }
}

/** Throws the Fault `playbook.invalid` for variables of a file that cannot be set outside the inventory. */
export function refuseWays(vars: Vars): void {
  const faults = createFaults();
  for (const [name, { value, at }] of Object.entries(vars)) {
    const objection = objectionTo(name, value);
    if (objection !== undefined) faults.add(at, objection);
  }
  if (faults.found.length > 0) throw new Fault(refusalOfFaults('playbook.invalid', faults.found, next));
}
