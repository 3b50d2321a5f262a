import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { Mistake, UnknownMet, valueMistake } from '../mistakes.ts';
import { NO_FLAGS } from '../regex/ast.ts';
import { Regex, Subject } from '../regex/regex.ts';
import { DEFAULT_BUDGET, Meter } from '../run/budget.ts';
import type { Lookup, LookupCall, Lookups } from '../run/env.ts';
import { isUnknown } from '../scope.ts';

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (term: Json): string => {
  if (typeof term === 'string') return term;
  throw valueMistake('this lookup needs names', 'ce lookup attend des noms');
};

const flat = (values: readonly Json[], levels: number): readonly Json[] =>
  values.flatMap((value) => (isList(value) && levels > 0 ? flat(value, levels - 1) : [value]));

const lists = (terms: readonly Json[]): readonly (readonly Json[])[] =>
  terms.map((term) => (isList(term) ? term : [term]));

const nested: Lookup = ({ terms }) =>
  lists(terms).reduce<readonly (readonly Json[])[]>(
    (rows, list) => {
      new Meter(DEFAULT_BUDGET).list(rows.length * list.length);
      return rows.flatMap((row) => list.map((item) => [...row, ...flat([item], 1)]));
    },
    [[]],
  );

const together: Lookup = ({ terms }) => {
  const columns = lists(terms);
  const length = Math.max(0, ...columns.map((column) => column.length));
  return Array.from({ length }, (_, row) => columns.map((column) => column[row] ?? null));
};

const dict: Lookup = ({ terms }) =>
  flat(terms, 1).flatMap((term) => {
    if (!isObject(term))
      throw valueMistake("the lookup 'dict' needs dicts", 'le lookup « dict » attend des dictionnaires');
    return Object.entries(term).map(([key, value]) => ({ key, value }));
  });

const missingVariable = (name: string): Mistake =>
  new Mistake('undefined', t(`there is no variable '${name}'`, `il n’y a pas de variable « ${name} »`));

const vars: Lookup = ({ terms, options, scope }) =>
  terms.map((term) => {
    const name = nameOf(term);
    const value = scope.get(name);
    if (isUnknown(value)) throw new UnknownMet(value.unknownBecause);
    if (value !== undefined) return value;
    const byDefault = options.default;
    if (byDefault === undefined) throw missingVariable(name);
    return byDefault;
  });

const varnames: Lookup = ({ terms, scope }) => {
  const meter = new Meter(DEFAULT_BUDGET);
  const names = [...scope.names()];
  return terms.flatMap((term) => {
    const regex = new Regex(nameOf(term), NO_FLAGS);
    return names.filter((name) => regex.search(new Subject(name), meter) !== undefined);
  });
};

const numberOption = (call: LookupCall, name: string, byDefault: number): number => {
  const value = Number(call.options[name] ?? byDefault);
  if (Number.isSafeInteger(value)) return value;
  throw valueMistake(`sequence: '${name}' must be a whole number`, `sequence : « ${name} » doit être un nombre entier`);
};

/** `key=value` words. */
const wordOptions = (term: string): JsonObject =>
  Object.fromEntries(
    term.split(/\s+/).flatMap((word) => {
      const at = word.indexOf('=');
      return at < 1 ? [] : [[word.slice(0, at), word.slice(at + 1)]];
    }),
  );

/** `start=1 end=5 stride=2 format=web%02d`, or `1-5/2:web%02d`. */
function sequenceOptions(term: Json | undefined): JsonObject {
  if (typeof term !== 'string') return {};
  const short = /^(?:(\d+)-)?(\d+)(?:\/(\d+))?(?::(.+))?$/.exec(term.trim());
  if (short === null) return wordOptions(term);
  const [, start, end, stride, format] = short;
  return {
    ...(start === undefined ? {} : { start }),
    end: end ?? '0',
    ...(stride === undefined ? {} : { stride }),
    ...(format === undefined ? {} : { format }),
  };
}

const formatted = (format: string, value: number): string =>
  format.replace(/%(0?)(\d*)([dxo])/, (_whole, zero: string, width: string, kind: string) => {
    const text = value.toString(kind === 'x' ? 16 : kind === 'o' ? 8 : 10);
    return text.padStart(Math.min(Number(width || 0), 1000), zero === '' ? ' ' : '0');
  });

const sequence: Lookup = (given) => {
  const call = { ...given, options: { ...sequenceOptions(given.terms[0]), ...given.options } };
  const start = numberOption(call, 'start', 1);
  const stride = numberOption(call, 'stride', 1);
  const count = call.options.count;
  const end =
    count === undefined ? numberOption(call, 'end', 0) : start + (numberOption(call, 'count', 0) - 1) * stride;
  if (stride === 0) return [];
  const length = Math.max(0, Math.floor((end - start) / stride) + 1);
  new Meter(DEFAULT_BUDGET).list(length);
  const format = typeof call.options.format === 'string' ? call.options.format : '%d';
  return Array.from({ length }, (_, index) => formatted(format, start + index * stride));
};

/** `[users, 'keys']` or `[users, 'a.b', {skip_missing: true}]`: each element with each of those below it. */
const subelements: Lookup = ({ terms }) => {
  const [given, path, flags] = terms;
  const elements = isList(given) ? given : isObject(given) ? Object.values(given) : [];
  const skip = isObject(flags) && (flags.skip_missing === true || flags.skip_missing === 'True');
  const below = nameOf(path ?? '').split('.');
  return elements.flatMap((element) => {
    const found = below.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), element);
    if (isList(found)) return found.map((item) => [element, item]);
    if (skip) return [];
    throw valueMistake(
      `subelements: '${below.join('.')}' is no list`,
      `subelements : « ${below.join('.')} » n’est pas une liste`,
    );
  });
};

/** The lookups that read nothing but their arguments and the variables: they may run anywhere. */
export const pureLookups: Lookups = {
  dict,
  flattened: ({ terms }) => flat(terms, Number.POSITIVE_INFINITY).filter((value) => value !== null),
  indexed_items: ({ terms }) => flat(terms, 1).map((item, index) => [index, item]),
  items: ({ terms }) => flat(terms, 1),
  list: ({ terms }) => terms,
  nested,
  sequence,
  subelements,
  together,
  varnames,
  vars,
};
