import type { Json, JsonObject } from '#core/json.ts';
import type { Applied, ModuleArg, Quote } from '../module.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { sayFunction, toolPath } from '../state/tools.ts';
import { postgresName } from './quote.ts';

/** How one logs in: arguments that every module of PostgreSQL has. `trust_input` has no effect: every value is quoted. */
export const loginArguments = {
  login_user: { type: 'str', aliases: ['login'] },
  login_password: { type: 'str', default: '' },
  login_host: { type: 'str', default: '', aliases: ['host'] },
  login_unix_socket: { type: 'str', default: '', aliases: ['unix_socket'] },
  login_port: { type: 'int', aliases: ['port'] },
  ssl_mode: {
    type: 'str',
    default: 'prefer',
    choices: ['allow', 'disable', 'prefer', 'require', 'verify-ca', 'verify-full'],
  },
  ca_cert: { type: 'str', aliases: ['ssl_rootcert'] },
  ssl_cert: { type: 'path' },
  ssl_key: { type: 'path' },
  session_role: { type: 'str' },
  trust_input: { type: 'bool', default: true },
} satisfies Record<string, ModuleArg>;

/** A login, as the variables PostgreSQL's programs look for: the list of processes does not show them. */
export interface Login {
  readonly variables: readonly (readonly [string, string])[];
  readonly database: string;
  readonly role?: string;
}

/** Reads how to log in; the account is `postgres`, and the socket the one psql knows, when nothing else is said. */
export const loginOf = (args: JsonObject, database: string): Login => {
  const place =
    args.login_unix_socket === '' || args.login_unix_socket === undefined ? args.login_host : args.login_unix_socket;
  const given: readonly (readonly [string, Json | undefined])[] = [
    ['PGHOST', place],
    ['PGPORT', args.login_port],
    ['PGPASSWORD', args.login_password],
    ['PGSSLMODE', args.ssl_mode === 'prefer' ? undefined : args.ssl_mode],
    ['PGSSLROOTCERT', args.ca_cert],
    ['PGSSLCERT', args.ssl_cert],
    ['PGSSLKEY', args.ssl_key],
    ['PGUSER', args.login_user],
  ];
  const role = args.session_role;
  return {
    variables: given.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)] as const],
    ),
    database,
    ...(typeof role === 'string' && role !== '' && { role }),
  };
};

/** What every script about PostgreSQL begins with: `pg` is psql, which reads SQL, and stops at the first error. */
export const postgresBeginning = (login: Login, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    'command -v psql >/dev/null 2>&1 || { echo missing=psql; echo end; exit 0; }',
    'PGUSER=${PGUSER:-postgres}; PGDATABASE=; PGCLIENTENCODING=UTF8; export PGUSER PGCLIENTENCODING; unset PGDATABASE',
    ...login.variables.map(([name, value]) => `${name}=${quote(value)}; export ${name}`),
    `PGDATABASE=${quote(login.database)}; export PGDATABASE`,
    'cd / 2>/dev/null',
    `pg() { psql --no-psqlrc --no-password --tuples-only --no-align --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse --file=- "$@"; }`,
  ].join('\n');

/** SQL with the role of the session in front. */
const inRole = (login: Login, sql: string): string =>
  login.role === undefined ? sql : `\\o /dev/null\nSET ROLE ${postgresName(login.role)};\n\\o\n${sql}`;

/** A line that gives psql SQL. */
export const postgresLine = (login: Login, sql: string, quote: Quote, options = ' --quiet'): string =>
  `printf '%s\\n' ${quote(inRole(login, sql))} | pg${options}`;

/** A question that answers with JSON, one value a line, kept under a key; when the server does not answer, that is kept. */
export const postgresAsk = (login: Login, key: string, sql: string, quote: Quote): string =>
  `o=$({ ${postgresLine(login, sql, quote)}; } 2>&1) || { printf '%s\\n' "$o" | say down; echo end; exit 0; }; printf '%s\\n' "$o" | say ${key}`;

/** Values of JSON, one a line. */
export const jsonLines = (text: string): readonly Json[] =>
  text
    .split('\n')
    .filter((line) => /^\s*[[{"\d\-tfn]/.test(line))
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Json];
      } catch {
        return [];
      }
    });

/** Objects of JSON, one a line. */
export const rowsIn = (text: string): readonly JsonObject[] =>
  jsonLines(text).flatMap((one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) ? [one as JsonObject] : [],
  );

/** The first object of JSON among the lines. */
export const rowIn = (text: string): JsonObject | undefined => rowsIn(text)[0];

/** What a probe said, or why nothing can be said. */
export const readPostgres = (
  output: Applied,
  module: string,
): { readonly fields: Fields; readonly failed?: string } => {
  const fields = readFields(output);
  if (fields.get('missing') !== undefined)
    return {
      fields,
      failed: `${module}: the host has no psql. Install the client of PostgreSQL there (postgresql-client).`,
    };
  const down = fields.raw('down');
  return down === undefined
    ? { fields }
    : { fields, failed: `unable to connect to database: ${down.trim().slice(-500)}` };
};
