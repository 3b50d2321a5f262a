import type { Expression } from './syntax/ast.ts';
import { shortName } from './syntax/known.ts';
import { argumentsOf } from './syntax/names.ts';

/** Filters that make nothing else of plain words than such words, and what the author wrote beside them. */
const keeping = new Set(
  'default d first last join upper lower capitalize title string list unique sort select reject selectattr rejectattr quote combine dict2items items2dict flatten union intersect difference symmetric_difference min max dirname ternary to_json to_nice_json'.split(
    ' ',
  ),
);

/** Methods that do the same. */
const methods = new Set(['upper', 'lower', 'get', 'items', 'keys', 'values']);

/** True where plain words come out as such words, whatever is written beside them. */
export function keepsWords(expression: Expression): boolean {
  switch (expression.node) {
    case 'literal':
    case 'name':
    case 'test':
    case 'not':
    case 'compare':
      return true;
    case 'list':
    case 'tuple':
      return expression.items.every(keepsWords);
    case 'dict':
      return expression.pairs.flat().every(keepsWords);
    case 'attribute':
    case 'item':
      return keepsWords(expression.of);
    case 'and':
    case 'or':
      return keepsWords(expression.left) && keepsWords(expression.right);
    case 'binary':
      return expression.operator === '+' && keepsWords(expression.left) && keepsWords(expression.right);
    case 'concat':
      return expression.parts.every(keepsWords);
    case 'choice':
      return keepsWords(expression.yes) && (expression.no === undefined || keepsWords(expression.no));
    case 'filter':
      return keepsFiltered(expression);
    case 'call':
      return keepsCalled(expression);
    default:
      return false;
  }
}

function keepsFiltered(expression: Extract<Expression, { node: 'filter' }>): boolean {
  const { name, of, args } = expression;
  if (of === undefined || !keepsWords(of) || !argumentsOf(expression).every(keepsWords)) return false;
  if (name === 'map') return keepsMapped(args);
  return keeping.has(name) || (name === 'trim' && args.positional.length + args.named.length === 0);
}

/** `map(attribute=…)`, or of a filter that keeps them. */
function keepsMapped({ positional, named }: Extract<Expression, { node: 'filter' }>['args']): boolean {
  const [filter] = positional;
  if (filter === undefined) return named.some(({ name }) => name === 'attribute');
  return filter.node === 'literal' && keeping.has(shortName(String(filter.value)));
}

const keepsCalled = (expression: Extract<Expression, { node: 'call' }>): boolean =>
  expression.callee.node === 'attribute' &&
  methods.has(expression.callee.name) &&
  keepsWords(expression.callee.of) &&
  argumentsOf(expression).every(keepsWords);

/** True for what is behind `quote`: one value, or each of a list, joined by blanks. */
export function isQuoted(expression: Expression | undefined): boolean {
  if (expression?.node !== 'filter') return false;
  if (expression.name === 'quote') return true;
  const { of, name, args } = expression;
  const [between] = args.positional;
  const blank = between?.node === 'literal' && /^[ \n]+$/.test(String(between.value));
  return name === 'join' && blank && args.positional.length === 1 && args.named.length === 0 && quotesEach(of);
}

function quotesEach(expression: Expression | undefined): boolean {
  if (expression?.node !== 'filter') return false;
  if (expression.name === 'list') return quotesEach(expression.of);
  const { positional, named } = expression.args;
  const [filter] = positional;
  return (
    expression.name === 'map' &&
    positional.length === 1 &&
    named.length === 0 &&
    filter?.node === 'literal' &&
    shortName(String(filter.value)) === 'quote'
  );
}

const chancy = new Set(['random', 'shuffle', 'random_mac', 'random_choice', 'password', 'password_hash']);

/** A variable, an attribute or a key may be called like a filter. */
const naming = new Set(['name', 'attribute']);

/** True for what is another value each time it is asked for: by a filter, or by a lookup or `map` that names one. */
export function isChancy(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const node = 'node' in part ? String(part.node) : '';
  if (!naming.has(node) && 'name' in part && typeof part.name === 'string' && chancy.has(shortName(part.name)))
    return true;
  if (node === 'literal' && 'value' in part && chancy.has(shortName(String(part.value)))) return true;
  const { key, ...rest } = part as { readonly key?: { readonly node?: unknown } };
  if (node === 'item') return Object.values(rest).some(isChancy) || (key?.node !== 'literal' && isChancy(key));
  return Object.values(part).some(isChancy);
}
