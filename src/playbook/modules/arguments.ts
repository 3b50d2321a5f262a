import { ok, type Refusal, type Result, refused } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import { withNearest } from '../nearest.ts';
import { convert, toBoolean } from './convert.ts';
import type { Module, ModuleArg } from './module.ts';

/** The argument's own name, its aliases resolved; undefined when the module has no such argument. */
export const canonicalName = (module: Module, name: string): string | undefined => {
  if (Object.hasOwn(module.args, name)) return name;
  const own = Object.entries(module.args).find(([, arg]) => arg.aliases?.includes(name))?.[0];
  return own ?? (module.anyArguments === true ? name : undefined);
};

const anything: ModuleArg = { type: 'raw' };

/** What is known of an argument by its own name. */
export const argumentOf = (module: Module, name: string): ModuleArg | undefined =>
  Object.hasOwn(module.args, name) ? module.args[name] : module.anyArguments === true ? anything : undefined;

/** Why a module does not take this argument, with the nearest it has. */
export const unknownArgument = (module: Module, name: string): Text =>
  withNearest(
    t(`${module.name} has no argument “${name}”`, `${module.name} n’a pas d’argument « ${name} »`),
    name,
    Object.entries(module.args).flatMap(([own, arg]) => [own, ...(arg.aliases ?? [])]),
  );

/** YAML reads `on` and `off` as booleans: where only one of the choices means that, it is what was written. */
const asChosen = (arg: ModuleArg, value: Json): Json => {
  if (typeof value !== 'boolean' || arg.type !== 'str') return value;
  const [choice, other] = (arg.choices ?? []).filter((one) => toBoolean(one) === value);
  return choice === undefined || other !== undefined ? value : choice;
};

/** Why a value does not fit an argument; undefined when it does. */
export const misfit = (module: Module, name: string, arg: ModuleArg, value: Json): Text | undefined => {
  const converted = convert(arg.type, asChosen(arg, value));
  if (converted === undefined) {
    const shown = typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
    return t(
      `${module.name}: ${name} must be of type ${arg.type}, not ${shown}`,
      `${module.name} : ${name} doit être de type ${arg.type}, pas ${shown}`,
    );
  }
  const wrong = arg.choices && ![converted].flat().every((choice) => arg.choices?.includes(String(choice)));
  if (!wrong) return arg.refuse?.(converted);
  const choices = arg.choices?.join(', ');
  return t(
    `${module.name}: ${name} must be one of ${choices}, not “${String(value)}”`,
    `${module.name} : ${name} doit être parmi ${choices}, pas « ${String(value)} »`,
  );
};

const wrongArguments = (say: Text): { readonly ok: false; readonly refusal: Refusal } =>
  refused({ code: 'module.arguments', say });

const missing = (module: Module, given: JsonObject): string | undefined =>
  Object.entries(module.args).find(([name, arg]) => arg.required === true && given[name] === undefined)?.[0];

/** Why an argument that is needed is not there. */
export const missingArgument = (module: Module, name: string): Text =>
  t(`${module.name} needs the argument “${name}”`, `${module.name} a besoin de l’argument « ${name} »`);

/**
 * Rendered arguments → what `prepare` takes: aliases resolved, nulls dropped, types converted, defaults filled in.
 * Refused with `module.arguments` when one is unknown, missing or of the wrong type.
 */
export const checkArguments = (module: Module, rendered: JsonObject): Result<JsonObject> => {
  const args: Record<string, Json> = {};
  for (const [written, value] of Object.entries(rendered)) {
    const name = canonicalName(module, written);
    const arg = name === undefined ? undefined : argumentOf(module, name);
    if (name === undefined || arg === undefined) return wrongArguments(unknownArgument(module, written));
    if (value === null && arg.type !== 'raw') continue;
    const reason = module.expressions?.includes(name) ? undefined : misfit(module, name, arg, value);
    if (reason !== undefined) return wrongArguments(reason);
    args[name] = module.expressions?.includes(name) ? value : (convert(arg.type, asChosen(arg, value)) ?? value);
  }
  const absent = missing(module, args);
  if (absent !== undefined) return wrongArguments(missingArgument(module, absent));
  for (const [name, arg] of Object.entries(module.args)) {
    if (args[name] === undefined && arg.default !== undefined) args[name] = arg.default;
  }
  return ok(args);
};
