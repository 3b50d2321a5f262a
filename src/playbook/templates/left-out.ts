import type { Expression, Statement } from './syntax/ast.ts';
import { freeNames, freeNamesOf } from './syntax/names.ts';

/** What a choice left out, where nothing came of it. */
export interface LeftOut {
  /** The variables it would have been made of. */
  readonly names: ReadonlySet<string>;
  /** True where it would have begun, or ended, with a blank of the author's. */
  readonly begins: boolean;
  readonly ends: boolean;
}

type End = 'first' | 'last';

const blank: Readonly<Record<End, RegExp>> = { first: /^\s/, last: /\s$/ };

/** What an expression that was not chosen would have given. */
export const leftOutOf = (expression: Expression): LeftOut => ({
  names: freeNamesOf(expression),
  begins: isBlank(expression, 'first'),
  ends: isBlank(expression, 'last'),
});

/** What the bodies of a statement would have given; undefined where they put out nothing. */
export function leftOutOfBodies(bodies: readonly (readonly Statement[])[]): LeftOut | undefined {
  const full = bodies.filter((body) => body.some(putsOut));
  if (full.length === 0) return undefined;
  return {
    names: freeNames(full.flat()),
    begins: full.every((body) => isBlankBody(body, 'first')),
    ends: full.every((body) => isBlankBody(body, 'last')),
  };
}

const silent = new Set<Statement['node']>(['set', 'set-block', 'do', 'macro', 'break', 'continue']);

const putsOut = (statement: Statement): boolean =>
  !(silent.has(statement.node) || (statement.node === 'data' && statement.text === ''));

function isBlankBody(body: readonly Statement[], end: End): boolean {
  const all = body.filter(putsOut);
  const one = end === 'first' ? all[0] : all.at(-1);
  if (one?.node === 'data') return blank[end].test(one.text);
  return one?.node === 'output' && isBlank(one.value, end);
}

function isBlank(expression: Expression | undefined, end: End): boolean {
  switch (expression?.node) {
    case 'literal':
      return blank[end].test(String(expression.value));
    case 'concat':
      return isBlank(end === 'first' ? expression.parts[0] : expression.parts.at(-1), end);
    case 'binary':
      return expression.operator === '+' && isBlank(end === 'first' ? expression.left : expression.right, end);
    default:
      return false;
  }
}
