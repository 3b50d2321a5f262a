import type { Expression, Parameter, Statement, Target } from './ast.ts';

type Names = Set<string>;

/** The names a template reads that it does not make itself: what must be in the scope. */
export function freeNames(body: readonly Statement[]): Set<string> {
  const free: Names = new Set();
  walkBody(body, new Set(), free);
  return free;
}

/** The names an expression reads. */
export function freeNamesOf(expression: Expression): Set<string> {
  const free: Names = new Set();
  walk(expression, new Set(), free);
  return free;
}

function bind(target: Target, bound: Names): void {
  if (target.node === 'name') bound.add(target.name);
  if (target.node === 'tuple') for (const item of target.items) bind(item, bound);
}

function childrenOf(expression: Expression): readonly (Expression | undefined)[] {
  switch (expression.node) {
    case 'literal':
    case 'name':
      return [];
    case 'list':
    case 'tuple':
      return expression.items;
    case 'dict':
      return expression.pairs.flat();
    case 'item':
      return [expression.of, expression.key];
    case 'slice':
      return [expression.of, expression.start, expression.stop, expression.step];
    case 'call':
      return [expression.callee];
    case 'and':
    case 'or':
    case 'binary':
      return [expression.left, expression.right];
    case 'compare':
      return [expression.first, ...expression.rest.map(({ value }) => value)];
    case 'concat':
      return expression.parts;
    case 'choice':
      return [expression.test, expression.yes, expression.no];
    default:
      return [expression.of];
  }
}

/** An expression and all it is made of. */
export function* within(expression: Expression): Iterable<Expression> {
  yield expression;
  for (const child of [...childrenOf(expression), ...argumentsOf(expression)]) if (child) yield* within(child);
}

/** What a call, a filter or a test is given. */
export function argumentsOf(expression: Expression): readonly Expression[] {
  if (expression.node !== 'call' && expression.node !== 'filter' && expression.node !== 'test') return [];
  const { positional, named, rest, restNamed } = expression.args;
  const all = [...positional, ...named.map(({ value }) => value), rest, restNamed];
  return all.filter((one) => one !== undefined);
}

function walk(expression: Expression, bound: Names, free: Names): void {
  if (expression.node === 'name' && !bound.has(expression.name)) free.add(expression.name);
  for (const child of [...childrenOf(expression), ...argumentsOf(expression)]) if (child) walk(child, bound, free);
}

function walkMacro(parameters: readonly Parameter[], body: readonly Statement[], outer: Names, free: Names): void {
  for (const { byDefault } of parameters) if (byDefault !== undefined) walk(byDefault, outer, free);
  walkBody(body, new Set([...outer, ...parameters.map(({ name }) => name), 'varargs', 'kwargs', 'caller']), free);
}

function walkBody(body: readonly Statement[], bound: Names, free: Names): void {
  for (const statement of body) walkStatement(statement, bound, free);
}

function walkStatement(statement: Statement, bound: Names, free: Names): void {
  switch (statement.node) {
    case 'output':
    case 'do':
      walk(statement.value, bound, free);
      return;
    case 'set':
      walk(statement.value, bound, free);
      bind(statement.target, bound);
      return;
    case 'if':
      for (const { test, body } of statement.branches) {
        walk(test, bound, free);
        // What one branch sets may still come from the scope when another is taken.
        walkBody(body, new Set(bound), free);
      }
      walkBody(statement.otherwise, new Set(bound), free);
      return;
    case 'for':
      walkFor(statement, bound, free);
      return;
    case 'set-block':
      if (statement.filter !== undefined) walk(statement.filter, bound, free);
      walkBody(statement.body, new Set(bound), free);
      bind(statement.target, bound);
      return;
    case 'with':
      walkWith(statement, bound, free);
      return;
    case 'filter-block':
      walk(statement.filter, bound, free);
      walkBody(statement.body, new Set(bound), free);
      return;
    case 'macro':
      bound.add(statement.name);
      walkMacro(statement.parameters, statement.body, bound, free);
      return;
    case 'call-block':
      walk(statement.call, bound, free);
      walkMacro(statement.parameters, statement.body, bound, free);
      return;
    case 'scope':
      walkBody(statement.body, new Set(bound), free);
      return;
    default:
  }
}

function walkFor(statement: Extract<Statement, { node: 'for' }>, bound: Names, free: Names): void {
  walk(statement.items, bound, free);
  const inner = new Set([...bound, 'loop']);
  bind(statement.target, inner);
  if (statement.test !== undefined) walk(statement.test, inner, free);
  walkBody(statement.body, inner, free);
  walkBody(statement.otherwise, new Set(bound), free);
}

function walkWith(statement: Extract<Statement, { node: 'with' }>, bound: Names, free: Names): void {
  const inner = new Set(bound);
  for (const { target, value } of statement.targets) {
    walk(value, bound, free);
    bind(target, inner);
  }
  walkBody(statement.body, inner, free);
}
