import type { Meter } from '../run/budget.ts';

const BREAKS = '\n\x85\u2028\u2029';
const isBreak = (character: string | undefined): boolean => character !== undefined && BREAKS.includes(character);

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

const PLAIN_IN_QUOTES = /[\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

function escaped(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return `\\${short}`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

/** The lowest layer of PyYAML's emitter: columns, line breaks, indentation, and the three ways to write a text. */
export class Writer {
  private readonly parts: string[] = [];
  private readonly meter: Meter;
  private length = 0;
  column = 0;
  whitespace = true;
  indention = true;
  indent: number | undefined = undefined;
  readonly width: number;

  constructor(meter: Meter, width: number) {
    this.meter = meter;
    this.width = width;
  }

  get result(): string {
    return this.parts.join('');
  }

  private write(text: string): void {
    this.length += text.length;
    this.meter.text(this.length);
    this.parts.push(text);
  }

  private put(characters: readonly string[]): void {
    this.column += characters.length;
    this.write(characters.join(''));
  }

  indicator(text: string, needsSpace: boolean, whitespace = false, indention = false): void {
    const written = this.whitespace || !needsSpace ? text : ` ${text}`;
    this.whitespace = whitespace;
    this.indention = this.indention && indention;
    this.column += written.length;
    this.write(written);
  }

  lineBreak(text = '\n'): void {
    this.whitespace = true;
    this.indention = true;
    this.column = 0;
    this.write(text);
  }

  writeIndent(): void {
    const indent = this.indent ?? 0;
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) this.lineBreak();
    if (this.column >= indent) return;
    this.whitespace = true;
    this.write(' '.repeat(indent - this.column));
    this.column = indent;
  }

  plain(text: string, split: boolean): void {
    if (text === '') return;
    if (!this.whitespace) this.put([' ']);
    this.whitespace = false;
    this.indention = false;
    for (const [chunk] of text.matchAll(/ +|[^ ]+/g)) {
      const fold = chunk === ' ' && this.column > this.width && split;
      if (!fold) {
        this.put(Array.from(chunk));
        continue;
      }
      this.writeIndent();
      this.whitespace = false;
      this.indention = false;
    }
  }

  singleQuoted(text: string, split: boolean): void {
    this.indicator("'", true);
    let position = 0;
    for (const [chunk] of text.matchAll(/ +|[\n\x85\u2028\u2029]+|[^ \n\x85\u2028\u2029]+/g)) {
      const inner = position > 0 && position + chunk.length < text.length;
      if (isBreak(chunk[0])) this.breaks(chunk);
      else if (chunk === ' ' && this.column > this.width && split && inner) this.writeIndent();
      else this.put(Array.from(chunk.replaceAll("'", "''")));
      position += chunk.length;
    }
    this.indicator("'", false);
  }

  private breaks(chunk: string): void {
    if (chunk.startsWith('\n')) this.lineBreak();
    for (const character of chunk) this.lineBreak(character);
    this.writeIndent();
  }

  doubleQuoted(text: string, split: boolean): void {
    this.indicator('"', true);
    const characters = Array.from(text);
    let start = 0;
    for (let end = 0; end <= characters.length; end += 1) {
      const character = characters[end];
      start = this.quotedPart(characters, start, end);
      const inside = end > 0 && end < characters.length - 1 && (character === ' ' || start >= end);
      if (!inside || this.column + (end - start) <= this.width || !split) continue;
      this.put([...characters.slice(start, end), '\\']);
      start = Math.max(start, end);
      this.writeIndent();
      this.whitespace = false;
      this.indention = false;
      if (characters[start] === ' ') this.put(['\\']);
    }
    this.indicator('"', false);
  }

  /** Writes what is pending and the escape, when the character needs one; returns where the next part starts. */
  private quotedPart(characters: readonly string[], start: number, end: number): number {
    const character = characters[end];
    const bare = character !== undefined && PLAIN_IN_QUOTES.test(character) && !'"\\'.includes(character);
    if (bare) return start;
    if (start < end) this.put(characters.slice(start, end));
    if (character === undefined) return Math.max(start, end);
    this.put(Array.from(escaped(character)));
    return end + 1;
  }
}
