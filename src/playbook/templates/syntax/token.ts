/** The pieces the lexer cuts a template into. `operator` holds punctuation too. */
export type TokenKind =
  | 'data'
  | 'variable_begin'
  | 'variable_end'
  | 'block_begin'
  | 'block_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'end';

/** One piece; `text` is unescaped for strings; `offset` is where it begins. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

/** How a template is cut, as the settings of Jinja2's environment. */
export interface LexOptions {
  /** Drops the first newline after a block tag. */
  readonly trimBlocks: boolean;
  /** Drops white space before a block tag at the start of a line. */
  readonly lstripBlocks: boolean;
  /** Leaves backslashes in texts inside `{{ }}` as they are, as Ansible does in playbooks. */
  readonly literalBackslashes: boolean;
}
