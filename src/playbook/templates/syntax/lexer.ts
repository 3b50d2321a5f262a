import { ExpressionLexer } from './lex-expression.ts';
import type { Source } from './source.ts';
import type { LexOptions, Token } from './token.ts';

const TAG = /\{%|\{\{|\{#/g;
const RAW_BEGIN = /\{%([-+]?)\s*raw\s*(-%\}\s*|%\})/y;
const RAW_END = /\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}(\n?))/g;
const COMMENT_END = /(?:\+#\}|-#\}\s*|#\}(\n?))/g;

/** Cuts a template into tokens. */
export function lexTemplate(source: Source, options: LexOptions): Token[] {
  return new TemplateLexer(source, options).run();
}

class TemplateLexer {
  private readonly source: Source;
  private readonly text: string;
  private readonly options: LexOptions;
  private readonly tokens: Token[] = [];
  private position = 0;
  private lineStarting = true;

  constructor(source: Source, options: LexOptions) {
    this.source = source;
    this.text = source.text;
    this.options = options;
  }

  run(): Token[] {
    while (this.position < this.text.length) this.next();
    this.tokens.push({ kind: 'end', text: '', offset: this.text.length });
    return this.tokens;
  }

  private next(): void {
    TAG.lastIndex = this.position;
    const tag = TAG.exec(this.text);
    if (tag === null) {
      this.data(this.position, this.text.slice(this.position));
      this.position = this.text.length;
      return;
    }
    const start = tag.index;
    RAW_BEGIN.lastIndex = start;
    const raw = RAW_BEGIN.exec(this.text);
    if (raw !== null) this.raw(start, raw);
    else if (tag[0] === '{#') this.comment(start);
    else this.expression(start, tag[0] === '{{' ? 'variable' : 'block');
  }

  private signAt(offset: number): string {
    const character = this.text[offset] ?? '';
    return character === '-' || character === '+' ? character : '';
  }

  /** The text before a tag, cut as the tag's sign or the options say. */
  private before(start: number, sign: string, block: boolean): void {
    const text = this.text.slice(this.position, start);
    this.data(this.position, this.trimmed(text, sign, block));
  }

  private trimmed(text: string, sign: string, block: boolean): string {
    if (sign === '-') return text.trimEnd();
    if (sign === '+' || !block || !this.options.lstripBlocks) return text;
    const lineStart = text.lastIndexOf('\n') + 1;
    const blank = text.slice(lineStart).trim() === '' && text.length > lineStart;
    return blank && (lineStart > 0 || this.lineStarting) ? text.slice(0, lineStart) : text;
  }

  private data(offset: number, text: string): void {
    if (text !== '') this.tokens.push({ kind: 'data', text, offset });
  }

  private moveTo(position: number): void {
    this.lineStarting = this.text[position - 1] === '\n';
    this.position = position;
  }

  private trim(end: number, newline: string | undefined): number {
    return newline === '\n' && !this.options.trimBlocks ? end - 1 : end;
  }

  private comment(start: number): void {
    this.before(start, this.signAt(start + 2), true);
    COMMENT_END.lastIndex = start + 2;
    const end = COMMENT_END.exec(this.text);
    if (end === null)
      throw this.source.fault(start, "the comment has no end '#}'", 'le commentaire n’a pas de fin « #} »');
    this.moveTo(this.trim(end.index + end[0].length, end[1]));
  }

  private raw(start: number, begin: RegExpExecArray): void {
    this.before(start, begin[1] ?? '', true);
    const from = start + begin[0].length;
    this.moveTo(from);
    RAW_END.lastIndex = from;
    const end = RAW_END.exec(this.text);
    if (end === null) throw this.source.fault(start, "'raw' has no 'endraw'", '« raw » n’a pas de « endraw »');
    this.data(from, this.trimmed(this.text.slice(from, end.index), end[1] ?? '', true));
    this.moveTo(this.trim(end.index + end[0].length, end[2]));
  }

  private expression(start: number, kind: 'variable' | 'block'): void {
    const sign = this.signAt(start + 2);
    this.before(start, sign, kind === 'block');
    this.tokens.push({ kind: `${kind}_begin`, text: '', offset: start });
    const literal = kind === 'variable' && this.options.literalBackslashes;
    const lexer = new ExpressionLexer(this.source, start + 2 + sign.length, literal);
    const end = lexer.until(kind);
    for (const token of lexer.tokens) this.tokens.push(token);
    const newline = kind === 'block' && end.plain && this.text[end.position] === '\n' && this.options.trimBlocks;
    this.moveTo(newline ? end.position + 1 : end.position);
  }
}
