import { t } from '#core/text.ts';
import { Mistake } from '../mistakes.ts';
import { Dict } from '../values/dict.ts';
import { type Arguments, type List, Tuple, type Value } from '../values/value.ts';
import type { Builtin, Run } from './run.ts';

/** A parameter of a builtin: required, with a default, or collecting the rest. */
interface Parameter {
  readonly name: string;
  readonly kind: 'one' | 'rest' | 'named';
  readonly byDefault?: Value;
}

function parameterOf(written: string): Parameter {
  if (written.startsWith('**')) return { name: written.slice(2), kind: 'named' };
  if (written.startsWith('*')) return { name: written.slice(1), kind: 'rest' };
  const [name = '', byDefault] = written.split('=');
  if (byDefault === undefined) return { name, kind: 'one' };
  const value: Value = JSON.parse(byDefault);
  return { name, kind: 'one', byDefault: value };
}

/** Reads `value, width=4, first=false, *rest, **named`; defaults are JSON without commas or `=`. */
const parametersOf = (spec: string): readonly Parameter[] =>
  spec === '' ? [] : spec.split(', ').map((written) => parameterOf(written));

const wrongArguments = (en: string, fr: string): Mistake => new Mistake('type', t(en, fr));

/** Puts arguments in the order of the parameters, as a Python call does. */
function bind(parameters: readonly Parameter[], args: Arguments): Value[] {
  const positional: List = [...args.positional];
  const named = new Map(args.named);
  const bound = parameters.map((parameter) => take(parameter, positional, named));
  const [extra] = named.keys();
  if (extra !== undefined)
    throw wrongArguments(`there is no argument '${extra}'`, `il n’y a pas d’argument « ${extra} »`);
  if (positional.length > 0) throw wrongArguments('too many arguments', 'trop d’arguments');
  return bound;
}

function take(parameter: Parameter, positional: List, named: Map<string, Value>): Value {
  if (parameter.kind === 'rest') return new Tuple(positional.splice(0));
  if (parameter.kind === 'named') {
    const dict = Dict.of(named);
    named.clear();
    return dict;
  }
  const next = positional.shift();
  if (next !== undefined) return next;
  const given = named.get(parameter.name);
  named.delete(parameter.name);
  if (given !== undefined) return given;
  if (parameter.byDefault !== undefined) return parameter.byDefault;
  throw wrongArguments(`the argument '${parameter.name}' is missing`, `il manque l’argument « ${parameter.name} »`);
}

/** Makes a builtin from its parameters, as Python would declare them, and its work. */
export function builtin(spec: string, work: (run: Run, ...values: Value[]) => Value): Builtin {
  const parameters = parametersOf(spec);
  return (run, args) => {
    run.meter.step();
    return work(run, ...bind(parameters, args));
  };
}

/** A named set of builtins: filters, tests or methods. */
export type Builtins = Readonly<Record<string, Builtin>>;
