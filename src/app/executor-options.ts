import { resolve } from 'node:path';
import { createRedactor } from '#audit/redact.ts';
import { createSealing } from '#audit/sealing.ts';
import type { Log } from '#core/log.ts';
import type { Ssh } from '#core/ssh.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { createVault, type VaultSecret } from '#playbook/vault.ts';
import { type TwoEngines, withAnsible } from '#runs/ansible/engine.ts';
import type { AnsibleOptions } from '#runs/ansible/options.ts';
import { createExecutor } from '#runs/execute/executor.ts';
import type { ExecutorOptions } from '#runs/execute/options.ts';
import { keysOf, knownName } from '#ssh/known-hosts.ts';
import { quote } from '#ssh/quote.ts';
import { type SshDefaults, targetOf } from './targets.ts';
import { vaultSecretsOf } from './vault.ts';

/** All an executor needs, as plain data. */
export interface ExecutorSettings {
  readonly playbooks: string;
  /** Other folders whose files tasks may read. */
  readonly readable: readonly string[];
  readonly inventory: readonly string[];
  /** The mark of the fleet that is in force: an inventory of another one is not played with. Absent where none is. */
  readonly fleet?: string;
  /** Passwords of Ansible Vault by id. */
  readonly vault: Readonly<Record<string, string>>;
  /** What may be handed to a real `ansible-playbook`; nothing when absent. */
  readonly ansible?: { readonly playbooks: readonly string[]; readonly program?: string };
  readonly ssh: SshDefaults & { readonly keepaliveMs: number; readonly keepaliveCount: number };
  /** Values nobody may see. */
  readonly secrets: readonly string[];
  /** Under which hidden values are compared, and secrets kept out of plans; without one, for this executor alone. */
  readonly digestKey?: string;
}

/** An executor over an `Ssh`: the same in the process of the runs, on the command line and in tests. */
export function executorOver(options: {
  readonly ssh: Ssh;
  readonly settings: ExecutorSettings;
  /** The inventory as it is now; `hide` is told what was sealed in it. */
  readonly inventory: (hide: (value: string) => void) => Promise<Inventory>;
  /** What the command line adds. */
  readonly more?: Pick<
    ExecutorOptions,
    'vault' | 'redact' | 'edges' | 'limits' | 'become' | 'here' | 'environment' | 'given'
  >;
  /** Further passwords of Ansible Vault. */
  readonly secrets?: readonly VaultSecret[];
  readonly log: Log;
}): TwoEngines {
  const { ssh, settings, inventory, log } = options;
  const redactor = createRedactor(settings.secrets);
  const all: ExecutorOptions = {
    ssh,
    quote,
    registry: bundledModules(),
    playbooks: settings.playbooks,
    readable: settings.readable,
    inventory: () => inventory((value) => redactor.add(value)),
    target: (host, known, account, local) => {
      const at = targetOf(known, host.name, account === undefined ? settings.ssh : { ...settings.ssh, user: account });
      const said = known.connection(host.name);
      const here = local === 'always' || ((said.ok ? said.value.local : undefined) ?? local);
      return here ? { ...at, local: { folder: resolve(settings.playbooks) } } : at;
    },
    redact: (text) => redactor.text(text),
    edges: redactor.edges,
    sealing: createSealing(settings.secrets, settings.digestKey),
    ...(settings.digestKey === undefined ? {} : { digestKey: settings.digestKey }),
    log,
    vault: createVault(vaultSecretsOf(settings), (value) => redactor.add(value)),
    ...options.more,
  };
  return withAnsible(createExecutor(all), all, {
    playbooks: settings.ansible?.playbooks ?? [],
    program: settings.ansible?.program,
    secrets: options.secrets ?? vaultSecretsOf(settings),
    hostKeys: hostKeyLines,
    agentSocket: settings.ssh.agent ? process.env.SSH_AUTH_SOCK : undefined,
  });
}

/** What is known of a place, in the words of `known_hosts`. */
const hostKeyLines: AnsibleOptions['hostKeys'] = async ({ address, port, knownHosts }) => {
  const { known, revoked } = await keysOf(knownHosts, { address, port });
  const name = knownName(address, port);
  return [
    ...known.map(({ type, base64 }) => `${name} ${type} ${base64}`),
    ...revoked.map(({ type, base64 }) => `@revoked ${name} ${type} ${base64}`),
  ];
};
