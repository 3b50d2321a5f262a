/** True for the code points a single place of a pattern takes. */
export type CharacterTest = (code: number) => boolean;

export type Assertion =
  | 'start'
  | 'end'
  | 'line-start'
  | 'line-end'
  | 'end-or-newline'
  | 'word'
  | 'not-word'
  | 'ascii-word'
  | 'not-ascii-word';

/** A pattern, taken apart. */
export type Node =
  | { readonly kind: 'set'; readonly test: CharacterTest }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'either'; readonly options: readonly Node[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: Node }
  | {
      readonly kind: 'repeat';
      readonly body: Node;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly kind: 'back'; readonly index: number; readonly ignoreCase: boolean }
  | { readonly kind: 'look'; readonly body: Node; readonly behind: boolean; readonly negative: boolean }
  | { readonly kind: 'atomic'; readonly body: Node }
  | { readonly kind: 'if-group'; readonly index: number; readonly yes: Node; readonly no: Node }
  | { readonly kind: 'assert'; readonly what: Assertion };

/** Python's flags. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}

export const NO_FLAGS: Flags = { ignoreCase: false, multiline: false, dotAll: false, verbose: false, ascii: false };
