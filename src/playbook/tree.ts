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

export interface Play {
  readonly name: Written<string>;
  /** An inventory pattern; may hold a template over extra vars. */
  readonly hosts: Written<string>;
  readonly become?: Become;
  readonly vars: Readonly<Record<string, Written>>;
  readonly tags: readonly string[];
  readonly gatherFacts: boolean;
  readonly tasks: readonly Task[];
  readonly handlers: readonly Task[];
  readonly at: Position;
}

/** One task. Everything templated is kept as written; the executor renders it per host and item. */
export interface Task {
  /** `1.3`: play and task, from 1; handlers `1.h2`. Stable while the file is the same. */
  readonly id: string;
  readonly name: Written<string>;
  /** Short module name: `file`. */
  readonly module: string;
  /** Arguments by canonical name (aliases resolved); strings may hold templates. */
  readonly args: Readonly<Record<string, Written>>;
  /** `command: echo hi`, for showing; the same text is in `args` as `cmd`. */
  readonly freeForm?: Written<string>;
  readonly when: readonly Written<string | boolean>[];
  readonly loop?: Written;
  readonly loopVar: string;
  readonly register?: string;
  readonly notify: readonly Written<string>[];
  /** Handler topics. */
  readonly listen: readonly string[];
  readonly vars: Readonly<Record<string, Written>>;
  /** The play's, overlaid by the task's own. */
  readonly become?: Become;
  readonly changedWhen?: readonly Written<string | boolean>[];
  readonly failedWhen?: readonly Written<string | boolean>[];
  readonly ignoreErrors?: Written;
  readonly until?: readonly Written<string | boolean>[];
  readonly retries?: Written;
  readonly delay?: Written;
  readonly noLog: boolean;
  /** The play's tags and the task's own. */
  readonly tags: readonly string[];
  readonly at: Position;
}
