import type { Result } from './errors.ts';

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
