import { fromLiteral } from '../python/literal.ts';
import type { Expression, Statement } from '../syntax/ast.ts';
import { defined, show } from '../values/show.ts';
import { Undefined, type Value, View } from '../values/value.ts';
import type { Run } from './run.ts';

/** A piece of a result; `text` once it is known. */
interface Piece {
  readonly value: Value;
  readonly text: string | undefined;
}

/** What a body gives, piece by piece. */
export class Output {
  private readonly pieces: Piece[] = [];
  private readonly run: Run;
  private readonly alone: boolean;
  private length = 0;

  /** `alone`: the body is one expression, so that nothing can change its value after it was given. */
  constructor(run: Run, alone = false) {
    this.run = run;
    this.alone = alone;
  }

  /** Adds the template's own text. */
  data(text: string): void {
    this.add({ value: text, text });
  }

  /** The expressions whose values are added for one that is written; who traces a text takes it apart. */
  parts(expression: Expression, _ask: (expression: Expression) => Value): readonly Expression[] {
    return [expression];
  }

  /** Runs a statement that chooses what is put out; who traces a text notes where nothing was. */
  around<Result>(_statement: Statement, run: () => Result): Result {
    return run();
  }

  /** Adds a value, of an expression or of a block. */
  value(given: Value, _expression?: Expression): void {
    const value = this.final(given);
    this.add({ value, text: this.alone ? undefined : this.textOf(value) });
  }

  /** What is shown of a value: an inline `if` without `else` shows nothing; in Ansible a view shows as its list. */
  protected final(value: Value): Value {
    if (value instanceof Undefined && value.quiet) return '';
    if (value instanceof View && !this.run.plain) return [...value.items];
    return defined(value);
  }

  /** None is empty in text, as in Ansible. */
  protected textOf(value: Value): string {
    return value === null && !this.run.plain ? '' : show(value, this.run.meter);
  }

  private add(piece: Piece): void {
    this.length += piece.text?.length ?? 1;
    this.run.meter.text(this.length);
    this.pieces.push(piece);
  }

  /** All of it as text. */
  text(): string {
    return this.pieces.map(({ value, text }) => text ?? this.textOf(value)).join('');
  }

  /** A single value with its type; text that looks like a list, a dict or a boolean as that, as Ansible does. */
  native(keepText = false): Value {
    const [only] = this.pieces;
    if (this.pieces.length === 1 && only !== undefined && typeof only.value !== 'string') return only.value;
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
