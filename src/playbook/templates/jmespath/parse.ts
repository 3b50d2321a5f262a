import type { Mistake } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { type Chain, type Comparison, CURRENT, type Node } from './ast.ts';
import { type Token, tokensOf, unreadable } from './lexer.ts';

/** How strongly a sign binds what stands before it; what has none ends an expression. */
const POWERS: Readonly<Record<string, number>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '{': 50,
  '[': 55,
  '(': 60,
};

const NOT = 45;

/** What binds less ends a projection. */
const PROJECTION_STOP = 10;

const COMPARISONS: ReadonlySet<string> = new Set<Comparison>(['==', '!=', '<', '<=', '>', '>=']);

const isComparison = (sign: string): sign is Comparison => COMPARISONS.has(sign);

/** Reads a JMESPath expression as the Python library does, which Ansible uses. */
export const parseQuery = (expression: string, meter: Meter): Node => new Parser(expression, meter).whole();

class Parser {
  private readonly text: string;
  private readonly meter: Meter;
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(text: string, meter: Meter) {
    this.text = text;
    this.meter = meter;
    this.tokens = tokensOf(text, meter);
  }

  whole(): Node {
    const node = this.expression(0);
    if (this.peek().kind !== 'end') throw this.unexpected(this.peek());
    return node;
  }

  private peek(ahead = 0): Token {
    return this.tokens[this.index + ahead] ?? { kind: 'end', text: '', value: null, offset: this.text.length };
  }

  private take(): Token {
    const token = this.peek();
    this.index += 1;
    return token;
  }

  private at(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'sign' && token.text === sign;
  }

  private skip(sign: string): boolean {
    if (!this.at(sign)) return false;
    this.index += 1;
    return true;
  }

  private expect(sign: string): void {
    if (!this.skip(sign)) throw this.unexpected(this.peek());
  }

  private unexpected({ kind, text, offset }: Token): Mistake {
    if (kind === 'end') return unreadable(this.text, offset, 'it ends too early', 'elle finit trop tôt');
    return unreadable(this.text, offset, `'${text}' cannot stand here`, `« ${text} » ne peut pas être ici`);
  }

  private power(): number {
    const { kind, text } = this.peek();
    return kind === 'sign' ? (POWERS[text] ?? 0) : 0;
  }

  private expression(power: number): Node {
    return this.meter.deeper(() => {
      let left = this.first(this.take());
      while (power < this.power()) left = this.further(this.take(), left);
      return left;
    });
  }

  /** What an expression may begin with. */
  private first(token: Token): Node {
    if (token.kind === 'literal') return { node: 'literal', value: token.value };
    if (token.kind === 'name') return { node: 'field', name: token.text };
    if (token.kind === 'quoted' && !this.at('(')) return { node: 'field', name: token.text };
    if (token.kind === 'sign') return this.firstSign(token);
    throw this.unexpected(token);
  }

  private firstSign(token: Token): Node {
    switch (token.text) {
      case '@':
        return CURRENT;
      case '*':
        return { node: 'values', of: CURRENT, each: this.at(']') ? CURRENT : this.projected(20) };
      case '[?':
        return this.filtered(CURRENT);
      case '[]':
        return { node: 'projection', of: { node: 'flatten', of: CURRENT }, each: this.projected(9) };
      case '[':
        return this.firstBracket();
      case '{':
        return this.dict();
      case '!':
        return { node: 'not', of: this.expression(NOT) };
      case '&':
        return { node: 'expression', of: this.expression(0) };
      case '(':
        return this.inParentheses();
      default:
        throw this.unexpected(token);
    }
  }

  private inParentheses(): Node {
    const inner = this.expression(0);
    this.expect(')');
    return inner;
  }

  private firstBracket(): Node {
    if (this.atIndex()) return this.indexed(CURRENT);
    return this.at('*') && this.at(']', 1) ? this.starred(CURRENT) : this.list();
  }

  /** What stands behind `left`. */
  private further(token: Token, left: Node): Node {
    const { text } = token;
    if (isComparison(text)) return { node: 'compare', how: text, left, right: this.expression(5) };
    switch (text) {
      case '.':
        return this.skip('*')
          ? { node: 'values', of: left, each: this.projected(40) }
          : chained('field', left, this.behindDot(40));
      case '|':
        return chained('pipe', left, this.expression(1));
      case '||':
        return { node: 'or', left, right: this.expression(2) };
      case '&&':
        return { node: 'and', left, right: this.expression(3) };
      case '[?':
        return this.filtered(left);
      case '[]':
        return { node: 'projection', of: { node: 'flatten', of: left }, each: this.projected(9) };
      case '[':
        return this.atIndex() ? this.indexed(left) : this.starred(left);
      case '(':
        return this.call(left);
      default:
        throw this.unexpected(token);
    }
  }

  private atIndex(): boolean {
    return this.peek().kind === 'number' || this.at(':');
  }

  private starred(of: Node): Node {
    this.expect('*');
    this.expect(']');
    return { node: 'projection', of, each: this.projected(20) };
  }

  /** `[3]` or `[1:2]`. A slice is a projection, unless an index stands before it: so the Python library reads it. */
  private indexed(left: Node): Node {
    const right = this.at(':') || this.at(':', 1) ? this.slice() : this.indexNode();
    if (left.node === 'chain' && left.by === 'index') return chained('index', left, right);
    const chain: Node = { node: 'chain', by: 'index', parts: [left, right] };
    return right.node === 'slice' ? { node: 'projection', of: chain, each: this.projected(20) } : chain;
  }

  private indexNode(): Node {
    const { value } = this.take();
    this.expect(']');
    return { node: 'index', at: Number(value) };
  }

  private slice(): Node {
    const parts: (number | null)[] = [null, null, null];
    let index = 0;
    while (!this.at(']')) {
      const token = this.take();
      if (token.kind === 'number') parts[index] = Number(token.text);
      else if (token.text === ':' && index < 2) index += 1;
      else throw this.unexpected(token);
    }
    this.expect(']');
    const [start = null, stop = null, step = null] = parts;
    return { node: 'slice', start, stop, step };
  }

  private filtered(of: Node): Node {
    const test = this.expression(0);
    this.expect(']');
    return { node: 'projection', of, test, each: this.at('[]') ? CURRENT : this.projected(21) };
  }

  /** What is asked of each item. */
  private projected(power: number): Node {
    if (this.power() < PROJECTION_STOP) return CURRENT;
    if (this.at('[') || this.at('[?')) return this.expression(power);
    if (this.skip('.')) return this.behindDot(power);
    throw this.unexpected(this.peek());
  }

  private behindDot(power: number): Node {
    const { kind } = this.peek();
    if (kind === 'name' || kind === 'quoted' || this.at('*')) return this.expression(power);
    if (this.skip('[')) return this.list();
    if (this.skip('{')) return this.dict();
    throw this.unexpected(this.peek());
  }

  private list(): Node {
    const items: Node[] = [this.expression(0)];
    while (!this.skip(']')) {
      this.expect(',');
      items.push(this.expression(0));
    }
    return { node: 'list', items };
  }

  /** The Python library does without commas in a dict and in a call, and so do we. */
  private dict(): Node {
    const pairs: [string, Node][] = [];
    for (;;) {
      const key = this.take();
      if (key.kind !== 'name' && key.kind !== 'quoted') throw this.unexpected(key);
      this.expect(':');
      pairs.push([key.text, this.expression(0)]);
      if (!this.skip(',') && this.skip('}')) return { node: 'dict', pairs };
    }
  }

  private call(left: Node): Node {
    if (left.node !== 'field') throw this.unexpected(this.peek(-1));
    const args: Node[] = [];
    while (!this.skip(')')) {
      args.push(this.expression(0));
      this.skip(',');
    }
    return { node: 'call', name: left.name, args };
  }
}

/** One link more of a chain of that kind. A chain being read is nobody else's yet: copies would take quadratic time. */
function chained(by: Chain['by'], left: Node, right: Node): Node {
  if (left.node !== 'chain' || left.by !== by) return { node: 'chain', by, parts: [left, right] };
  left.parts.push(right);
  return left;
}
