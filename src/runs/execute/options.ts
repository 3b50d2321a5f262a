import type { Edges } from '#audit/redact.ts';
import type { Clock } from '#core/clock.ts';
import type { Host } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import type { Log } from '#core/log.ts';
import type { Quote, Ssh, SshTarget } from '#core/ssh.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import type { ModuleRegistry } from '#playbook/modules/registry.ts';
import type { Given } from '#playbook/parse.ts';
import type { Common } from '#playbook/tree.ts';
import type { Vault } from '#playbook/vault.ts';
import type { ExecutionLimits } from './limits.ts';

/** What an executor is made of. */
export interface ExecutorOptions {
  readonly ssh: Ssh;
  readonly quote: Quote;
  /** The playbooks folder. */
  readonly playbooks: string;
  /** Playbooks that are in no file, by the path they would have in that folder. */
  readonly given?: Given;
  /** Other folders whose files tasks may read (`copy: src=`). */
  readonly readable?: readonly string[];
  /** The inventory as it is now. Throws a Fault when it cannot be read. */
  inventory(): Promise<Inventory>;
  /**
   * How to reach a host; with `local` as the machine that plays, where the inventory does not say otherwise. Throws a
   * Fault when its connection settings cannot be used.
   */
  target(host: Host, inventory: Inventory, account?: string, local?: Common['local']): SshTarget;
  /** True where the machine that plays may itself be worked on. */
  readonly here?: boolean;
  /** Become this user where neither playbook nor inventory says anything of it. */
  readonly become?: string;
  /** The modules playbooks may use; the bundled ones unless said otherwise. */
  readonly registry?: ModuleRegistry;
  /** Environment variables `lookup('env', …)` may read; no others. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<ExecutionLimits>;
  /** Takes known secrets out of differences before they are compared, shown or stored. */
  redact?(text: string): string;
  /** Where a text may be cut without splitting a secret. */
  readonly edges?: Edges;
  /**
   * Under which hidden values are compared between plan and run: kept secret, and the same for all executors that share
   * plans. Without it only the executor that made a plan can compare what the plan hides.
   */
  readonly digestKey?: string;
  /** Takes secrets out of a request's variables before a plan holds them, and puts them back when it is applied. */
  readonly sealing?: {
    seal<T extends Json>(value: T): T;
    /** Throws a Fault when a secret is no longer known. */
    unseal<T extends Json>(value: T): T;
  };
  /** Opens what is sealed in playbooks and in the files they use. */
  readonly vault?: Vault;
  readonly clock?: Clock;
  readonly log: Log;
}
