import type { Meter } from '../run/budget.ts';
import { lengthOf } from '../values/text.ts';

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

const PLAIN_IN_QUOTES = /^[\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/u;

function escaped(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return `\\${short}`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

/** The lowest layer of libyaml's emitter: columns, line breaks, indentation, and the three ways to write a text. */
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

  private put(pieces: readonly string[]): void {
    const text = pieces.join('');
    this.column += lengthOf(text);
    this.write(text);
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
    for (const [index, character] of characters.entries()) {
      const inner = index > 0 && index < characters.length - 1;
      const fold = character === ' ' && characters[index - 1] !== ' ' && this.column > this.width && split && inner;
      if (fold) this.foldQuoted(characters[index + 1]);
      else this.put([PLAIN_IN_QUOTES.test(character) && !'"\\'.includes(character) ? character : escaped(character)]);
    }
    this.indicator('"', false);
  }

  /** The line break stands for the blank; a further blank is kept by a backslash. */
  private foldQuoted(next: string | undefined): void {
    this.writeIndent();
    if (next === ' ') this.put(['\\']);
  }
}
