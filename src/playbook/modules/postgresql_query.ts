import type { Json, JsonObject } from '#core/json.ts';
import type { Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import {
  jsonLines,
  type Login,
  loginArguments,
  loginOf,
  postgresBeginning,
  postgresLine,
} from './postgresql/client.ts';
import { postgresText } from './postgresql/quote.ts';
import { failureOf } from './state/fields.ts';
import { wrong } from './state/wrong.ts';

interface QueryArgs {
  readonly login: Login;
  readonly queries: readonly string[];
  readonly single: boolean;
}

const literal = (value: Json): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean' || typeof value === 'number') return String(value).toUpperCase();
  if (Array.isArray(value)) return value.length === 0 ? "'{}'" : `ARRAY[${value.map(literal).join(', ')}]`;
  return postgresText(typeof value === 'string' ? value : JSON.stringify(value));
};

const tooFew = (name: string): Error =>
  wrong(`postgresql_query: there is no value for ${name}.`, `postgresql_query : il n’y a pas de valeur pour ${name}.`);

/** Puts values in the place of `%s` or `%(name)s`, each as a literal; `%%` is a percent sign. */
const bound = (query: string, places: readonly Json[] | undefined, names: JsonObject | undefined): string => {
  if (places === undefined && names === undefined) return query;
  let next = 0;
  return query.replace(/%(?:%|s|\((\w+)\)s)/g, (found, name?: string) => {
    if (found === '%%') return '%';
    const value = name === undefined ? places?.[next] : names?.[name];
    if (name === undefined) next += 1;
    if (value === undefined) throw tooFew(name ?? `%s number ${next}`);
    return literal(value);
  });
};

const prepare = (args: JsonObject): QueryArgs => {
  const given = Array.isArray(args.query) ? args.query : [args.query ?? null];
  const { positional_args: places, named_args: names } = args;
  if (given.length === 0 || given.some((one) => typeof one !== 'string' || one.trim() === ''))
    throw wrong(
      'postgresql_query: query must be a text, or a list of texts.',
      'postgresql_query : query doit être un texte ou une liste de textes.',
    );
  if (places !== undefined && names !== undefined)
    throw wrong(
      'postgresql_query: positional_args and named_args exclude each other.',
      'postgresql_query : positional_args ou named_args, pas les deux.',
    );
  const values =
    typeof names === 'object' && names !== null && !Array.isArray(names) ? (names as JsonObject) : undefined;
  return {
    login: loginOf(args, typeof args.db === 'string' ? args.db : 'postgres'),
    queries: given.map((one) => bound(String(one), Array.isArray(places) ? places : undefined, values)),
    single: args.autocommit !== true,
  };
};

/* What texts, quoted names and comments say is no SQL. */
const withoutTexts = (query: string): string =>
  query.replace(/E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*.*?\*\//gis, ' x ');

/** A question that psql can give as JSON: one statement that only selects. */
const isQuestion = (query: string): boolean => {
  const bare = withoutTexts(query);
  return /^\s*(?:SELECT|VALUES|TABLE)\b/i.test(bare) && !/;\s*\S/.test(bare) && !/\bINTO\b/i.test(bare);
};

const asJson = (query: string): string =>
  `SELECT row_to_json(quarterdeck) FROM (${query.replace(/;\s*$/, '')}\n) AS quarterdeck;`;

const marker = 'quarterdeck-query';

const plan = (args: QueryArgs): ModulePlan => {
  const subject = 'query';
  const differences = args.queries.map((query) => ({
    subject,
    aspect: isQuestion(query) ? 'asks' : 'runs',
    before: null,
    after: query,
    ...(isQuestion(query) && { reads: true as const }),
  }));
  return { differences, result: { query_list: args.queries }, unknown: true };
};

const apply = (args: QueryArgs, _state: null, _plan: ModulePlan, quote: Quote): Apply => {
  const sql = args.queries.map(
    (query) => `\\echo ${marker}\n${isQuestion(query) ? asJson(query) : `${query.replace(/;\s*$/, '')}\n;`}`,
  );
  const options = args.single ? ' --single-transaction' : '';
  return {
    script: `${postgresBeginning(args.login, quote)}\n${postgresLine(args.login, sql.join('\n'), quote, options)}`,
  };
};

/** What psql says a statement did: `INSERT 0 3`, `CREATE TABLE`. */
const tagOf = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

const countOf = (tag: string): number | undefined => {
  const count = /^(?:INSERT \d+|UPDATE|DELETE|MERGE) (\d+)$/.exec(tag)?.[1];
  return count === undefined ? undefined : Number(count);
};

const finish = (args: QueryArgs, made: ModulePlan, stdout: string): ModuleResult => {
  const answers = stdout.split(`${marker}\n`).slice(1);
  const seen = args.queries.map((query, index) => {
    const text = answers[index] ?? '';
    if (!isQuestion(query))
      return { rows: {}, tag: tagOf(text), count: countOf(tagOf(text)), changed: countOf(tagOf(text)) !== 0 };
    const rows = jsonLines(text);
    return { rows, tag: `SELECT ${rows.length}`, count: rows.length, changed: false };
  });
  const last = seen.at(-1);
  return {
    result: {
      ...made.result,
      query: args.queries.at(-1) ?? '',
      statusmessage: last?.tag ?? '',
      query_result: last?.rows ?? {},
      query_all_results: seen.map(({ rows }) => rows),
      rowcount: seen.reduce((sum, { count }) => sum + (count ?? 0), 0),
    },
    changed: seen.some(({ changed }) => changed),
  };
};

/** Runs SQL on PostgreSQL. Rows of a SELECT come back as JSON gives them. */
export const postgresqlQuery: Module<QueryArgs, null> = {
  name: 'postgresql_query',
  interpreted: { query: 'sql' },
  args: {
    ...loginArguments,
    query: { type: 'raw', required: true },
    db: { type: 'str', aliases: ['login_db'] },
    positional_args: { type: 'list' },
    named_args: { type: 'dict' },
    autocommit: { type: 'bool', default: false },
  },
  freeForm: 'kv',
  once: true,
  silent: true,
  prepare,
  probe: () => undefined,
  read: () => null,
  plan,
  apply,
  finish: (args, _state, made, applied) => {
    const missing = applied.stdout.startsWith('missing=psql');
    if (applied.code === 0 && !missing) return finish(args, made, applied.stdout);
    const why = missing
      ? 'postgresql_query: the host has no psql. Install the client of PostgreSQL there (postgresql-client).'
      : `Cannot execute SQL: ${failureOf({ ...applied, stdout: '' })}`;
    return { result: { ...made.result, msg: why }, changed: false, failed: why };
  },
};
