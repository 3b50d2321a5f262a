import type { Json } from '#core/json.ts';
import type { Position } from '../tree.ts';

/** A YAML value with its place. `text` is the scalar as written in the file. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  readonly text: string;
  readonly at: Position;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly at: Position;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly at: Position;
}

/** One key of a mapping; `at` is where the key stands. */
export interface Entry {
  readonly key: string;
  readonly at: Position;
  readonly value: Node;
}

/** The plain value of a node. */
export const toJson = (node: Node): Json => {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toJson);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, toJson(entry.value)]));
};

/** The entry of a mapping by its key. */
export const entryOf = (node: MapNode, key: string): Entry | undefined =>
  node.entries.find((entry) => entry.key === key);

/** Every scalar inside a node, keys left out. */
export function* scalarsOf(node: Node): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  else if (node.kind === 'list') for (const item of node.items) yield* scalarsOf(item);
  else for (const entry of node.entries) yield* scalarsOf(entry.value);
}
