import type { Faults } from '../faults.ts';
import type { ModuleRegistry } from '../modules/registry.ts';
import type { Common, Position, Role, Task } from '../tree.ts';
import type { Node } from '../yaml/node.ts';
import type { PartFiles } from './part-files.ts';

/** What every reader of a part of a playbook gets. */
export interface Reading {
  readonly faults: Faults;
  readonly known: ModuleRegistry;
  readonly files: PartFiles;
  /** The folder of the playbook, relative to the playbooks folder. */
  readonly folder: string;
  /** The file that is being read. */
  readonly file: string;
  /** What roles give the play they are used in. */
  readonly play: PlayParts;
  /** The files and roles that led here: none may lead to itself. */
  readonly trail: readonly string[];
}

/** What tasks brought in statically add to their play. */
export interface PlayParts {
  /** The play's number, from 1: the ids of handlers begin with it. */
  readonly number: number;
  /** What its handlers inherit. */
  readonly common: Common;
  readonly roles: Role[];
  readonly handlers: Task[];
  /** Uses of roles whose tasks are in the play already: another of the same kind adds nothing. */
  readonly used?: Set<string>;
}

/** Where tasks are read: how they are numbered and what they inherit. */
export interface Place {
  /** `1.3`: the ids of tasks below are `1.3.1`, `1.3.2`… */
  readonly id: string;
  readonly common: Common;
}

/** One keyword of a play or a task, with its value. */
export interface Field {
  readonly key: string;
  readonly at: Position;
  readonly node: Node;
}

/** What is being put together: the same fields, not all there yet. */
export type Draft<T> = { -readonly [K in keyof T]?: T[K] };

/** Keywords by name, each with what reads it into the draft. */
export type Keywords<D> = Readonly<Record<string, (field: Field, draft: D, reading: Reading) => void>>;
