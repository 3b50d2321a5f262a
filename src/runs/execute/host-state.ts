import type { Host } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import type { HostRecap } from '#core/run.ts';
import type { Unknown } from '#playbook/templates/scope.ts';
import type { Vars } from '#playbook/tree.ts';
import { noCounts } from './recap.ts';

/** A notified handler, and whether that is certain: in a plan the notifying task may be one whose change is unknown. */
export interface Notice {
  readonly by: string;
  readonly certain: boolean;
}

/** Why a host takes no part any more. `ended`: the playbook said so (`meta: end_host`). */
export type Leaving = 'failed' | 'unreachable' | 'ended';

/** What typed variables are behind something. */
export interface Behind {
  /** Their names. */
  readonly roots: ReadonlySet<string>;
  /** Those of them that it may begin with. */
  readonly leads: ReadonlySet<string>;
  /** False where they came through the result of a module alone. */
  readonly direct: boolean;
  /** True where something was taken out of an encoding on the way. */
  readonly opened: boolean;
}

/** Of what a fact or a result is made. */
export interface Made extends Behind {
  /** True where a typed variable went into it as it is, and was joined to nothing. */
  readonly alone: boolean;
}

/** What is known of a host while plays go over it. */
export interface HostState {
  readonly host: Host;
  /** Still taking part. A failed host may come back in a `rescue`; an unreachable one has left for good. */
  taking: boolean;
  left: Leaving | undefined;
  /** How many blocks around the present task have a `rescue`. */
  rescues: number;
  counts: HostRecap;
  /** How many of those are facts that nothing used and nobody gathered. */
  assumedFacts: number;
  /** Gathered facts, as `ansible_…` variables; undefined until gathered. */
  gathered: Readonly<Record<string, Json>> | undefined;
  /** Facts that modules returned (`setup`, `getent`), by the names they gave them. */
  told: Readonly<Record<string, Json | Unknown>>;
  /** Variables of the play's `vars_files`, as written. */
  varsFiles: Vars;
  /** Variables of `include_vars`, as written. */
  included: Vars;
  /** Set by `set_fact` and `register`. */
  readonly known: Record<string, Json | Unknown>;
  /** Names of what was made of what a person typed and is no plain word, quoted or not. */
  readonly typed: Set<string>;
  /** The same for what was made here of plain words only: a filter may make more of them. */
  readonly words: Set<string>;
  /** What is made of typed variables, whatever they hold: facts and results. */
  readonly madeOf: Map<string, Made>;
  /** By which typed variable it was decided whether something was set: facts, and what `include_vars` brings. */
  readonly chosen: Map<string, string>;
  /** In a plan: names in `known` of results that a run will give with more in them. */
  readonly foreseen: Set<string>;
  /** Handlers of the present play, by task id. */
  readonly notified: Map<string, Notice>;
}

/** A host nothing is known of. */
export const newHostState = (host: Host): HostState => ({
  host,
  taking: true,
  left: undefined,
  rescues: 0,
  counts: noCounts,
  assumedFacts: 0,
  gathered: undefined,
  told: {},
  varsFiles: {},
  included: {},
  known: {},
  typed: new Set(),
  words: new Set(),
  madeOf: new Map(),
  chosen: new Map(),
  foreseen: new Set(),
  notified: new Map(),
});

/** Nothing is known of what the host said of itself. */
export const forgetFacts = (state: HostState): void => {
  state.gathered = undefined;
  state.told = {};
};

/** The host takes no part any more. */
export const leave = (state: HostState, why: Leaving): void => {
  state.taking = false;
  state.left = why;
};

/** The host takes part again. */
export const comeBack = (state: HostState): void => {
  state.taking = true;
  state.left = undefined;
};

/** Those that take part. */
export const taking = (states: readonly HostState[]): readonly HostState[] => states.filter((state) => state.taking);
