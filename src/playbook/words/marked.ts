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

/** A marked text while it grows. */
export class Letters<Mark> {
  private text = '';
  private readonly marks: (Mark | undefined)[] = [];

  add(from: Marked<Mark>, begin: number, end: number): void {
    this.text += from.text.slice(begin, end);
    for (let at = begin; at < end; at += 1) this.marks.push(from.marks[at]);
  }

  whole(): Marked<Mark> {
    return new Marked(this.text, this.marks);
  }
}
