import type { Source } from './source.ts';
import { unescapeText } from './strings.ts';
import type { Token, TokenKind } from './token.ts';

const SPACE = /\s+/y;
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{L}_][\p{L}\p{N}\p{Mn}\p{Mc}_]*/uy;
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const OPERATOR = /\*\*|\/\/|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

const ENDS = { variable: /-\}\}\s*|\}\}/y, block: /\+%\}|-%\}\s*|%\}/y } as const;

/** Where a tag ended; `plain` when it had no sign. */
export interface TagEnd {
  readonly position: number;
  readonly plain: boolean;
}

/** Cuts what stands inside `{{ }}` and `{% %}`, or a bare expression, into tokens. */
export class ExpressionLexer {
  readonly tokens: Token[] = [];
  private readonly source: Source;
  private readonly literalBackslashes: boolean;
  private readonly open: { readonly close: string; readonly offset: number }[] = [];
  private readonly start: number;
  private position: number;

  constructor(source: Source, position: number, literalBackslashes: boolean) {
    this.source = source;
    this.start = position;
    this.position = position;
    this.literalBackslashes = literalBackslashes;
  }

  /** Reads up to the end of the tag. */
  until(kind: 'variable' | 'block'): TagEnd {
    while (true) {
      this.skipSpace();
      const end = this.open.length === 0 ? this.match(ENDS[kind]) : undefined;
      if (end !== undefined) {
        this.push(`${kind}_end`, end);
        return { position: this.position, plain: end === '%}' };
      }
      this.one(kind === 'variable' ? '}}' : '%}');
    }
  }

  /** Reads a bare expression to its end. */
  toEnd(): Token[] {
    this.skipSpace();
    while (this.position < this.source.text.length) {
      this.one('');
      this.skipSpace();
    }
    const unclosed = this.open.at(-1);
    if (unclosed !== undefined) this.missing(unclosed.close, unclosed.offset);
    this.tokens.push({ kind: 'end', text: '', offset: this.position });
    return this.tokens;
  }

  private skipSpace(): void {
    const space = this.match(SPACE);
    if (space !== undefined) this.position += space.length;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    return pattern.exec(this.source.text)?.[0];
  }

  private push(kind: TokenKind, raw: string, text = raw): void {
    this.tokens.push({ kind, text, offset: this.position });
    this.position += raw.length;
  }

  private missing(what: string, offset: number): never {
    throw this.source.fault(
      offset,
      `'${what}' is missing for what opens here`,
      `il manque « ${what} » pour ce qui s’ouvre ici`,
    );
  }

  private one(end: string): void {
    if (this.position >= this.source.text.length) {
      const unclosed = this.open.at(-1);
      this.missing(unclosed?.close ?? end, unclosed?.offset ?? Math.max(0, this.start - 2));
    }
    const number = this.match(FLOAT);
    if (number !== undefined) {
      this.push('float', number, number.replaceAll('_', ''));
      return;
    }
    const integer = this.match(INTEGER);
    if (integer !== undefined) {
      this.push('integer', integer, integer.replaceAll('_', ''));
      return;
    }
    const name = this.match(NAME);
    if (name !== undefined) {
      this.push('name', name);
      return;
    }
    const string = this.match(STRING);
    if (string !== undefined) {
      this.string(string);
      return;
    }
    this.operator();
  }

  private string(raw: string): void {
    const body = raw.slice(1, -1);
    this.push('string', raw, this.literalBackslashes ? body : unescapeText(body, this.source, this.position));
  }

  private operator(): void {
    const text = this.match(OPERATOR);
    if (text === undefined) {
      const character = String.fromCodePoint(this.source.text.codePointAt(this.position) ?? 0);
      const open = character === "'" || character === '"';
      if (open) this.missing(character, this.position);
      throw this.source.fault(
        this.position,
        `the character ${JSON.stringify(character)} does not belong in an expression`,
        `le caractère ${JSON.stringify(character)} n’a pas sa place dans une expression`,
      );
    }
    this.balance(text);
    this.push('operator', text);
  }

  private balance(text: string): void {
    const close = CLOSING[text];
    if (close !== undefined) {
      this.open.push({ close, offset: this.position });
      return;
    }
    if (!')]}'.includes(text)) return;
    const expected = this.open.pop();
    if (expected?.close === text) return;
    throw this.source.fault(
      this.position,
      expected === undefined ? `unexpected '${text}'` : `unexpected '${text}', expected '${expected.close}'`,
      expected === undefined ? `« ${text} » inattendu` : `« ${text} » inattendu, « ${expected.close} » attendu`,
    );
  }
}
