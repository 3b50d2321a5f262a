import { type Mistake, valueMistake } from '../mistakes.ts';

/** Walks over the text of a pattern. */
export class PatternReader {
  private readonly characters: readonly string[];
  private readonly source: string;
  private index = 0;

  constructor(source: string) {
    this.source = source;
    this.characters = Array.from(source);
  }

  get done(): boolean {
    return this.index >= this.characters.length;
  }

  /** The next character, empty at the end. */
  get peek(): string {
    return this.characters[this.index] ?? '';
  }

  take(): string {
    const character = this.characters[this.index];
    if (character === undefined) throw this.fault('it ends too early', 'il finit trop tôt');
    this.index += 1;
    return character;
  }

  skip(character: string): boolean {
    if (this.peek !== character || this.done) return false;
    this.index += 1;
    return true;
  }

  /** Takes what a sticky pattern finds here. */
  match(pattern: RegExp): string | undefined {
    const rest = this.characters.slice(this.index, this.index + 200).join('');
    pattern.lastIndex = 0;
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) this.index += Array.from(found).length;
    return found;
  }

  /** Skips white space and comments of a verbose pattern. */
  skipVerbose(): boolean {
    if (/^\s$/.test(this.peek)) {
      this.index += 1;
      return true;
    }
    if (this.peek !== '#') return false;
    while (!this.done && !this.skip('\n')) this.index += 1;
    return true;
  }

  fault(en: string, fr: string): Mistake {
    const pattern = this.source.length > 60 ? `${this.source.slice(0, 57)}…` : this.source;
    return valueMistake(
      `the regular expression '${pattern}' is not valid at ${this.index}: ${en}`,
      `l’expression régulière « ${pattern} » n’est pas valide à ${this.index} : ${fr}`,
    );
  }
}
