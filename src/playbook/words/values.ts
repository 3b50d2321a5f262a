import { Letters, type Marked } from './marked.ts';

const assignment = /^([A-Za-z_]\w*)\+?=/;
const declaring = new Set(['export', 'declare', 'typeset', 'local', 'readonly', 'env']);
const name = '[A-Za-z_]\\w*|[@*\\d]';
const use = new RegExp(`\\$(?:\\{(${name})[^}]*\\}|(${name}))`, 'y');

/** True for a word that sets a variable. */
export const isAssignment = (word: { readonly text: string } | undefined): boolean => assignment.test(word?.text ?? '');

/** The variables of a shell's line that have something marked in them. */
export class Values<Mark> {
  readonly known: Map<string, Marked<Mark>>;

  constructor(given: ReadonlyMap<string, Marked<Mark>> = new Map()) {
    this.known = new Map(given);
  }

  /** Notes what a command sets. */
  note(words: readonly Marked<Mark>[], reads: readonly Marked<Mark>[]): void {
    const [first, second] = words;
    let at = declaring.has(first?.text ?? '') ? 1 : 0;
    for (; at < words.length; at += 1) {
      const word = words[at];
      const [begin = '', set] = assignment.exec(word?.text ?? '') ?? [];
      if (set !== undefined && word) this.set(set, [word.slice(begin.length)]);
      else if (!declaring.has(first?.text ?? '')) break;
    }
    if (first?.text === 'for' && second) this.set(second.text, words.slice(3));
    if (first?.text === 'set') for (const one of '@*123456789') this.set(one, words.slice(1));
    const read = words.findIndex(({ text }) => text === 'read');
    if (read >= 0) for (const word of words.slice(read + 1)) this.set(word.text, reads);
  }

  /** The value that a shell puts in the place of what begins there, and how long that is. */
  at(text: string, at: number): { readonly value: Marked<Mark>; readonly length: number } | undefined {
    use.lastIndex = at;
    const [whole = '', braced, bare] = (this.known.size > 0 && use.exec(text)) || [];
    const value = this.known.get(braced ?? bare ?? '');
    return value && { value, length: whole.length };
  }

  /** A text with all values in their places. */
  within(text: Marked<Mark>): Marked<Mark> {
    const letters = new Letters<Mark>();
    for (let at = 0; at < text.text.length; at += 1) {
      const found = text.text[at] === '$' ? this.at(text.text, at) : undefined;
      if (found) letters.add(found.value, 0, found.value.text.length);
      else letters.add(text, at, at + 1);
      at += found ? found.length - 1 : 0;
    }
    return letters.whole();
  }

  /** Of two values that it may have, both; of one with the other in it, that. */
  private set(variable: string, words: readonly Marked<Mark>[]): void {
    const marked = words.filter(({ marks }) => marks.some((mark) => mark !== undefined));
    for (const value of marked) {
      const before = this.known.get(variable);
      this.known.set(variable, before && !value.text.includes(before.text) ? before.with(value) : value);
    }
  }
}
