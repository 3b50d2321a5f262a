import { integerValue } from '../values/literals.ts';
import type { CallArguments, Expression } from './ast.ts';
import type { ExpressionParser } from './parse-expression.ts';
import type { TokenStream } from './stream.ts';

/** `.name`, `.0`, `[key]` or `[start:stop:step]` after a value. */
export function parseSubscript(parser: ExpressionParser, of: Expression): Expression {
  const { stream } = parser;
  const { offset } = stream.peek();
  if (stream.skipOperator('.')) return parseDot(stream, of);
  stream.expectOperator('[');
  const parts: Expression[] = [];
  while (!stream.isOperator(']')) {
    const slice = parseSliceOrKey(parser, of);
    if (slice.node === 'slice') {
      stream.expectOperator(']');
      return slice;
    }
    parts.push(slice);
    if (!stream.skipOperator(',')) break;
  }
  stream.expectOperator(']');
  const [first] = parts;
  if (first === undefined) throw stream.expected('a key', 'une clé');
  const key: Expression = parts.length === 1 ? first : { node: 'tuple', items: parts, offset };
  return { node: 'item', of, key, offset };
}

function parseDot(stream: TokenStream, of: Expression): Expression {
  const token = stream.peek();
  if (token.kind === 'name') {
    stream.take();
    return { node: 'attribute', of, name: token.text, offset: token.offset };
  }
  if (token.kind !== 'integer') throw stream.expected('a name or a number', 'un nom ou un nombre');
  stream.take();
  const key: Expression = { node: 'literal', value: integerValue(token.text), offset: token.offset };
  return { node: 'item', of, key, offset: token.offset };
}

function parseSliceOrKey(parser: ExpressionParser, of: Expression): Expression {
  const { stream } = parser;
  const { offset } = stream.peek();
  const part = (): Expression | undefined =>
    stream.isOperator(':') || stream.isOperator(']') || stream.isOperator(',') ? undefined : parser.expression();
  const start = part();
  if (!stream.skipOperator(':')) {
    if (start === undefined) throw stream.expected('a key', 'une clé');
    return start;
  }
  const stop = part();
  const step = stream.skipOperator(':') ? part() : undefined;
  return {
    node: 'slice',
    of,
    offset,
    ...(start === undefined ? {} : { start }),
    ...(stop === undefined ? {} : { stop }),
    ...(step === undefined ? {} : { step }),
  };
}

/** `(a, b, name=c, *rest, **named)`. */
export function parseArguments(parser: ExpressionParser): CallArguments {
  const { stream } = parser;
  stream.expectOperator('(');
  const positional: Expression[] = [];
  const named: { name: string; value: Expression }[] = [];
  const spread: { rest?: Expression; restNamed?: Expression } = {};
  const ensure = (right: boolean): void => {
    if (!right)
      throw stream.source.fault(
        stream.peek().offset,
        'arguments in the wrong order',
        'arguments dans le mauvais ordre',
      );
  };
  while (!stream.isOperator(')')) {
    if (stream.skipOperator('**')) {
      ensure(spread.restNamed === undefined);
      spread.restNamed = parser.expression();
    } else if (stream.skipOperator('*')) {
      ensure(spread.rest === undefined && spread.restNamed === undefined);
      spread.rest = parser.expression();
    } else if (stream.peek().kind === 'name' && stream.isOperator('=', 1)) {
      ensure(spread.restNamed === undefined);
      const name = stream.take().text;
      stream.take();
      named.push({ name, value: parser.expression() });
    } else {
      ensure(named.length === 0 && spread.rest === undefined && spread.restNamed === undefined);
      positional.push(parser.expression());
    }
    if (!stream.skipOperator(',')) break;
  }
  stream.expectOperator(')');
  return { positional, named, ...spread };
}
