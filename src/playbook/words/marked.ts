/** A text of which some letters are marked. */
export class Marked<Mark> {
  readonly text: string;
  readonly marks: readonly (Mark | undefined)[];

  constructor(text: string, marks: readonly (Mark | undefined)[]) {
    this.text = text;
    this.marks = marks;
  }

  static none<Mark>(): Marked<Mark> {
    return new Marked<Mark>('', []);
  }

  /** A text with one mark on all of it. */
  static all<Mark>(text: string, mark?: Mark): Marked<Mark> {
    return new Marked(text, new Array<Mark | undefined>(text.length).fill(mark));
  }

  with(more: Marked<Mark>): Marked<Mark> {
    return new Marked(this.text + more.text, [...this.marks, ...more.marks]);
  }

  slice(from: number, to?: number): Marked<Mark> {
    return new Marked(this.text.slice(from, to), this.marks.slice(from, to));
  }
}
