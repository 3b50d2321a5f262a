import type { Json } from '#core/json.ts';

/** Where something stands in a file; lines and columns start at 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value as written: strings may hold templates. `at` gives the position of every scalar by its path (`args.dest`). */
export interface Written<T = Json> {
  readonly value: T;
  readonly at: Position;
}

/** A checked playbook: everything in it is known and supported. */
export interface Playbook {
  readonly file: string;
  readonly plays: readonly Play[];
  /** Every file read, with its SHA-256; part of the plan's hash. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Become {
  /** A template or a boolean. */
  readonly become: Written;
  readonly user?: Written<string>;
}

/** Variables as written, by name. */
export type Vars = Readonly<Record<string, Written>>;

/** Bare expressions, all of which must hold. */
export type Conditions = readonly Written<string | boolean>[];

/** What stands in a list of tasks. */
export type Item = Task | Block;

export interface Play {
  readonly name: Written<string>;
  /** An inventory pattern; may hold a template over extra vars. */
  readonly hosts: Written<string>;
  /** What its tasks have in common. */
  readonly common: Common;
  readonly vars: Vars;
  /** Each entry a file, or several of which the first that is there counts; may hold templates. */
  readonly varsFiles: readonly (readonly Written<string>[])[];
  readonly prompts: readonly Prompt[];
  readonly tags: readonly string[];
  /** A template or a boolean. */
  readonly gatherFacts: Written;
  /** Sizes of the batches its hosts are taken in, each a number or a percentage; empty for all at once. */
  readonly serial: readonly Written[];
  readonly strategy: 'linear' | 'free';
  readonly anyErrorsFatal: boolean;
  /** How many percent of a batch may fail before the play ends. */
  readonly maxFailPercentage?: Written;
  readonly forceHandlers: boolean;
  /** Roles whose defaults and variables all its tasks see, in order. */
  readonly roles: readonly Role[];
  /** `pre_tasks`, then roles and `tasks`, then `post_tasks`: after each, the handlers notified so far run. */
  readonly sections: readonly (readonly Item[])[];
  readonly handlers: readonly Task[];
  readonly file: string;
  readonly at: Position;
}

/** A variable a play asks a person for; here it comes with the order, or has a default. */
export interface Prompt {
  readonly name: string;
  readonly default?: Written;
  /** It takes any text (`unsafe: true`), where others take one plain word. */
  readonly text: boolean;
  readonly at: Position;
}

/** One use of a role. */
export interface Role {
  readonly name: string;
  /** Its folder, as places show it. */
  readonly folder: string;
  readonly defaults: Vars;
  readonly vars: Vars;
  /** What the use of it gives: above everything but extra vars. */
  readonly params: Vars;
  /** The roles it depends on, in order, and theirs. */
  readonly dependencies: readonly Role[];
}

/** What a play, a block and an include hand down to the tasks inside; a task's own come last. */
export interface Common {
  readonly become?: Become;
  readonly tags: readonly string[];
  readonly when: Conditions;
  readonly vars: Vars;
  /** Mappings, the outermost first. */
  readonly environment: readonly Written[];
  readonly noLog: boolean;
  readonly ignoreErrors?: Written;
  readonly ignoreUnreachable?: Written;
  readonly delegateTo?: Written<string>;
  readonly delegateFacts?: Written;
  readonly runOnce?: Written;
  readonly checkMode?: Written;
  readonly diff?: Written;
  readonly throttle?: Written;
  readonly timeout?: Written;
  readonly anyErrorsFatal?: Written;
  /** The account to log in with, where the inventory names none. */
  readonly remoteUser?: Written<string>;
  /**
   * `connection: local`: done on the machine that plays, where the inventory does not say how to reach the host; `always`
   * (`ansible_connection: local`): there whatever it says.
   */
  readonly local?: boolean | 'always';
  readonly notify: readonly Written<string>[];
  /** Arguments by module, by name. */
  readonly moduleDefaults: Readonly<Record<string, Vars>>;
  readonly role?: Role;
}

/** Tasks that stand together; when one of them fails, `rescue` runs; `always` in any case. */
export interface Block {
  readonly kind: 'block';
  readonly id: string;
  readonly name?: Written<string>;
  readonly tasks: readonly Item[];
  readonly rescue: readonly Item[];
  readonly always: readonly Item[];
  readonly at: Position;
}

export interface LoopControl {
  readonly loopVar: string;
  readonly indexVar?: string;
  readonly label?: Written;
  /** Seconds between items. */
  readonly pause?: Written;
  readonly extended: boolean;
}

/** What a task brings in when it is reached: known then, not before. */
export interface Include {
  readonly what: 'tasks' | 'role';
  /** A file of tasks, or a role's name; may hold templates. */
  readonly name: Written<string>;
  /** Files of the role other than `main`. */
  readonly from: {
    readonly tasks?: string;
    readonly vars?: string;
    readonly defaults?: string;
    readonly handlers?: string;
  };
  /** What the tasks inside inherit: what stands around the include and in its `apply`, but not its own keywords. */
  readonly inside: Common;
  /** The folder of the file it stands in. */
  readonly folder: string;
}

/** One task. Everything templated is kept as written; the executor renders it per host and item. */
export interface Task extends Common {
  readonly kind: 'task';
  /** Where it stands, from 1: `1.3` play and task, `1.3.2` inside a block, `1.h2` a handler. Stable while the files are the same. */
  readonly id: string;
  readonly name: Written<string>;
  /** Short module name: `file`. */
  readonly module: string;
  /** Arguments by canonical name (aliases resolved); strings may hold templates. */
  readonly args: Vars;
  /** `command: echo hi`, for showing; the same text is in `args` as `cmd`. */
  readonly freeForm?: Written<string>;
  readonly include?: Include;
  readonly loop?: Written;
  /** The lookup that makes items of `loop`: `items` for `with_items`; undefined for `loop`. */
  readonly loopWith?: string;
  readonly loopControl: LoopControl;
  readonly register?: string;
  /** Handler topics. */
  readonly listen: readonly string[];
  readonly changedWhen?: Conditions;
  readonly failedWhen?: Conditions;
  readonly until?: Conditions;
  readonly retries?: Written;
  readonly delay?: Written;
  /** Seconds it may take. */
  readonly async?: Written;
  /** With `async`: 0 begins it and leaves it running; anything else waits for it. */
  readonly poll?: Written;
  /** The file it stands in, as places show it: relative files are looked for beside it. */
  readonly file: string;
  readonly at: Position;
}

/** Every task of a list, blocks opened, in the order written. */
export function* tasksOf(items: readonly Item[]): Generator<Task> {
  for (const item of items) {
    if (item.kind === 'task') yield item;
    else yield* tasksOf([...item.tasks, ...item.rescue, ...item.always]);
  }
}

/** A role and all it depends on, dependencies first. */
export const withDependencies = (role: Role): readonly Role[] => [...role.dependencies.flatMap(withDependencies), role];
