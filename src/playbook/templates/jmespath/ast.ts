import type { Value } from '../values/value.ts';

/** How two values are compared. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** `a.b`, `a[0]`, `a | b`: each is asked of what the one before gave. */
export interface Chain {
  readonly node: 'chain';
  readonly by: 'field' | 'index' | 'pipe';
  readonly parts: Node[];
}

/** A part of a JMESPath expression. */
export type Node =
  /** `@`, and what is not written: the value itself. */
  | { readonly node: 'current' }
  | { readonly node: 'literal'; readonly value: Value }
  | { readonly node: 'field'; readonly name: string }
  | { readonly node: 'index'; readonly at: number }
  | { readonly node: 'slice'; readonly start: Value; readonly stop: Value; readonly step: Value }
  | Chain
  | { readonly node: 'flatten'; readonly of: Node }
  /** `of[*].each`, and with a test `of[?test].each`; `values` for `of.*.each`. */
  | { readonly node: 'projection'; readonly of: Node; readonly each: Node; readonly test?: Node }
  | { readonly node: 'values'; readonly of: Node; readonly each: Node }
  | { readonly node: 'compare'; readonly how: Comparison; readonly left: Node; readonly right: Node }
  | { readonly node: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly node: 'not'; readonly of: Node }
  | { readonly node: 'list'; readonly items: readonly Node[] }
  | { readonly node: 'dict'; readonly pairs: readonly (readonly [string, Node])[] }
  | { readonly node: 'call'; readonly name: string; readonly args: readonly Node[] }
  /** `&each`, for functions that ask it of every item. */
  | { readonly node: 'expression'; readonly of: Node };

/** The value itself. */
export const CURRENT: Node = { node: 'current' };
