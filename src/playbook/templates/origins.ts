import { keepsWords } from './keeping.ts';
import type { Expression, Statement, Target } from './syntax/ast.ts';
import { freeNames, freeNamesOf } from './syntax/names.ts';

/** What a name that a template makes itself is made of, wherever it is made. */
export interface Made {
  readonly names: ReadonlySet<string>;
  /** False where plain words may have become more than that. */
  readonly keeps: boolean;
  /** The names in the tests around the places where it is made: it was chosen by them. */
  readonly by: ReadonlySet<string>;
}

/** The names a template makes itself. */
export function namesMade(body: readonly Statement[]): ReadonlyMap<string, Made> {
  const making = new Making();
  making.note(body, []);
  return making.bound;
}

class Making {
  readonly bound = new Map<string, Made>();

  note(body: readonly Statement[], by: readonly string[]): void {
    for (const statement of body) {
      const inside = [...by, ...testsOf(statement)];
      for (const inner of bodiesOf(statement)) this.note(inner, inside);
      this.noteOne(statement, by);
    }
  }

  private give(name: string, from: Iterable<string>, keeps: boolean, by: readonly string[]): void {
    const before = this.bound.get(name);
    this.bound.set(name, {
      names: new Set([...(before?.names ?? []), ...from]),
      keeps: keeps && before?.keeps !== false,
      by: new Set([...(before?.by ?? []), ...by]),
    });
  }

  private giveTarget(target: Target, value: Expression, by: readonly string[]): void {
    if (target.node === 'tuple') for (const item of target.items) this.giveTarget(item, value, by);
    else this.give(target.name, freeNamesOf(value), keepsWords(value), by);
  }

  private noteOne(statement: Statement, by: readonly string[]): void {
    switch (statement.node) {
      case 'for':
        this.giveTarget(statement.target, statement.items, by);
        this.give('loop', freeNames([statement]), false, by);
        return;
      case 'set':
        this.giveTarget(statement.target, statement.value, by);
        return;
      case 'with':
        for (const { target, value } of statement.targets) this.giveTarget(target, value, by);
        return;
      case 'set-block': {
        const name = statement.target.node === 'tuple' ? '' : statement.target.name;
        this.give(name, freeNames([statement]), false, by);
        return;
      }
      case 'macro':
        this.give(statement.name, freeNames([statement]), false, by);
        return;
      default:
    }
  }
}

function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  if (statement.node === 'if') return [...statement.branches.map(({ body }) => body), statement.otherwise];
  if (statement.node === 'for') return [statement.body, statement.otherwise];
  return 'body' in statement ? [statement.body] : [];
}

/** The names that decide whether what is in a statement is done: by its tests, its items, and the jumps in it. */
export function testsOf(statement: Statement): readonly string[] {
  if (statement.node === 'if') return statement.branches.flatMap(({ test }) => [...freeNamesOf(test)]);
  if (statement.node !== 'for') return [];
  const { items, test, body } = statement;
  const own = [items, ...(test ? [test] : [])].flatMap((one) => [...freeNamesOf(one)]);
  return [...own, ...jumpsOf(body)];
}

/** The names by which a round of a loop is left early. */
const jumpsOf = (body: readonly Statement[]): readonly string[] =>
  body.flatMap((statement) =>
    statement.node === 'if' && bodiesOf(statement).some(jumps)
      ? [...testsOf(statement), ...bodiesOf(statement).flatMap(jumpsOf)]
      : [],
  );

const jumps = (body: readonly Statement[]): boolean =>
  body.some(
    (statement) =>
      statement.node === 'break' ||
      statement.node === 'continue' ||
      (statement.node === 'if' && bodiesOf(statement).some(jumps)),
  );
