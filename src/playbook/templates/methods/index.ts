import { momentMethods } from '../python/moments.ts';
import type { Builtins } from '../run/builtin.ts';
import { Dict } from '../values/dict.ts';
import { Callable, Moment, Tuple, type Value, View } from '../values/value.ts';
import { dictMethods } from './dicts.ts';
import { listMethods, tupleMethods } from './lists.ts';
import { numberMethods } from './numbers.ts';
import { textMethods } from './texts.ts';

function methodsOf(value: Value): Builtins | undefined {
  if (typeof value === 'string') return textMethods;
  if (Array.isArray(value)) return listMethods;
  if (value instanceof Dict) return dictMethods;
  if (value instanceof Tuple || value instanceof View) return tupleMethods;
  if (value instanceof Moment) return momentMethods;
  return typeof value === 'number' || typeof value === 'bigint' ? numberMethods : undefined;
}

/** A method of the value's type, bound to it; undefined when the type has none of that name. */
export function methodOf(value: Value, name: string): Callable | undefined {
  const methods = methodsOf(value);
  const method = methods !== undefined && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) return undefined;
  return new Callable(name, (run, args) => method(run, { ...args, positional: [value, ...args.positional] }));
}
