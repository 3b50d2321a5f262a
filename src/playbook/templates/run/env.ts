import type { Json, JsonObject } from '#core/json.ts';
import type { Position } from '../../tree.ts';
import type { Scope } from '../scope.ts';
import type { Budget } from './budget.ts';

/** What a lookup is told: its terms and options are values already. */
export interface LookupCall {
  readonly terms: readonly Json[];
  readonly options: JsonObject;
  readonly scope: Scope;
  readonly at: Position;
}

/** A lookup gives a list of values; `lookup()` joins texts with commas, `query()` gives the list. What it gives is never a template. */
export type Lookup = (call: LookupCall) => readonly Json[];

/** The lookups a template may run, by short name. Whoever runs it decides which. */
export type Lookups = Readonly<Record<string, Lookup>>;

/** What a rendering may use. */
export interface TemplateEnv {
  readonly lookups: Lookups;
  readonly budget?: Budget;
  /** `ansible` unless told otherwise: attributes of undefined names stay undefined, None in text is empty. */
  readonly dialect?: 'ansible' | 'jinja2';
  /** Milliseconds since the epoch, for `now()` and `strftime`; the machine's clock unless told otherwise. */
  readonly now?: () => number;
  /** The home folder `expanduser` puts for `~`; without it `~` stays. */
  readonly home?: string;
  /** Random bytes for `random` and `shuffle` without a seed; the system's unless told otherwise. */
  readonly entropy?: (bytes: number) => Uint8Array;
}
