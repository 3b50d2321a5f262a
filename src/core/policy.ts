import type { ActorId } from './actor.ts';

/** A dotted name such as `deploy.run`; in a role, a pattern whose last part may be `*` (`deploy.*`, `*`). */
export type Permission = string;

/** How dangerous a change is. */
export type Risk = 'ordinary' | 'grave';

/** Permission patterns a role grants, each on host groups or hosts (`all` for every host and for no host). */
export interface Role {
  readonly name: string;
  readonly allow: readonly { readonly permission: Permission; readonly on: readonly string[] }[];
}

/** Demands more of a change that matches: a confirmation, or approvals by others, within a time. */
export interface Rule {
  readonly name: string;
  readonly when: {
    readonly permission?: Permission;
    readonly risk?: Risk;
    readonly on?: readonly string[];
  };
  readonly require: {
    readonly confirmation?: boolean;
    readonly approvals?: number;
    /** Roles whose members may approve; anyone with `approve` on the hosts when absent. */
    readonly by?: readonly string[];
  };
  /** How long the asking stays open, in seconds. */
  readonly withinSeconds?: number;
}

/** Everything needed to decide who may do what: pure data from the configuration. */
export interface Policy {
  readonly roles: readonly Role[];
  readonly rules: readonly Rule[];
  /** Roles of people by actor id, beside those the store knows. */
  readonly members: Readonly<Record<ActorId, readonly string[]>>;
}

/** Approvals that one rule wants of its own people. */
export interface Demand {
  readonly approvals: number;
  /** Roles of which an approver must have one; anyone with `approve` on the hosts when there is none. */
  readonly by: readonly string[];
}

/** What must happen before a change runs. */
export interface Requirement {
  readonly confirmation: boolean;
  /** The highest number that any demand wants; 0 when nobody else has to agree. */
  readonly approvals: number;
  /** Each must be met by its own people; one approval counts for all its giver may meet. */
  readonly demands: readonly Demand[];
  readonly withinSeconds: number;
  /** The names of the rules that asked, for the card; those that want approvals, where any does. */
  readonly because: readonly string[];
}
