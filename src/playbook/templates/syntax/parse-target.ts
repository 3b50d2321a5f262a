import type { Target } from './ast.ts';
import type { TokenStream } from './stream.ts';

const RESERVED: ReadonlySet<string> = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

/** One name, a tuple in parentheses, or `namespace.attribute` where that is allowed. */
export function parseTarget(stream: TokenStream, withNamespace = false): Target {
  if (stream.isOperator('(')) return parseParentheses(stream);
  const { text, offset } = stream.expectKind('name');
  if (RESERVED.has(text)) {
    throw stream.source.fault(offset, `'${text}' cannot be assigned`, `on ne peut pas affecter « ${text} »`);
  }
  if (!withNamespace || !stream.skipOperator('.')) return { node: 'name', name: text, offset };
  return { node: 'namespace', name: text, attribute: stream.expectKind('name').text, offset };
}

function parseParentheses(stream: TokenStream): Target {
  stream.expectOperator('(');
  const inner = stream.nested(() => parseTargets(stream, () => stream.isOperator(')')));
  stream.expectOperator(')');
  return inner;
}

/** One target or several with commas, up to `ends`. */
export function parseTargets(stream: TokenStream, ends: () => boolean, withNamespace = false): Target {
  const first = parseTarget(stream, withNamespace);
  if (!stream.isOperator(',')) return first;
  const items = [first];
  while (stream.skipOperator(',')) {
    if (ends()) break;
    items.push(parseTarget(stream));
  }
  return { node: 'tuple', items, offset: first.offset };
}
