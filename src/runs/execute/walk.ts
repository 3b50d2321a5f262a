import type { Refusal, Result } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { Log } from '#core/log.ts';
import type { Quote } from '#core/ssh.ts';
import type { RunInventory } from '#playbook/inventory/regroup.ts';
import type { Controller } from '#playbook/modules/module.ts';
import type { ModuleRegistry } from '#playbook/modules/registry.ts';
import type { PlayParts } from '#playbook/parse/context.ts';
import type { Scope, Unknown } from '#playbook/templates/scope.ts';
import type { Span } from '#playbook/templates/spans.ts';
import type { Stretch } from '#playbook/templates/trace.ts';
import type { Common, Include, Item, Play, Position, Role, Task, Vars, Written } from '#playbook/tree.ts';
import type { DoneStep, ExecutionControl, StepKey } from '../executor.ts';
import type { Calm } from './ahead.ts';
import type { Expectation } from './drift.ts';
import type { FetchedFiles } from './fetched.ts';
import type { PlayGoing } from './going.ts';
import type { Halt } from './halt.ts';
import type { HostState } from './host-state.ts';
import type { LeftRunning } from './left.ts';
import type { ExecutionLimits } from './limits.ts';
import type { PlayOver } from './load.ts';
import type { Pending } from './pending.ts';
import type { Remote } from './remote.ts';
import type { Reporter } from './reporter.ts';
import type { Seal } from './seals.ts';
import type { Journals } from './sweeping.ts';
import type { ToldFiles } from './told-files.ts';
import type { Turns } from './turns.ts';

/** How written values get their meaning. Throws a Fault `template.…` with the place. */
export interface Language {
  value(written: Written, scope: Scope): Json | Unknown;
  /** A template's text in its stretches, with what each is made of. */
  trace(written: Written<string>, scope: Scope): readonly Stretch[] | Unknown;
  /** A bare expression, without braces. */
  expression(written: Written<string>, scope: Scope): Json | Unknown;
  condition(written: Written<string | boolean>, scope: Scope): boolean | Unknown;
  text(source: string, file: string, scope: Scope): string | Unknown;
  /** The parts of a written text, or of a file's, with the variables behind each. */
  spans(written: Written<string>, scope: Scope, kind: 'value' | 'file'): readonly Span[] | Unknown;
  /** What a lookup makes of the terms of a loop; `subfolder` is where the task has files of its own. */
  lookup(
    name: string,
    terms: readonly Json[],
    scope: Scope,
    of: { readonly at: Position; readonly subfolder: 'files' | 'templates' | 'vars' },
  ): Json | Unknown;
  /** True for what `omit` gives: as if the argument were not written. */
  omitted(value: Json | Unknown, scope: Scope): boolean;
}

/** The variables of a task on a host; `more` is what the loop and the task's own result add. */
export type ScopeOf = (
  state: HostState,
  going: PlayGoing,
  task: Task | undefined,
  more: Readonly<Record<string, Json | Unknown>>,
) => Scope;

/** One going-over of a playbook, planning or applying: everything its tasks share. */
export interface Walk {
  readonly mode: 'plan' | 'apply';
  /** The job's key. */
  readonly key: string;
  readonly expected: Expectation | undefined;
  /** The refusal when a file read so far is not the one the plan was made from. */
  filesDrift(): Refusal | undefined;
  /** Which files that refusal may name. */
  readonly told: ToldFiles;
  /** Steps an earlier attempt has done, by host and id. */
  readonly done: ReadonlyMap<string, DoneStep>;
  /** Steps an interrupted run had begun, by host and id; undefined when none is resumed. */
  readonly begun: ReadonlyMap<string, StepKey> | undefined;
  readonly control: ExecutionControl;
  readonly halt: Halt;
  readonly reporter: Reporter;
  readonly registry: ModuleRegistry;
  readonly language: Language;
  readonly scopeOf: ScopeOf;
  /** The same of a host a task is delegated to: what it is called there, and as whom it is done. */
  readonly scopeThere: ScopeOf;
  /** The extra vars alone, as a play has them: what is known before any host is. */
  extraScope(play: Play): Scope;
  /** Those of them that may have been typed, all that no plugin and no operator chose: values, never templates or shell words. */
  readonly typedVars: JsonObject;
  readonly states: ReadonlyMap<string, HostState>;
  /** What is known of a host of the inventory; nothing yet for one that no play named so far. */
  stateOf(host: Host): HostState;
  readonly quote: Quote;
  readonly limits: ExecutionLimits;
  readonly log: Log;
  readonly redact: (text: string) => string;
  /** What stands for what is compared but not shown. */
  readonly seal: Seal;
  /**
   * `local`: the task is to be done on the machine that plays, as its play, block or own keywords say. Throws a
   * Fault when the host's connection settings cannot be used.
   */
  remote(host: Host, account?: string, local?: Common['local']): Remote;
  /** Whether what hosts were asked ahead of its turn still counts. */
  readonly calm: Calm;
  readonly fetched: FetchedFiles;
  /** The controller as one task on one host sees it. */
  controller(state: HostState, play: Play, task: Task, scope: () => Scope): Controller;
  /** What an include brings in, now that its name is known. */
  included(
    include: Include,
    name: string,
    place: { readonly id: string; readonly file: string; readonly play: string; readonly parts: PlayParts },
  ): Result<readonly Item[]>;
  /** The variables of a file, looked for as a task in that place would; undefined when it is not there. Throws a Fault. */
  variablesFile(name: string, place: { readonly file: string; readonly role?: Role | undefined }): Vars | undefined;
  /** True when a variable of the inventory is made of facts of the host. */
  inventoryUsesFacts(state: HostState): boolean;
  /** The user tasks become where nothing else says it. */
  readonly become: string | undefined;
  /** The host a task is delegated to, noted as one the run touches. Throws a Fault when it may not be. */
  delegate(name: string, at: Position): Host;
  /** The hosts tasks were delegated to so far, and those that a regrouping brought into a play, by name. */
  readonly delegated: ReadonlySet<string>;
  /** The inventory as tasks have regrouped it. */
  readonly inventory: RunInventory;
  /** The hosts of a play as the inventory is now. Refused when that is no host the plan named, or none that can be reached. */
  hostsOf(play: PlayOver): Result<readonly HostState[]>;
  /** In a plan: what is to change on a machine by then. */
  pendingOn(machine: string): Pending;
  readonly turns: Turns;
  readonly journals: Journals;
  /** Tasks that were left running, by the name of their job. */
  readonly left: Map<string, LeftRunning>;
  /** True for the tasks before the one the request begins with. */
  passesOver(task: Task): boolean;
}

/** The key of a step among all hosts. */
export const stepKey = (host: string, id: string): string => `${host} ${id}`;
