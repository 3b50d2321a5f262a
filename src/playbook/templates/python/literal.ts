import { Fault } from '#core/errors.ts';
import { Mistake } from '../mistakes.ts';
import { signed } from '../run/arithmetic.ts';
import type { Meter } from '../run/budget.ts';
import { ExpressionLexer } from '../syntax/lex-expression.ts';
import { Source } from '../syntax/source.ts';
import type { Token } from '../syntax/token.ts';
import { Dict } from '../values/dict.ts';
import { floatValue, integerValue } from '../values/literals.ts';
import { asNumeric, isFloat } from '../values/numbers.ts';
import { Tuple, type Value } from '../values/value.ts';

const NOWHERE = { file: '', line: 1, column: 1 };

const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['True', true],
  ['False', false],
  ['None', null],
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Not a literal; never leaves this file. */
class NotLiteral extends Error {}

/** Python's `ast.literal_eval`, with JSON's words: a value, or undefined when the text is none. Nothing is evaluated. */
export function fromLiteral(text: string, meter: Meter): Value | undefined {
  meter.text(text.length);
  try {
    const tokens = new ExpressionLexer(new Source(text, NOWHERE), 0, false).toEnd();
    meter.step(tokens.length);
    const reader = new Reader(tokens);
    const value = reader.value(0);
    reader.expectEnd();
    return value;
  } catch (thrown) {
    if (thrown instanceof NotLiteral || (thrown instanceof Fault && thrown.code === 'template.syntax'))
      return undefined;
    if (thrown instanceof Mistake && thrown.kind === 'type') return undefined;
    throw thrown;
  }
}

class Reader {
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  private take(): Token {
    const token = this.tokens[this.index];
    if (token === undefined) throw new NotLiteral();
    this.index += 1;
    return token;
  }

  private skip(text: string): boolean {
    const token = this.tokens[this.index];
    if (token?.kind !== 'operator' || token.text !== text) return false;
    this.index += 1;
    return true;
  }

  expectEnd(): void {
    if (this.take().kind !== 'end') throw new NotLiteral();
  }

  value(depth: number): Value {
    if (depth > 200) throw new NotLiteral();
    const token = this.take();
    if (token.kind === 'string') return this.string(token.text);
    if (token.kind === 'integer') return integerValue(token.text);
    if (token.kind === 'float') return floatValue(token.text);
    if (token.kind === 'name') return this.word(token.text);
    if (token.kind !== 'operator') throw new NotLiteral();
    if (token.text === '[') return this.items(']', depth).items;
    if (token.text === '(') return this.parentheses(depth);
    if (token.text === '{') return this.dict(depth);
    if (token.text === '-' || token.text === '+') return this.signedNumber(token.text, depth);
    throw new NotLiteral();
  }

  private string(first: string): string {
    let text = first;
    while (this.tokens[this.index]?.kind === 'string') text += this.take().text;
    return text;
  }

  private word(name: string): Value {
    const value = WORDS.get(name);
    if (value === undefined) throw new NotLiteral();
    return value;
  }

  private signedNumber(sign: '-' | '+', depth: number): Value {
    const value = this.value(depth + 1);
    if (typeof value === 'boolean' || asNumeric(value) === undefined) throw new NotLiteral();
    const negativeZero = value === 0 && !isFloat(value);
    return negativeZero ? 0 : signed(sign, value);
  }

  private items(end: string, depth: number): { items: Value[]; comma: boolean } {
    const items: Value[] = [];
    let comma = false;
    while (!this.skip(end)) {
      items.push(this.value(depth + 1));
      comma = this.skip(',');
      if (!comma && !this.skip(end)) throw new NotLiteral();
      if (!comma) break;
    }
    return { items, comma };
  }

  private parentheses(depth: number): Value {
    const { items, comma } = this.items(')', depth);
    const [only] = items;
    return items.length === 1 && !comma && only !== undefined ? only : new Tuple(items);
  }

  private dict(depth: number): Value {
    const pairs: [Value, Value][] = [];
    while (!this.skip('}')) {
      const key = this.value(depth + 1);
      if (!this.skip(':')) throw new NotLiteral();
      pairs.push([key, this.value(depth + 1)]);
      if (this.skip(',')) continue;
      if (!this.skip('}')) throw new NotLiteral();
      break;
    }
    return Dict.of(pairs);
  }
}
