import type { SshTarget } from '#core/ssh.ts';
import type { VaultSecret } from '#playbook/vault.ts';

/** What playbooks with `engine: ansible` are handed over with. */
export interface AnsibleOptions {
  /** The program, by its path or its name; looked for on the path where it is not named. */
  readonly program?: string | undefined;
  /** The playbooks it may have, by their paths in the playbooks folder; all of them where whoever asks sits at this machine. */
  readonly playbooks: readonly string[];
  /** Opens what is sealed around the playbooks: Ansible reads that itself. */
  readonly secrets: readonly VaultSecret[];
  /** The lines of `known_hosts` that vouch for a place, or revoke a key of it. */
  hostKeys(target: Pick<SshTarget, 'address' | 'port' | 'knownHosts'>): Promise<readonly string[]>;
  /** The socket of an SSH agent. */
  readonly agentSocket?: string | undefined;
}
