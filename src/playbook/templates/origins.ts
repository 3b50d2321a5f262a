import { keepsWords } from './keeping.ts';
import type { Expression, Statement, Target } from './syntax/ast.ts';
import { freeNames, freeNamesOf } from './syntax/names.ts';

/** What a name that a template makes itself is made of, wherever it is made. */
export interface Made {
  readonly names: ReadonlySet<string>;
  /** False where plain words may have become more than that. */
  readonly keeps: boolean;
}

type Bound = Map<string, Made>;

/** The names a template makes itself. */
export function namesMade(body: readonly Statement[]): ReadonlyMap<string, Made> {
  const bound: Bound = new Map();
  note(body, bound);
  return bound;
}

function give(bound: Bound, name: string, from: Iterable<string>, keeps: boolean): void {
  const before = bound.get(name);
  bound.set(name, { names: new Set([...(before?.names ?? []), ...from]), keeps: keeps && before?.keeps !== false });
}

function giveTarget(bound: Bound, target: Target, value: Expression): void {
  if (target.node === 'tuple') for (const item of target.items) giveTarget(bound, item, value);
  else give(bound, target.name, freeNamesOf(value), keepsWords(value));
}

function note(body: readonly Statement[], bound: Bound): void {
  for (const statement of body) {
    for (const inner of bodiesOf(statement)) note(inner, bound);
    noteOne(statement, bound);
  }
}

function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  if (statement.node === 'if') return [...statement.branches.map(({ body }) => body), statement.otherwise];
  if (statement.node === 'for') return [statement.body, statement.otherwise];
  return 'body' in statement ? [statement.body] : [];
}

function noteOne(statement: Statement, bound: Bound): void {
  switch (statement.node) {
    case 'for':
      giveTarget(bound, statement.target, statement.items);
      give(bound, 'loop', freeNames([statement]), false);
      return;
    case 'set':
      giveTarget(bound, statement.target, statement.value);
      return;
    case 'with':
      for (const { target, value } of statement.targets) giveTarget(bound, target, value);
      return;
    case 'set-block':
      give(bound, statement.target.node === 'tuple' ? '' : statement.target.name, freeNames([statement]), false);
      return;
    case 'macro':
      give(bound, statement.name, freeNames([statement]), false);
      return;
    default:
  }
}
