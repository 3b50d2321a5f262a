import { reaching } from './reaching.ts';
import type { Expression, Statement } from './syntax/ast.ts';
import { shortName } from './syntax/known.ts';
import { argumentsOf, freeNames, freeNamesOf } from './syntax/names.ts';

/**
 * How a variable comes into a text: as it is, changed on the way, taken out of an encoding (a plain word may then be
 * anything), or behind `| quote`.
 */
export type Use = 'plain' | 'changed' | 'decoded' | 'quoted';

/** What a template is made of, for whoever asks which variables come into its text, and where. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** One of these comes here. */
  | { readonly kind: 'either'; readonly of: readonly (readonly Piece[])[] }
  /** A value made of these variables; of none, when its letters mean nothing to anybody. */
  | { readonly kind: 'value'; readonly names: readonly string[]; readonly use: Use };

/** Filters whose result is one harmless word for whoever reads it, whatever goes in. */
export const taming = new Set(['bool', 'length', 'count', 'hash', 'checksum', 'b64encode', 'to_uuid']);

/** The same, but what they are given for what is no number comes out as it is. */
const numbering = new Set(['int', 'float']);

/** Filters that make anything of a plain word. */
const decoding = new Set(['b64decode', 'urldecode']);

/** Does any part of a template take something out of an encoding, by a filter, a block or `map` of one? */
function decodes(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('name' in part && typeof part.name === 'string' && decoding.has(part.name)) return true;
  if ('node' in part && part.node === 'literal' && 'value' in part && decoding.has(shortName(String(part.value))))
    return true;
  return Object.values(part).some(decodes);
}

/** How a template calls a lookup. */
export const lookups: ReadonlySet<string> = new Set(['lookup', 'query', 'q']);

const value = (names: Iterable<string>, use: Use): Piece => ({ kind: 'value', names: [...names], use });

/** A lookup that reads something else than variables: only its arguments count. */
export function isPlainLookup(expression: Expression): boolean {
  if (expression.node !== 'call' || expression.callee.node !== 'name' || !lookups.has(expression.callee.name)) {
    return false;
  }
  const [name] = expression.args.positional;
  return name?.node === 'literal' && typeof name.value === 'string' && !reaching.has(shortName(name.value));
}

/** The pieces of a template's text, in their order. What only decides (`if`, the test of `a if b else c`) is none. */
export const piecesOf = (body: readonly Statement[]): readonly Piece[] => body.flatMap(ofStatement);

function ofStatement(statement: Statement): readonly Piece[] {
  if (statement.node === 'data') return [{ kind: 'text', text: statement.text }];
  if (statement.node === 'output') return ofExpression(statement.value);
  if (statement.node === 'if') {
    const bodies = [...statement.branches.map(({ body }) => body), statement.otherwise];
    return [{ kind: 'either', of: bodies.map(piecesOf) }];
  }
  const names = value(freeNames([statement]), decodes(statement) ? 'decoded' : 'changed');
  return 'body' in statement && statement.node !== 'macro' && statement.node !== 'set-block'
    ? [names, { kind: 'either', of: [[], piecesOf(statement.body)] }]
    : [names];
}

function ofExpression(expression: Expression): readonly Piece[] {
  switch (expression.node) {
    case 'literal':
      return typeof expression.value === 'string' ? [{ kind: 'text', text: expression.value }] : [value([], 'plain')];
    case 'test':
    case 'not':
    case 'compare':
      return [value([], 'plain')];
    case 'concat':
      return expression.parts.flatMap(ofExpression);
    case 'choice':
      return [{ kind: 'either', of: [expression.yes, expression.no].map((one) => (one ? ofExpression(one) : [])) }];
    default:
      return [ofValue(expression)];
  }
}

/** What variables an expression takes into a text. */
export function ofValue(expression: Expression): Piece {
  if (expression.node === 'filter' && taming.has(expression.name)) return value([], 'plain');
  if (expression.node === 'filter' && numbering.has(expression.name)) {
    return value(new Set(argumentsOf(expression).flatMap((part) => [...freeNamesOf(part)])), 'changed');
  }
  if (isPart(expression)) return value(freeNamesOf(expression), 'plain');
  const parts = isPlainLookup(expression) ? argumentsOf(expression) : [expression];
  const names = new Set(parts.flatMap((part) => [...freeNamesOf(part)]));
  if (expression.node === 'filter' && expression.name === 'quote') return value(names, 'quoted');
  return value(names, decodes(expression) ? 'decoded' : 'changed');
}

/** A variable, or a part of it that is named. */
export const isPart = (expression: Expression): boolean =>
  expression.node === 'name' ||
  (expression.node === 'attribute' && isPart(expression.of)) ||
  (expression.node === 'item' && expression.key.node === 'literal' && isPart(expression.of));
