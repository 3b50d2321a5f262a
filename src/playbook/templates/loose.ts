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
