import type { Refusal, Result } from './errors.ts';
import { t } from './text.ts';

/** A host as the inventory knows it. */
export interface Host {
  readonly name: string;
  /** All groups it is in, ancestors included, without `all` and `ungrouped`. */
  readonly groups: readonly string[];
  /** `ansible_host`, or the name. */
  readonly address: string;
}

/** The inventory as the order path sees it. */
export interface Fleet {
  hosts(): readonly Host[];
  groups(): readonly string[];
  /** Hosts that an Ansible pattern selects (`web`, `web:!web-2`, `all`), in inventory order; refused when it names nothing. */
  match(pattern: string): Result<readonly Host[]>;
}

/** The bot does nothing on its own machine. */
export const notHere = (host: string): Refusal => ({
  code: 'ssh.not_here',
  say: t(
    `${host} is the bot’s own machine, where it runs nothing for playbooks: it holds everybody’s keys.`,
    `${host} est la machine du bot lui-même, où il n’exécute rien pour les playbooks : il garde les clés de tous.`,
  ),
  next: t(
    'Run the playbook by “bin/quarterdeck run” in a terminal, or say in the inventory how to reach that machine by SSH.',
    'Lancez le playbook par « bin/quarterdeck run » dans un terminal, ou dites dans l’inventaire comment joindre cette machine par SSH.',
  ),
});
