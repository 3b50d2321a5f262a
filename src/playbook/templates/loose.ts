import type { Expression, Statement } from './syntax/ast.ts';
import { freeNames, freeNamesOf } from './syntax/names.ts';
import type { Template } from './template.ts';

/** Filters whose result is one harmless word for a shell, whatever goes in. */
const taming = new Set([
  'quote',
  'int',
  'float',
  'bool',
  'length',
  'count',
  'hash',
  'checksum',
  'b64encode',
  'to_uuid',
]);

/** Lookups that give the values of variables whose names are not in the template. */
const reaching = new Set(['vars', 'varnames', 'template']);
const lookups = new Set(['lookup', 'query', 'q']);

/** Names by which a template may reach any variable: `hostvars`, `vars`, and the lookups that do. */
export const reachesAnything: ReadonlySet<string> = new Set(['hostvars', 'vars', ...lookups]);

/** A lookup that reads something else than variables: only its arguments count. */
function plainLookup(expression: Expression): readonly Expression[] | undefined {
  if (expression.node !== 'call' || expression.callee.node !== 'name' || !lookups.has(expression.callee.name)) {
    return undefined;
  }
  const [name, ...terms] = expression.args.positional;
  const known = name?.node === 'literal' && typeof name.value === 'string' && !reaching.has(name.value);
  return known ? [...terms, ...expression.args.named.map(({ value }) => value)] : undefined;
}

/**
 * The names whose values can reach the template's text as they are: those not behind `| quote` or a filter that gives a
 * number or a hash. Names that only decide (`if`, the test of `a if b else c`) do not count.
 */
export function looseNames(template: Template): ReadonlySet<string> {
  const loose = new Set<string>();
  inBody(template.body, loose);
  return loose;
}

function inBody(body: readonly Statement[], loose: Set<string>): void {
  for (const statement of body) inStatement(statement, loose);
}

function inStatement(statement: Statement, loose: Set<string>): void {
  if (statement.node === 'output') inExpression(statement.value, loose);
  else if (statement.node === 'if') {
    for (const branch of statement.branches) inBody(branch.body, loose);
    inBody(statement.otherwise, loose);
  } else for (const name of freeNames([statement])) loose.add(name);
}

function inExpression(expression: Expression, loose: Set<string>): void {
  if (expression.node === 'filter' && taming.has(expression.name)) return;
  if (expression.node === 'test' || expression.node === 'not' || expression.node === 'compare') return;
  const terms = plainLookup(expression);
  if (terms) {
    for (const term of terms) inExpression(term, loose);
    return;
  }
  if (expression.node === 'concat') {
    for (const part of expression.parts) inExpression(part, loose);
    return;
  }
  if (expression.node === 'choice') {
    inExpression(expression.yes, loose);
    if (expression.no) inExpression(expression.no, loose);
    return;
  }
  for (const name of freeNamesOf(expression)) loose.add(name);
}
