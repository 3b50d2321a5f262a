import type { Json, JsonObject } from '#core/json.ts';
import { wrong } from '../state/wrong.ts';

/** A statement, for servers where a backslash escapes and for those where it is a letter like others. */
export interface Statement {
  readonly escaped: string;
  readonly plain: string;
}

/** The values of a task: by their order, or by names. */
export type Values = readonly Json[] | JsonObject;

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
};

const textOf = (value: string): Statement => ({
  escaped: `'${[...value].map((char) => escapes[char] ?? char).join('')}'`,
  plain: `'${value.replaceAll("'", "''")}'`,
});

const same = (sql: string): Statement => ({ escaped: sql, plain: sql });

const listOf = (values: readonly Json[]): Statement => {
  const all = values.map(literalOf);
  const between = (of: keyof Statement): string => `(${all.map((one) => one[of]).join(',')})`;
  return { escaped: between('escaped'), plain: between('plain') };
};

/** A value as a literal: a text in quotes, a list in parentheses. */
export function literalOf(value: Json): Statement {
  if (value === null) return same('NULL');
  if (typeof value === 'boolean') return same(value ? '1' : '0');
  if (typeof value === 'number') return same(String(value));
  if (typeof value === 'string') return textOf(value);
  if (Array.isArray(value) && value.length > 0) return listOf(value);
  const shown = JSON.stringify(value);
  throw wrong(
    `mysql_query: ${shown} cannot stand in SQL: a value is a text, a number, a truth, null, or a list of such. Use to_json for a document.`,
    `mysql_query : ${shown} ne peut pas être dans du SQL : une valeur est un texte, un nombre, un booléen, null, ou une liste non vide. Pour un document, utilisez to_json.`,
  );
}

const absent = (name: string): Error =>
  wrong(
    `mysql_query: there is no value for ${name}. Give one, or write %% for a percent sign.`,
    `mysql_query : il n’y a pas de valeur pour ${name}. Donnez-en une, ou écrivez %% pour un signe pour cent.`,
  );

const strange = (found: string): Error =>
  wrong(
    `mysql_query: “${found}” is no place for a value. Write %s, %(name)s, or %% for a percent sign.`,
    `mysql_query : « ${found} » n’est pas la place d’une valeur. Écrivez %s, %(nom)s, ou %% pour un signe pour cent.`,
  );

const tooMany = (given: number, used: number): Error =>
  wrong(
    `mysql_query: positional_args has ${given} values, but a query has ${used} %s. Each query takes all of them.`,
    `mysql_query : positional_args a ${given} valeurs, mais une requête a ${used} %s. Chaque requête les prend toutes.`,
  );

const isByOrder = (values: Values): values is readonly Json[] => Array.isArray(values);

/** Chooses the value for each place in turn. */
const chooser = (values: Values) => {
  let used = 0;
  const next = (name: string | undefined): Json | undefined => {
    if (!isByOrder(values)) return name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    if (name !== undefined) return undefined;
    used += 1;
    return values[used - 1];
  };
  return { next, used: () => used };
};

const placePattern = /%(?:%|s|\(([^)]*)\)s|.?)/gs;

/** Puts values in the places `%s` or `%(name)s`, each as a literal; `%%` is a percent sign. Without values a percent sign is itself. */
export const bindValues = (query: string, values: Values | undefined): Statement => {
  if (values === undefined) return same(query);
  const { next, used } = chooser(values);
  const pieces: Statement[] = [];
  let from = 0;
  for (const { 0: found, 1: name, index } of query.matchAll(placePattern)) {
    pieces.push(same(query.slice(from, index)), found === '%%' ? same('%') : valueAt(found, name, next(name)));
    from = index + found.length;
  }
  if (isByOrder(values) && used() !== values.length) throw tooMany(values.length, used());
  pieces.push(same(query.slice(from)));
  const join = (of: keyof Statement): string => pieces.map((piece) => piece[of]).join('');
  return { escaped: join('escaped'), plain: join('plain') };
};

const valueAt = (found: string, name: string | undefined, value: Json | undefined): Statement => {
  if (name === undefined && found !== '%s') throw strange(found);
  if (value === undefined) throw absent(found);
  return literalOf(value);
};
