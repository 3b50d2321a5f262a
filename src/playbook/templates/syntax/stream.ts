import type { Fault } from '#core/errors.ts';
import type { Source } from './source.ts';
import type { Token, TokenKind } from './token.ts';

const MAX_NESTING = 100;

const KIND_WORDS: Readonly<Record<TokenKind, readonly [string, string]>> = {
  data: ['text', 'du texte'],
  variable_begin: ["'{{'", '« {{ »'],
  variable_end: ["'}}'", '« }} »'],
  block_begin: ["'{%'", '« {% »'],
  block_end: ["'%}'", '« %} »'],
  name: ['a name', 'un nom'],
  string: ['a text', 'un texte'],
  integer: ['a number', 'un nombre'],
  float: ['a number', 'un nombre'],
  operator: ['an operator', 'un opérateur'],
  end: ['the end', 'la fin'],
};

/** Walks over tokens for the parser. */
export class TokenStream {
  readonly source: Source;
  private readonly tokens: readonly Token[];
  private index = 0;
  private depth = 0;

  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source;
    this.tokens = tokens;
  }

  /** The token that many places ahead. */
  peek(ahead = 0): Token {
    return this.tokens[this.index + ahead] ?? { kind: 'end', text: '', offset: this.source.text.length };
  }

  take(): Token {
    const token = this.peek();
    this.index += 1;
    return token;
  }

  /** True when the next token is that operator. */
  isOperator(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === text;
  }

  /** True when the next token is one of these names. */
  isName(...names: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'name' && names.includes(token.text);
  }

  /** Takes that operator if it is next. */
  skipOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.index += 1;
    return true;
  }

  /** Takes that name if it is next. */
  skipName(name: string): boolean {
    if (!this.isName(name)) return false;
    this.index += 1;
    return true;
  }

  expectOperator(text: string): Token {
    if (!this.isOperator(text)) throw this.expected(`'${text}'`, `« ${text} »`);
    return this.take();
  }

  expectName(name: string): Token {
    if (!this.isName(name)) throw this.expected(`'${name}'`, `« ${name} »`);
    return this.take();
  }

  expectKind(kind: TokenKind): Token {
    const [en, fr] = KIND_WORDS[kind];
    if (this.peek().kind !== kind) throw this.expected(en, fr);
    return this.take();
  }

  /** The fault for something else than what had to come. */
  expected(en: string, fr: string): Fault {
    const token = this.peek();
    const [foundEn, foundFr] = KIND_WORDS[token.kind];
    const written = token.kind === 'name' || token.kind === 'operator';
    return this.source.fault(
      token.offset,
      `expected ${en}, found ${written ? `'${token.text}'` : foundEn}`,
      `attendu : ${fr} ; trouvé : ${written ? `« ${token.text} »` : foundFr}`,
    );
  }

  /** Parses one level deeper; too many levels are a fault, not a crash. */
  nested<T>(parse: () => T): T {
    if (this.depth >= MAX_NESTING) {
      throw this.source.fault(
        this.peek().offset,
        `more than ${MAX_NESTING} levels of nesting`,
        `plus de ${MAX_NESTING} niveaux d’imbrication`,
      );
    }
    this.depth += 1;
    const parsed = parse();
    this.depth -= 1;
    return parsed;
  }
}
