import { Letters, Marked } from './marked.ts';
import { isAssignment, Values } from './values.ts';

/** A program with its words, and what it is given to read. */
export interface Command<Mark> {
  readonly words: readonly Marked<Mark>[];
  /** Here-documents and here-strings, and the words of the commands that are piped into it. */
  readonly reads: readonly Marked<Mark>[];
  /** The files that it is redirected to and from. */
  readonly files: readonly Marked<Mark>[];
}

interface Draft<Mark> {
  words: Marked<Mark>[];
  reads: Marked<Mark>[];
  files: Marked<Mark>[];
}

const draft = <Mark>(reads: readonly Marked<Mark>[] = []): Draft<Mark> => ({ words: [], reads: [...reads], files: [] });

const blank = /[ \t\r]/;
/** Ends of what may have been many commands. */
const closing = new Set(['done', 'fi', 'esac', '}']);

/** Programs that print what is in what they name, and not its name. */
const showing = /^(?:cat|head|tail|[bgx]?zcat|xzcat|gzip|gunzip|zstd|curl|wget|dd|tar|mysqldump|pg_dump)$/;

const showsFiles = ([program]: readonly { readonly text: string }[]): boolean => showing.test(program?.text ?? '');

/** Where the next word of a line goes: into a file, into the command's input, or to what ends a here-document. */
type Next = 'file' | 'input' | 'end' | undefined;

/** The lines of a here-document, the one that ends it too, and where the operator is that begins it. */
export interface Document {
  readonly operator: number;
  readonly from: number;
  readonly to: number;
}

/** Takes a line of a shell apart into its simple commands, those in quotes and brackets too. */
class Line<Mark> {
  readonly commands: Draft<Mark>[] = [];
  readonly documents: Document[] = [];
  private readonly line: Marked<Mark>;
  private at = 0;
  private word: Letters<Mark> | undefined;
  private command: Draft<Mark> = draft();
  private next: Next;
  private pipeline = 0;
  private ends: { readonly end: string; readonly command: Draft<Mark>; readonly operator: number }[] = [];
  private operatorAt = 0;
  private readonly values: Values<Mark>;

  constructor(line: Marked<Mark>, values: Values<Mark>) {
    this.line = line;
    this.values = values;
  }

  read(end = ''): void {
    while (this.at < this.line.text.length) {
      const char = this.char();
      if (char === end) break;
      if (char === '\n') this.newline();
      else if (blank.test(char)) this.endWord();
      else if (';&|()'.includes(char)) this.operator(char);
      else if ('<>'.includes(char)) this.redirect(char);
      else if (char === '#' && this.word === undefined) this.comment();
      else this.letters(char);
      this.at += 1;
    }
    this.endCommand();
  }

  private char(ahead = 0): string {
    return this.line.text[this.at + ahead] ?? '';
  }

  private add(from = this.at, to = from + 1): void {
    this.word ??= new Letters();
    this.word.add(this.line, from, to);
  }

  private endWord(): void {
    const { next, command } = this;
    const word = this.word?.whole();
    this.word = undefined;
    if (!word) return;
    this.next = undefined;
    if (next === 'end') this.ends.push({ end: word.text, command, operator: this.operatorAt });
    else if (next === 'input') command.reads.push(word);
    else if (next === 'file') command.files.push(word);
    else command.words.push(word);
  }

  private endCommand(): void {
    this.endWord();
    this.next = undefined;
    const { words, reads, files } = this.command;
    if (words.length + reads.length + files.length > 0) this.commands.push(this.command);
    this.values.note(words, reads);
    this.command = draft();
  }

  private operator(char: string): void {
    const piped = char === '|' && this.char(1) !== '|' && this.char(-1) !== '|';
    if (char === '(') {
      const { reads } = this.command;
      this.endCommand();
      this.within(')', reads);
      return;
    }
    if (char === '&' && '<>'.includes(this.char(-1)) && this.at > 0) return;
    this.endCommand();
    if (piped && this.char(1) === '&') this.at += 1;
    if (!piped) {
      if (char !== ')') this.pipeline = this.commands.length;
      return;
    }
    const [before] = this.commands.slice(-1);
    const from = closing.has(before?.words[0]?.text ?? '') ? 0 : this.pipeline;
    this.command.reads.push(
      ...this.commands.slice(from).flatMap(({ words, reads }) => (showsFiles(words) ? reads : [...words, ...reads])),
    );
  }

  /** Reads what is in brackets, from behind the opening one to the closing one. */
  private within(end: string, reads: readonly Marked<Mark>[] = []): void {
    const { word, command, next, pipeline } = this;
    this.word = undefined;
    this.command = draft(reads);
    this.next = undefined;
    this.pipeline = this.commands.length;
    this.at += 1;
    this.read(end);
    [this.word, this.command, this.next, this.pipeline] = [word, command, next, pipeline];
  }

  private newline(): void {
    this.endWord();
    // Behind a bar the line goes on.
    if (this.command.words.length > 0 || this.command.reads.length === 0) {
      this.endCommand();
      this.pipeline = this.commands.length;
    }
    const { ends } = this;
    this.ends = [];
    for (const { end, command, operator } of ends) {
      const document = this.document(end, operator);
      for (const one of new Set([command, ...this.commands.slice(-1)])) one.reads.push(document);
    }
  }

  /** The lines of a here-document. */
  private document(end: string, operator: number): Marked<Mark> {
    const { text } = this.line;
    const from = this.at + 1;
    let to = from;
    while (to < text.length) {
      const stop = text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to);
      if (text.slice(to, stop).replace(/^\t+/, '') === end) {
        this.at = stop - 1;
        this.documents.push({ operator, from, to: stop });
        return this.lines(from, to, operator);
      }
      to = stop + 1;
    }
    this.at = text.length;
    this.documents.push({ operator, from, to: text.length });
    return this.lines(from, text.length, operator);
  }

  /** With values in their places, unless the word that ends it is quoted. */
  private lines(from: number, to: number, operator: number): Marked<Mark> {
    const lines = this.line.slice(from, to);
    const word = this.line.text.slice(operator, from).split('\n', 1)[0] ?? '';
    return /^<<-?[ \t]*[^\s'"\\]*['"\\]/.test(word) ? lines : this.values.within(lines);
  }

  private redirect(char: string): void {
    if (this.char(1) === '(') {
      this.nested(2, ')');
      return;
    }
    if (this.word && /^\d+$/.test(this.word.whole().text)) this.word = undefined;
    this.endWord();
    const [operator = char] = /^(?:<<<|<<-?|<&|<>|>>|>&|>\||[<>])/.exec(this.line.text.slice(this.at)) ?? [];
    this.next = operator === '<<<' ? 'input' : operator.startsWith('<<') ? 'end' : 'file';
    this.operatorAt = this.at;
    this.at += operator.length - 1;
  }

  private comment(): void {
    while (this.at + 1 < this.line.text.length && this.char(1) !== '\n') this.at += 1;
  }

  private letters(char: string): void {
    this.word ??= new Letters();
    if (char === '\\') {
      this.at += 1;
      if (this.char() !== '\n') this.add();
    } else if (char === "'") this.single();
    else if (char === '"') this.double();
    else this.plain(char);
  }

  /** A letter, or what a shell puts in its place, which is kept as it is written. */
  private plain(char: string, quoted = false): void {
    const ahead = this.char(1);
    const found = char === '$' ? this.values.at(this.line.text, this.at) : undefined;
    if (found) {
      this.value(found.value, quoted);
      this.at += found.length - 1;
    } else if (char === '`') this.nested(1, '`');
    else if (char === '$' && ahead === "'") this.ansi();
    else if (char === '$' && ahead === '(') this.nested(2, ')');
    else if (char === '$' && ahead === '{') this.braces();
    else this.add();
  }

  /** The value of a variable, which is several words where it has blanks and is not quoted. */
  private value(value: Marked<Mark>, quoted: boolean): void {
    const whole = quoted || isAssignment(this.word?.whole());
    for (const [at, char] of value.text.split('').entries()) {
      if (!whole && /\s/.test(char)) this.endWord();
      else {
        this.word ??= new Letters();
        this.word.add(value, at, at + 1);
      }
    }
  }

  private single(): void {
    const end = this.line.text.indexOf("'", this.at + 1);
    const to = end < 0 ? this.line.text.length : end;
    this.add(this.at + 1, to);
    this.at = to;
  }

  private ansi(): void {
    this.at += 2;
    while (this.at < this.line.text.length && this.char() !== "'") {
      if (this.char() === '\\') this.at += 1;
      this.add();
      this.at += 1;
    }
  }

  private double(): void {
    this.at += 1;
    while (this.at < this.line.text.length && this.char() !== '"') {
      if (this.char() === '\\' && '"\\$`\n'.includes(this.char(1))) {
        this.at += 1;
        this.add();
      } else this.plain(this.char() === '$' && this.char(1) === "'" ? '' : this.char(), true);
      this.at += 1;
    }
  }

  private nested(skip: number, end: string): void {
    const from = this.at;
    const kept = this.word;
    this.at += skip - 1;
    this.within(end);
    this.word = kept ?? new Letters();
    const inner = this.values.within(this.line.slice(from, this.at + 1));
    this.word.add(inner, 0, inner.text.length);
  }

  private braces(): void {
    const end = this.line.text.indexOf('}', this.at);
    const to = end < 0 ? this.line.text.length : end + 1;
    this.add(this.at, to);
    this.at = to - 1;
  }
}

/** The simple commands of a shell's line, with the marked ones of its variables in their places. */
export function commandsOf<Mark>(line: Marked<Mark>, values = new Values<Mark>()): readonly Command<Mark>[] {
  const reading = new Line(line, values);
  reading.read();
  return reading.commands;
}

/** The here-documents of a shell's line. */
export function documentsOf(line: string): readonly Document[] {
  const reading = new Line(Marked.all(line), new Values());
  reading.read();
  return reading.documents;
}

/** The one command of a line that no shell reads, but that is split into words. */
export function wordsOf<Mark>(line: Marked<Mark>): Command<Mark> {
  const { text } = line;
  const words: Letters<Mark>[] = [];
  let word: Letters<Mark> | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote === '' && /\s/.test(char)) {
      word = undefined;
      continue;
    }
    if (!word) {
      word = new Letters();
      words.push(word);
    }
    if (quote === '' ? '\'"'.includes(char) : char === quote) quote = quote === '' ? char : '';
    else {
      if (char === '\\' && quote !== "'") at += 1;
      word.add(line, at, at + 1);
    }
  }
  return { words: words.map((one) => one.whole()), reads: [], files: [] };
}
