import { floatValue, integerValue } from '../values/literals.ts';
import type { Value } from '../values/value.ts';
import type { Expression } from './ast.ts';
import type { ExpressionParser } from './parse-expression.ts';

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** A name, a constant, or something in brackets. */
export function parsePrimary(parser: ExpressionParser): Expression {
  const { stream } = parser;
  const token = stream.peek();
  if (token.kind === 'name') return name(parser);
  if (token.kind === 'string') return strings(parser);
  if (token.kind === 'integer' || token.kind === 'float') {
    stream.take();
    const value = token.kind === 'integer' ? integerValue(token.text) : floatValue(token.text);
    return { node: 'literal', value, offset: token.offset };
  }
  if (stream.isOperator('(')) return parentheses(parser);
  if (stream.isOperator('[')) return list(parser);
  if (stream.isOperator('{')) return braces(parser);
  throw stream.expected('an expression', 'une expression');
}

function name(parser: ExpressionParser): Expression {
  const { stream } = parser;
  const { text, offset } = stream.take();
  const constant = CONSTANTS.get(text);
  return constant === undefined ? { node: 'name', name: text, offset } : { node: 'literal', value: constant, offset };
}

function strings(parser: ExpressionParser): Expression {
  const { stream } = parser;
  const { offset } = stream.peek();
  let text = '';
  while (stream.peek().kind === 'string') text += stream.take().text;
  const inline = parser.options.inlineTemplate;
  if (inline !== undefined && text.includes('{{')) return inline(text, offset);
  return { node: 'literal', value: text, offset };
}

function parentheses(parser: ExpressionParser): Expression {
  const { stream } = parser;
  stream.expectOperator('(');
  const inner = parser.tuple({ parentheses: true });
  stream.expectOperator(')');
  return inner;
}

function list(parser: ExpressionParser): Expression {
  const { stream } = parser;
  const { offset } = stream.expectOperator('[');
  const items: Expression[] = [];
  while (!stream.isOperator(']')) {
    items.push(parser.expression());
    if (!stream.skipOperator(',')) break;
  }
  stream.expectOperator(']');
  return { node: 'list', items, offset };
}

function braces(parser: ExpressionParser): Expression {
  const { stream } = parser;
  const { offset } = stream.expectOperator('{');
  const adjacent = stream.isOperator('{') && stream.peek().offset === offset + 1;
  if (adjacent && parser.options.inlineTemplate !== undefined) return bracedExpression(parser);
  const pairs: [Expression, Expression][] = [];
  while (!stream.isOperator('}')) {
    const key = parser.expression();
    stream.expectOperator(':');
    pairs.push([key, parser.expression()]);
    if (!stream.skipOperator(',')) break;
  }
  stream.expectOperator('}');
  return { node: 'dict', pairs, offset };
}

function bracedExpression(parser: ExpressionParser): Expression {
  const { stream } = parser;
  stream.expectOperator('{');
  const inner = parser.expression();
  stream.expectOperator('}');
  stream.expectOperator('}');
  return inner;
}
