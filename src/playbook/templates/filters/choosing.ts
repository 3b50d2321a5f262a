import { t } from '#core/text.ts';
import { Mistake } from '../mistakes.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import { asNumeric, toNumber } from '../values/numbers.ts';
import { defined, show, truth, typeName } from '../values/show.ts';
import { Undefined, type Value } from '../values/value.ts';

const TRUE_WORDS: ReadonlySet<string> = new Set(['yes', 'on', '1', 'true']);

/** Ansible's `bool`: the words that mean true, and 1. */
export function toBool(given: Value): Value {
  const value = defined(given);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return TRUE_WORDS.has(value.toLowerCase());
  const number = asNumeric(value);
  return number !== undefined && toNumber(number) === 1;
}

const byDefault = builtin('value, default_value="", boolean=false', (_run, value, replacement, boolean) => {
  const absent = value instanceof Undefined || (truth(boolean) && !truth(value));
  return absent ? replacement : value;
});

const mandatory = builtin('value, msg=null', (run, value, message) => {
  if (!(value instanceof Undefined)) return value;
  const say =
    message === null
      ? t(
          `the mandatory variable '${value.name}' is not defined`,
          `la variable obligatoire « ${value.name} » n’est pas définie`,
        )
      : show(message, run.meter);
  throw new Mistake('undefined', say, { cause: value.cause, where: value.where });
});

/** Filters that choose between values, and those about types. */
export const choosing: Builtins = {
  default: byDefault,
  d: byDefault,
  bool: builtin('value', (_run, value) => toBool(value)),
  ternary: builtin('value, true_val, false_val, none_val=null', (_run, value, yes, no, none) => {
    if (value === null && none !== null) return none;
    return truth(value) ? yes : no;
  }),
  mandatory,
  string: builtin('value', (run, value) => show(value, run.meter)),
  safe: builtin('value', (run, value) => show(value, run.meter)),
  type_debug: builtin('value', (_run, value) => typeName(value)),
};
