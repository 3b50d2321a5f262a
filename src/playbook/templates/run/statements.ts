import { t } from '#core/text.ts';
import { Mistake, typeMistake } from '../mistakes.ts';
import type { Statement, StatementOf, Target } from '../syntax/ast.ts';
import { iterate } from '../values/iterate.ts';
import { show, truth, typeName } from '../values/show.ts';
import { Namespace, type Value } from '../values/value.ts';
import { applyFilter, argumentsOf, evaluate, named } from './evaluate.ts';
import { Frame } from './frame.ts';
import { runLoop } from './loop.ts';
import { makeMacro } from './macro.ts';
import { Output } from './output.ts';
import type { Run } from './run.ts';

/** How a body ended: a jump out of it, or nothing. */
export type Jump = 'break' | 'continue' | undefined;

/** Runs a body in a frame. */
export function execute(run: Run, frame: Frame, body: readonly Statement[], output: Output): Jump {
  for (const statement of body) {
    const jump = executeOne(run, frame, statement, output);
    if (jump !== undefined) return jump;
  }
  return undefined;
}

function executeOne(run: Run, frame: Frame, statement: Statement, output: Output): Jump {
  run.meter.step();
  run.offset = statement.offset;
  switch (statement.node) {
    case 'data':
      output.data(statement.text);
      return undefined;
    case 'output':
      for (const part of output.parts(statement.value, (one) => evaluate(run, frame, one))) {
        output.value(evaluate(run, frame, part), part);
      }
      return undefined;
    case 'if':
      return output.around(statement, () => branch(run, frame, statement, output));
    case 'for':
      output.around(statement, () => runLoop(run, frame, statement, output));
      return undefined;
    case 'scope':
      return execute(run, new Frame(frame), statement.body, output);
    case 'break':
    case 'continue':
      return statement.node;
    default:
      return assigning(run, frame, statement, output);
  }
}

type Assigning = Exclude<
  Statement,
  { readonly node: 'data' | 'output' | 'if' | 'for' | 'scope' | 'break' | 'continue' }
>;

function assigning(run: Run, frame: Frame, statement: Assigning, output: Output): Jump {
  switch (statement.node) {
    case 'set':
      assign(run, frame, statement.target, evaluate(run, frame, statement.value));
      return undefined;
    case 'set-block':
      assign(run, frame, statement.target, blockValue(run, frame, statement));
      return undefined;
    case 'do':
      evaluate(run, frame, statement.value);
      return undefined;
    case 'with':
      return withBlock(run, frame, statement, output);
    case 'filter-block':
      output.value(filterBlock(run, frame, statement));
      return undefined;
    case 'macro':
      frame.set(statement.name, makeMacro(frame, statement));
      return undefined;
    case 'call-block':
      output.value(callBlock(run, frame, statement));
      return undefined;
  }
}

function branch(run: Run, frame: Frame, statement: StatementOf<'if'>, output: Output): Jump {
  const taken = statement.branches.find(({ test }) => truth(evaluate(run, frame, test)));
  return execute(run, frame, taken === undefined ? statement.otherwise : taken.body, output);
}

/** Gives a target its value; a tuple of names takes a list apart. */
export function assign(run: Run, frame: Frame, target: Target, value: Value): void {
  if (target.node === 'name') frame.set(target.name, value);
  else if (target.node === 'namespace') assignAttribute(run, frame, target, value);
  else unpack(run, frame, target.items, value);
}

function assignAttribute(run: Run, frame: Frame, target: Extract<Target, { node: 'namespace' }>, value: Value): void {
  const holder = named(run, frame, target.name);
  if (!(holder instanceof Namespace)) {
    throw typeMistake(
      `only attributes of a namespace() can be set, not of a ${typeName(holder)}`,
      `seuls les attributs d’un namespace() s’affectent, pas ceux d’un objet « ${typeName(holder)} »`,
    );
  }
  holder.attributes.set(target.attribute, value);
}

function unpack(run: Run, frame: Frame, targets: readonly Target[], value: Value): void {
  const items = iterate(run, value);
  if (items.length !== targets.length) {
    throw new Mistake(
      'value',
      t(`${targets.length} names for ${items.length} values`, `${targets.length} noms pour ${items.length} valeurs`),
    );
  }
  for (const [index, target] of targets.entries()) assign(run, frame, target, items[index] ?? null);
}

function blockValue(run: Run, frame: Frame, statement: StatementOf<'set-block'>): Value {
  const inner = new Frame(frame);
  const output = new Output(run);
  execute(run, inner, statement.body, output);
  const value = output.block();
  return statement.filter?.node === 'filter' ? applyFilter(run, inner, statement.filter, value) : value;
}

function withBlock(run: Run, frame: Frame, statement: StatementOf<'with'>, output: Output): Jump {
  const inner = new Frame(frame);
  const values = statement.targets.map(({ target, value }) => ({ target, value: evaluate(run, frame, value) }));
  for (const { target, value } of values) assign(run, inner, target, value);
  return execute(run, inner, statement.body, output);
}

function filterBlock(run: Run, frame: Frame, statement: StatementOf<'filter-block'>): Value {
  const inner = new Frame(frame);
  const output = new Output(run);
  execute(run, inner, statement.body, output);
  const { filter } = statement;
  return filter.node === 'filter' ? applyFilter(run, inner, filter, output.block()) : output.block();
}

function callBlock(run: Run, frame: Frame, statement: StatementOf<'call-block'>): Value {
  const caller = makeMacro(frame, { name: 'caller', parameters: statement.parameters, body: statement.body });
  const callee = evaluate(run, frame, statement.call.callee);
  const args = argumentsOf(run, frame, statement.call.args);
  run.offset = statement.call.offset;
  return show(run.call(callee, { ...args, named: new Map([...args.named, ['caller', caller]]) }), run.meter);
}
