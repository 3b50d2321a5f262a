import type { Faults } from '../faults.ts';
import type { ModuleRegistry } from '../modules/registry.ts';
import type { Position } from '../tree.ts';
import type { Node } from '../yaml/node.ts';

/** What every reader of a part of a playbook gets. */
export interface Reading {
  readonly faults: Faults;
  readonly known: ModuleRegistry;
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
