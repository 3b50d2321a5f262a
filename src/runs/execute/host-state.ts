import type { Host } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import type { HostRecap } from '#core/run.ts';
import type { Unknown } from '#playbook/templates/scope.ts';
import { createPending, type Pending } from './pending.ts';
import { noCounts } from './recap.ts';

/** A notified handler, and whether that is certain: in a plan the notifying task may be one whose change is unknown. */
export interface Notice {
  readonly by: string;
  readonly certain: boolean;
}

/** What is known of a host while plays go over it. */
export interface HostState {
  readonly host: Host;
  /** Still taking part; a failed or unreachable host leaves for good. */
  taking: boolean;
  counts: HostRecap;
  /** Gathered facts, as `ansible_…` variables; undefined until gathered. */
  gathered: Readonly<Record<string, Json>> | undefined;
  /** Set by `set_fact` and `register`. */
  readonly known: Record<string, Json | Unknown>;
  /** Names in `known` that were made of what a person typed, unquoted. */
  readonly typed: Set<string>;
  /** Handlers of the present play, by task id. */
  readonly notified: Map<string, Notice>;
  readonly pending: Pending;
  /** Users in whose home a journal was begun. */
  readonly journals: Set<string | undefined>;
}

/** A host nothing is known of. */
export const newHostState = (host: Host): HostState => ({
  host,
  taking: true,
  counts: noCounts,
  gathered: undefined,
  known: {},
  typed: new Set(),
  notified: new Map(),
  pending: createPending(),
  journals: new Set(),
});
