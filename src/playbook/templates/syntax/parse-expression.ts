import type { BinaryOperator, CallArguments, CompareOperator, Expression } from './ast.ts';
import { checkedName, type KnownNames } from './known.ts';
import { parseArguments, parseSubscript } from './parse-postfix.ts';
import { parsePrimary } from './parse-primary.ts';
import type { TokenStream } from './stream.ts';

/** How expressions are read besides Jinja2's rules. */
export interface ExpressionOptions {
  readonly known: KnownNames;
  /** Reads `{{ x }}` inside a bare expression as `(x)`, and inside a text as a part of it; undefined where braces mean a dict. */
  readonly inlineTemplate?: (text: string, offset: number) => Expression;
}

const INNER: Readonly<Record<string, { readonly kind: 'filters' | 'tests'; readonly at: number }>> = {
  map: { kind: 'filters', at: 0 },
  select: { kind: 'tests', at: 0 },
  reject: { kind: 'tests', at: 0 },
  selectattr: { kind: 'tests', at: 1 },
  rejectattr: { kind: 'tests', at: 1 },
};

const LOOKUPS: ReadonlySet<string> = new Set(['lookup', 'query', 'q']);

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Reads expressions, with Jinja2's precedence. */
export class ExpressionParser {
  readonly stream: TokenStream;
  readonly options: ExpressionOptions;

  constructor(stream: TokenStream, options: ExpressionOptions) {
    this.stream = stream;
    this.options = options;
  }

  /** One expression, inline `if` included unless told otherwise. */
  expression(withChoice = true): Expression {
    return this.stream.nested(() => (withChoice ? this.choice() : this.or()));
  }

  /** One expression, or a tuple of several. `end` tells where a trailing comma may stop. */
  tuple(options: { withChoice?: boolean; parentheses?: boolean; end?: () => boolean } = {}): Expression {
    const { offset } = this.stream.peek();
    const items: Expression[] = [];
    let comma = false;
    while (!this.tupleEnds(options.end)) {
      items.push(this.expression(options.withChoice ?? true));
      if (!this.stream.skipOperator(',')) break;
      comma = true;
    }
    const [first] = items;
    if (!comma && first !== undefined) return first;
    if (!comma && options.parentheses !== true) throw this.stream.expected('an expression', 'une expression');
    return { node: 'tuple', items, offset };
  }

  private tupleEnds(end: (() => boolean) | undefined): boolean {
    const { kind } = this.stream.peek();
    return kind === 'variable_end' || kind === 'block_end' || this.stream.isOperator(')') || end?.() === true;
  }

  private choice(): Expression {
    let yes = this.or();
    while (this.stream.isName('if')) {
      const { offset } = this.stream.take();
      const test = this.or();
      const no = this.stream.skipName('else') ? this.stream.nested(() => this.choice()) : undefined;
      yes = { node: 'choice', test, yes, no, offset };
    }
    return yes;
  }

  private or(): Expression {
    let left = this.and();
    while (this.stream.isName('or')) {
      const { offset } = this.stream.take();
      left = { node: 'or', left, right: this.and(), offset };
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.stream.isName('and')) {
      const { offset } = this.stream.take();
      left = { node: 'and', left, right: this.not(), offset };
    }
    return left;
  }

  private not(): Expression {
    if (!this.stream.isName('not')) return this.compare();
    const { offset } = this.stream.take();
    return { node: 'not', of: this.stream.nested(() => this.not()), offset };
  }

  private compareOperator(): CompareOperator | undefined {
    const token = this.stream.peek();
    if (token.kind === 'operator' && COMPARISONS.has(token.text)) {
      this.stream.take();
      // The set above holds exactly these operators.
      return token.text as CompareOperator;
    }
    if (this.stream.skipName('in')) return 'in';
    const next = this.stream.peek(1);
    if (!this.stream.isName('not') || next.kind !== 'name' || next.text !== 'in') return undefined;
    this.stream.take();
    this.stream.take();
    return 'not in';
  }

  private compare(): Expression {
    const first = this.sum();
    const rest: { operator: CompareOperator; value: Expression }[] = [];
    const { offset } = this.stream.peek();
    for (let operator = this.compareOperator(); operator !== undefined; operator = this.compareOperator()) {
      rest.push({ operator, value: this.sum() });
    }
    return rest.length === 0 ? first : { node: 'compare', first, rest, offset };
  }

  private binary(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    let left = operand();
    while (true) {
      const operator = operators.find((text) => this.stream.isOperator(text));
      if (operator === undefined) return left;
      const { offset } = this.stream.take();
      left = { node: 'binary', operator, left, right: operand(), offset };
    }
  }

  private sum(): Expression {
    return this.binary(['+', '-'], () => this.concat());
  }

  private concat(): Expression {
    const first = this.product();
    if (!this.stream.isOperator('~')) return first;
    const parts = [first];
    const { offset } = this.stream.peek();
    while (this.stream.skipOperator('~')) parts.push(this.product());
    return { node: 'concat', parts, offset };
  }

  private product(): Expression {
    return this.binary(['*', '//', '/', '%'], () => this.binary(['**'], () => this.unary(true)));
  }

  private unary(withFilters: boolean): Expression {
    const node = this.postfix(this.signed());
    return withFilters ? this.filters(node) : node;
  }

  private signed(): Expression {
    const sign = this.stream.isOperator('-') ? '-' : this.stream.isOperator('+') ? '+' : undefined;
    if (sign === undefined) return this.primary();
    const { offset } = this.stream.take();
    return { node: 'sign', sign, of: this.stream.nested(() => this.unary(false)), offset };
  }

  /** A name, a constant, or something in brackets. */
  primary(): Expression {
    return parsePrimary(this);
  }

  /** Attributes, items and calls after a value. */
  postfix(start: Expression): Expression {
    let node = start;
    while (true) {
      if (this.stream.isOperator('.') || this.stream.isOperator('[')) node = parseSubscript(this, node);
      else if (this.stream.isOperator('(')) node = this.call(node);
      else return node;
    }
  }

  private call(callee: Expression): Expression {
    const { offset } = this.stream.peek();
    const args = parseArguments(this);
    if (callee.node === 'name' && LOOKUPS.has(callee.name)) this.checkLookup(args);
    return { node: 'call', callee, args, offset: callee.node === 'name' ? callee.offset : offset };
  }

  private checkLookup(args: CallArguments): void {
    const [name] = args.positional;
    if (name?.node !== 'literal' || typeof name.value !== 'string') return;
    checkedName('lookups', name.value, this.options.known, this.stream.source, name.offset);
  }

  private filters(start: Expression): Expression {
    let node = start;
    while (true) {
      if (this.stream.isOperator('|')) node = this.filter(node);
      else if (this.stream.isName('is')) node = this.test(node);
      else if (this.stream.isOperator('(')) node = this.call(node);
      else return node;
    }
  }

  private dottedName(): { name: string; offset: number } {
    const first = this.stream.expectKind('name');
    let name = first.text;
    while (this.stream.skipOperator('.')) name += `.${this.stream.expectKind('name').text}`;
    return { name, offset: first.offset };
  }

  /** One filter after `|`, or a chain for a block (`of` undefined: the block's text). */
  filter(of: Expression | undefined): Expression {
    this.stream.expectOperator('|');
    return this.filterName(of);
  }

  /** A filter whose name is next. */
  filterName(of: Expression | undefined): Expression {
    const { name, offset } = this.dottedName();
    const short = checkedName('filters', name, this.options.known, this.stream.source, offset);
    const args = this.stream.isOperator('(') ? parseArguments(this) : { positional: [], named: [] };
    this.checkInner(short, args);
    return { node: 'filter', name: short, of, args, offset };
  }

  /** The filter or test that another filter is told to apply. */
  private checkInner(name: string, args: CallArguments): void {
    const inner = INNER[name];
    const written = inner === undefined ? undefined : args.positional[inner.at];
    if (inner === undefined || written?.node !== 'literal' || typeof written.value !== 'string') return;
    checkedName(inner.kind, written.value, this.options.known, this.stream.source, written.offset);
  }

  private test(of: Expression): Expression {
    this.stream.expectName('is');
    const negated = this.stream.skipName('not');
    const { name, offset } = this.dottedName();
    const short = checkedName('tests', name, this.options.known, this.stream.source, offset);
    const node: Expression = { node: 'test', name: short, of, args: this.testArguments(), offset };
    return negated ? { node: 'not', of: node, offset } : node;
  }

  private testArguments(): CallArguments {
    if (this.stream.isOperator('(')) return parseArguments(this);
    if (!this.testArgumentFollows()) return { positional: [], named: [] };
    if (this.stream.isName('is')) {
      throw this.stream.source.fault(this.stream.peek().offset, "'is' cannot be chained", '« is » ne s’enchaîne pas');
    }
    return { positional: [this.postfix(this.primary())], named: [] };
  }

  private testArgumentFollows(): boolean {
    const { kind } = this.stream.peek();
    if (kind === 'name') return !this.stream.isName('else', 'or', 'and', 'if', 'in', 'not');
    if (kind === 'string' || kind === 'integer' || kind === 'float') return true;
    return this.stream.isOperator('[') || this.stream.isOperator('{');
  }
}
