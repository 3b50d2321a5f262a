import { Mistake, valueMistake } from '../mistakes.ts';
import { readJson } from '../python/json-loads.ts';
import type { Meter } from '../run/budget.ts';
import type { Value } from '../values/value.ts';

/** The signs that are tokens by themselves; a longer one is looked for first. */
const SIGNS = '[] [? && || <= >= == != . * ] , : @ ( ) { } [ | & < > !'.split(' ');

/** A word of a JMESPath expression: a sign is its own kind. */
export interface Token {
  readonly kind: 'name' | 'quoted' | 'number' | 'literal' | 'end' | 'sign';
  readonly text: string;
  readonly value: Value;
  readonly offset: number;
}

const BLANK = /[ \t\n\r]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /-?[0-9]+/y;

/** The tokens of an expression, with an end. */
export function tokensOf(expression: string, meter: Meter): readonly Token[] {
  meter.text(expression.length);
  const lexer = new Lexer(expression, meter);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next();
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}

/** What cannot be read, with the place in the expression. */
export const unreadable = (expression: string, offset: number, en: string, fr: string): Mistake => {
  const shown = expression.length > 200 ? `${expression.slice(0, 200)}…` : expression;
  return valueMistake(
    `json_query cannot read '${shown}': ${en}, at character ${offset + 1}`,
    `json_query ne peut pas lire « ${shown} » : ${fr}, au caractère ${offset + 1}`,
  );
};

class Lexer {
  private readonly text: string;
  private readonly meter: Meter;
  private position = 0;

  constructor(text: string, meter: Meter) {
    this.text = text;
    this.meter = meter;
  }

  next(): Token {
    this.meter.step();
    this.match(BLANK);
    const offset = this.position;
    const made = (kind: Token['kind'], text: string, value: Value = null): Token => ({ kind, text, value, offset });
    if (offset === this.text.length) return made('end', '');
    const name = this.match(NAME);
    if (name !== undefined) return made('name', name);
    const number = this.match(NUMBER);
    if (number !== undefined) return made('number', number, Number(number));
    const character = this.text[offset];
    if (character === '"') return made('quoted', this.quoted());
    if (character === "'") return made('literal', "'", this.until("'").replaceAll("\\'", "'"));
    if (character === '`') return made('literal', '`', this.literal());
    const sign = SIGNS.find((one) => this.text.startsWith(one, offset));
    if (sign === undefined) throw unreadable(this.text, offset, 'this means nothing here', 'ceci n’a pas de sens ici');
    this.position += sign.length;
    return made('sign', sign);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  /** What stands before the next such sign; a backslash keeps what comes after it, and itself. */
  private until(end: string): string {
    const start = this.position + 1;
    let at = start;
    while (at < this.text.length && this.text[at] !== end) at += this.text[at] === '\\' ? 2 : 1;
    if (at >= this.text.length)
      throw unreadable(this.text, start - 1, `there is no second ${end}`, `il manque le second ${end}`);
    this.position = at + 1;
    return this.text.slice(start, at);
  }

  private quoted(): string {
    const offset = this.position;
    const value = this.json(`"${this.until('"')}"`);
    if (typeof value === 'string') return value;
    throw this.badLiteral(offset);
  }

  /** JSON between backquotes; what is none is a text, as jmespath still allows. */
  private literal(): Value {
    const offset = this.position;
    const written = this.until('`').replaceAll('\\`', '`');
    const value = this.json(written);
    if (value !== undefined) return value;
    const text = this.json(`"${written.trimStart()}"`);
    if (text === undefined) throw this.badLiteral(offset);
    return text;
  }

  private badLiteral(offset: number): Mistake {
    return unreadable(this.text, offset, 'this is no JSON', 'ce n’est pas du JSON');
  }

  private json(text: string): Value | undefined {
    try {
      return readJson(text, this.meter);
    } catch (thrown) {
      if (thrown instanceof Mistake && thrown.kind === 'value') return undefined;
      throw thrown;
    }
  }
}
