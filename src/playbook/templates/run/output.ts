import { fromLiteral } from '../python/literal.ts';
import { defined, show } from '../values/show.ts';
import type { Value } from '../values/value.ts';
import type { Run } from './run.ts';

/** What a body gives, piece by piece. */
export class Output {
  readonly pieces: Value[] = [];
  private readonly run: Run;
  private length = 0;

  constructor(run: Run) {
    this.run = run;
  }

  /** Adds the template's own text. */
  data(text: string): void {
    this.add(text, text.length);
  }

  /** Adds a value; None is empty in text, as in Ansible. */
  value(value: Value): void {
    const present = defined(value);
    this.add(present, typeof present === 'string' ? present.length : 1);
  }

  private add(piece: Value, length: number): void {
    this.length += length;
    this.run.meter.text(this.length);
    this.pieces.push(piece);
  }

  /** All of it as text. */
  text(): string {
    let length = 0;
    const parts = this.pieces.map((piece) => {
      const text = piece === null && !this.run.plain ? '' : show(piece, this.run.meter);
      length += text.length;
      this.run.meter.text(length);
      return text;
    });
    return parts.join('');
  }

  /** A single value with its type; text that looks like a list, a dict or a boolean as that, as Ansible does. */
  native(keepText = false): Value {
    const [only] = this.pieces;
    if (this.pieces.length === 1 && only !== undefined && typeof only !== 'string') return only;
    const text = this.text();
    if (keepText) return text;
    const looks = text.startsWith('{') || text.startsWith('[') || text === 'True' || text === 'False';
    return looks ? (fromLiteral(text, this.run.meter) ?? text) : text;
  }

  /** What a macro or a block gives: converted in playbooks, text in template files. */
  block(): Value {
    return this.run.converts ? this.native() : this.text();
  }
}
