import { t } from '#core/text.ts';
import { typeMistake } from '../mistakes.ts';
import type { Parameter, Statement } from '../syntax/ast.ts';
import { freeNames } from '../syntax/names.ts';
import { Dict } from '../values/dict.ts';
import { type Arguments, Callable, Tuple, Undefined, type Value } from '../values/value.ts';
import { evaluate } from './evaluate.ts';
import { Frame } from './frame.ts';
import { Output } from './output.ts';
import type { Run } from './run.ts';
import { execute } from './statements.ts';

interface MacroSource {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

/** A macro over the frame it was written in. */
export function makeMacro(outer: Frame, macro: MacroSource): Callable {
  const uses = freeNames(macro.body);
  const call = (run: Run, args: Arguments): Value => {
    const frame = new Frame(outer);
    bindParameters(run, frame, macro, args, uses);
    const output = new Output(run);
    execute(run, frame, macro.body, output);
    return output.block();
  };
  const attributes = (name: string): Value | undefined => {
    if (name === 'name') return macro.name;
    return name === 'arguments' ? new Tuple(macro.parameters.map((parameter) => parameter.name)) : undefined;
  };
  return new Callable(macro.name, call, attributes);
}

function bindParameters(run: Run, frame: Frame, macro: MacroSource, args: Arguments, uses: ReadonlySet<string>): void {
  const named = new Map(args.named);
  for (const [index, parameter] of macro.parameters.entries()) {
    const positional = args.positional[index];
    const given = positional === undefined ? named.get(parameter.name) : positional;
    named.delete(parameter.name);
    frame.set(parameter.name, given === undefined ? byDefault(run, frame, parameter) : given);
  }
  bindRest(frame, macro, args.positional.slice(macro.parameters.length), named, uses);
}

function byDefault(run: Run, frame: Frame, parameter: Parameter): Value {
  if (parameter.byDefault !== undefined) return evaluate(run, frame, parameter.byDefault);
  const { name } = parameter;
  return new Undefined(name, t(`the parameter '${name}' was not given`, `le paramètre « ${name} » n’a pas été donné`));
}

function bindRest(
  frame: Frame,
  macro: MacroSource,
  rest: readonly Value[],
  named: Map<string, Value>,
  uses: ReadonlySet<string>,
): void {
  const caller = named.get('caller');
  if (uses.has('caller')) named.delete('caller');
  if (caller !== undefined) frame.set('caller', caller);
  if (rest.length > 0 && !uses.has('varargs')) throw tooMany(macro.name, `${macro.parameters.length + rest.length}`);
  const [extra] = named.keys();
  if (extra !== undefined && !uses.has('kwargs')) throw tooMany(macro.name, extra);
  frame.set('varargs', new Tuple(rest));
  frame.set('kwargs', Dict.of(named));
}

const tooMany = (macro: string, what: string): Error =>
  typeMistake(
    `the macro '${macro}' does not take the argument '${what}'`,
    `la macro « ${macro} » ne prend pas l’argument « ${what} »`,
  );
