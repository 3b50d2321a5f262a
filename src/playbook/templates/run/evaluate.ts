import { t } from '#core/text.ts';
import { typeMistake } from '../mistakes.ts';
import type { CallArguments, CompareOperator, Expression, ExpressionOf } from '../syntax/ast.ts';
import { compare, contains, equal } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { defined, show, truth, typeName } from '../values/show.ts';
import { type Arguments, absentAt, Tuple, Undefined, type Value } from '../values/value.ts';
import { attribute, item, slice } from './access.ts';
import { arithmetic, signed } from './arithmetic.ts';
import type { Frame } from './frame.ts';
import type { Run } from './run.ts';

/** What a name stands for: the template's own names first. None is a value, not an absence. */
export function named(run: Run, frame: Frame, name: string): Value {
  const own = frame.get(name);
  return own === undefined ? run.variable(name) : own;
}

/** The value of an expression. */
export function evaluate(run: Run, frame: Frame, expression: Expression): Value {
  run.meter.step();
  run.offset = expression.offset;
  switch (expression.node) {
    case 'literal':
      return expression.value;
    case 'name':
      return located(run, expression, named(run, frame, expression.name));
    case 'list':
      return expression.items.map((each) => evaluate(run, frame, each));
    case 'tuple':
      return new Tuple(expression.items.map((each) => evaluate(run, frame, each)));
    case 'dict':
      return dict(run, frame, expression);
    case 'and':
    case 'or':
      return logical(run, frame, expression);
    case 'not':
      return !truth(evaluate(run, frame, expression.of));
    case 'choice':
      return choice(run, frame, expression);
    default:
      return operation(run, frame, expression);
  }
}

type Operation = Exclude<
  Expression,
  { readonly node: 'literal' | 'name' | 'list' | 'tuple' | 'dict' | 'and' | 'or' | 'not' | 'choice' }
>;

function operation(run: Run, frame: Frame, expression: Operation): Value {
  switch (expression.node) {
    case 'attribute':
      return placed(run, expression, evaluate(run, frame, expression.of), (of) =>
        located(run, expression, attribute(run, of, expression.name)),
      );
    case 'item':
      return itemOf(run, frame, expression);
    case 'slice':
      return sliceOf(run, frame, expression);
    case 'call':
      return call(run, frame, expression);
    case 'filter':
      return applyFilter(run, frame, expression, '');
    case 'test':
      return test(run, frame, expression);
    case 'sign':
      return placed(run, expression, evaluate(run, frame, expression.of), (of) => signed(expression.sign, of));
    case 'binary':
      return binary(run, frame, expression);
    case 'compare':
      return comparison(run, frame, expression);
    case 'concat':
      return concat(run, frame, expression);
  }
}

/** An absence knows where its name is written. */
const located = (run: Run, { offset }: Expression, value: Value): Value =>
  value instanceof Undefined ? absentAt(value, { source: run.source, offset }) : value;

/** Does the work with the expression's own place set again, after its parts were evaluated. */
function placed(run: Run, expression: Expression, value: Value, work: (value: Value) => Value): Value {
  run.offset = expression.offset;
  return work(value);
}

function dict(run: Run, frame: Frame, expression: ExpressionOf<'dict'>): Value {
  return Dict.of(
    expression.pairs.map(([key, value]): [Value, Value] => [
      defined(evaluate(run, frame, key)),
      evaluate(run, frame, value),
    ]),
  );
}

function logical(run: Run, frame: Frame, expression: ExpressionOf<'and' | 'or'>): Value {
  const left = evaluate(run, frame, expression.left);
  const decided = truth(left) === (expression.node === 'or');
  return decided ? left : evaluate(run, frame, expression.right);
}

const noElse = new Undefined(
  'else',
  t("the inline 'if' is false and has no 'else'", 'le « if » en ligne est faux et n’a pas de « else »'),
  { quiet: true },
);

function choice(run: Run, frame: Frame, expression: ExpressionOf<'choice'>): Value {
  if (truth(evaluate(run, frame, expression.test))) return evaluate(run, frame, expression.yes);
  if (expression.no !== undefined) return evaluate(run, frame, expression.no);
  return noElse;
}

function itemOf(run: Run, frame: Frame, expression: ExpressionOf<'item'>): Value {
  const of = evaluate(run, frame, expression.of);
  const key = evaluate(run, frame, expression.key);
  return placed(run, expression, of, (value) => located(run, expression, item(run, value, key)));
}

function sliceOf(run: Run, frame: Frame, expression: ExpressionOf<'slice'>): Value {
  const part = (written: Expression | undefined): Value =>
    written === undefined ? null : evaluate(run, frame, written);
  const of = evaluate(run, frame, expression.of);
  const bounds = [part(expression.start), part(expression.stop), part(expression.step)] as const;
  return placed(run, expression, of, (value) => slice(run, value, ...bounds));
}

/** The arguments of a call, `*list` and `**dict` spread. */
export function argumentsOf(run: Run, frame: Frame, args: CallArguments, first: readonly Value[] = []): Arguments {
  const positional = [...first, ...args.positional.map((each) => evaluate(run, frame, each))];
  const named = new Map(args.named.map(({ name, value }) => [name, evaluate(run, frame, value)]));
  if (args.rest !== undefined) positional.push(...iterate(run, evaluate(run, frame, args.rest)));
  if (args.restNamed !== undefined) spread(evaluate(run, frame, args.restNamed), named);
  return { positional, named };
}

function spread(value: Value, named: Map<string, Value>): void {
  const dictionary = defined(value);
  if (!(dictionary instanceof Dict)) {
    throw typeMistake(
      `'**' needs a dict, not ${typeName(value)}`,
      `« ** » attend un dictionnaire, pas ${typeName(value)}`,
    );
  }
  for (const [key, each] of dictionary.entries()) if (typeof key === 'string') named.set(key, each);
}

function call(run: Run, frame: Frame, expression: ExpressionOf<'call'>): Value {
  const callee = evaluate(run, frame, expression.callee);
  const args = argumentsOf(run, frame, expression.args);
  return placed(run, expression, callee, (value) => run.call(value, args));
}

/** A filter, on its value or, in a block, on the block's text. */
export function applyFilter(run: Run, frame: Frame, expression: ExpressionOf<'filter'>, block: Value): Value {
  const of = filtered(run, frame, expression.of, block);
  const args = argumentsOf(run, frame, expression.args, [of]);
  return placed(run, expression, of, () => run.filter(expression.name, args));
}

function filtered(run: Run, frame: Frame, of: Expression | undefined, block: Value): Value {
  if (of === undefined) return block;
  return of.node === 'filter' ? applyFilter(run, frame, of, block) : evaluate(run, frame, of);
}

function test(run: Run, frame: Frame, expression: ExpressionOf<'test'>): Value {
  const of = evaluate(run, frame, expression.of);
  const args = argumentsOf(run, frame, expression.args, [of]);
  return placed(run, expression, of, () => run.test(expression.name, args));
}

function binary(run: Run, frame: Frame, expression: ExpressionOf<'binary'>): Value {
  const left = evaluate(run, frame, expression.left);
  const right = evaluate(run, frame, expression.right);
  return placed(run, expression, left, (value) => arithmetic(run, expression.operator, value, right));
}

/** One comparison of two values. */
function compared(run: Run, operator: CompareOperator, a: Value, b: Value): boolean {
  if (operator === '==') return equal(a, b, run.meter);
  if (operator === '!=') return !equal(a, b, run.meter);
  if (operator === 'in') return contains(b, a, run.meter);
  if (operator === 'not in') return !contains(b, a, run.meter);
  const order = compare(a, b, run.meter);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function comparison(run: Run, frame: Frame, expression: ExpressionOf<'compare'>): Value {
  let left = evaluate(run, frame, expression.first);
  for (const { operator, value } of expression.rest) {
    const right = evaluate(run, frame, value);
    run.offset = expression.offset;
    if (!compared(run, operator, left, right)) return false;
    left = right;
  }
  return true;
}

function concat(run: Run, frame: Frame, expression: ExpressionOf<'concat'>): Value {
  const parts = expression.parts.map((part) => show(evaluate(run, frame, part), run.meter));
  run.meter.text(parts.reduce((length, part) => length + part.length, 0));
  return parts.join('');
}
