import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, Module, ModulePlan, Quote } from './module.ts';
import {
  type Login,
  loginArguments,
  loginOf,
  postgresAsk,
  postgresBeginning,
  postgresLine,
  readPostgres,
  rowIn,
} from './postgresql/client.ts';
import { postgresName, postgresText } from './postgresql/quote.ts';
import { failureOf } from './state/fields.ts';

interface ExtensionArgs {
  readonly login: Login;
  readonly base: string;
  readonly name: string;
  readonly schema: string;
  readonly version: string;
  readonly absent: boolean;
  readonly cascade: boolean;
}

interface ExtensionState {
  readonly failed?: string;
  /** The version that is there. */
  readonly now?: string;
  /** The version its files say is to be had. */
  readonly newest?: string;
  /** The wanted version can be had, from what is there or from nothing. */
  readonly reachable: boolean;
}

const prepare = (args: JsonObject): ExtensionArgs => {
  const base = String(args.db);
  return {
    login: loginOf(args, base),
    base,
    name: String(args.ext),
    schema: String(args.schema ?? ''),
    version: String(args.version ?? ''),
    absent: args.state === 'absent',
    cascade: args.cascade === true,
  };
};

const question = (args: ExtensionArgs): string => {
  const [name, version] = [postgresText(args.name), postgresText(args.version)];
  const now = `(SELECT extversion FROM pg_extension WHERE extname = ${name})`;
  const path = `EXISTS (SELECT 1 FROM pg_extension_update_paths((SELECT name FROM pg_available_extensions WHERE name = ${name})) WHERE source = ${now} AND target = ${version} AND path IS NOT NULL)`;
  const versions = `EXISTS (SELECT 1 FROM pg_available_extension_versions WHERE name = ${name} AND version = ${version})`;
  return `SELECT json_build_object('now', ${now}, 'newest', (SELECT default_version FROM pg_available_extensions WHERE name = ${name}),
  'reachable', CASE WHEN ${now} IS NULL THEN ${versions} ELSE ${path} END);`;
};

const probe = (args: ExtensionArgs, quote: Quote): string =>
  [postgresBeginning(args.login, quote), postgresAsk(args.login, 'extension', question(args), quote), 'echo end'].join(
    '\n',
  );

const read = (output: Applied): ExtensionState => {
  const { fields, failed } = readPostgres(output, 'postgresql_ext');
  const row = rowIn(fields.raw('extension') ?? '');
  return {
    ...(failed !== undefined && { failed }),
    ...(typeof row?.now === 'string' && { now: row.now }),
    ...(typeof row?.newest === 'string' && { newest: row.newest }),
    reachable: row?.reachable === true,
  };
};

/** The version it is to have; undefined when any will do, or when it has that. */
const wantedOf = (args: ExtensionArgs, state: ExtensionState): string | undefined => {
  const wanted = args.version === 'latest' ? state.newest : args.version;
  return wanted === '' || wanted === state.now ? undefined : wanted;
};

const failureIn = (args: ExtensionArgs, state: ExtensionState): string | undefined => {
  if (state.failed !== undefined || args.absent) return state.failed;
  if (state.now === undefined && state.newest === undefined) return `Extension ${args.name} is not available`;
  if (args.version === 'latest' || wantedOf(args, state) === undefined || state.reachable) return undefined;
  return state.now === undefined
    ? `Passed version '${args.version}' is not available`
    : `Passed version '${args.version}' has no valid update path from the currently installed version '${state.now}' or the passed version is not available`;
};

const statements = (args: ExtensionArgs, state: ExtensionState): readonly string[] => {
  const [name, cascade] = [postgresName(args.name), args.cascade ? ' CASCADE' : ''];
  if (args.absent) return state.now === undefined ? [] : [`DROP EXTENSION ${name}${cascade}`];
  const wanted = wantedOf(args, state);
  if (state.now !== undefined)
    return wanted === undefined ? [] : [`ALTER EXTENSION ${name} UPDATE TO ${postgresText(wanted)}`];
  const schema = args.schema === '' ? '' : ` WITH SCHEMA ${postgresName(args.schema)}`;
  const version = wanted === undefined ? '' : ` VERSION ${postgresText(wanted)}`;
  return [`CREATE EXTENSION ${name}${schema}${version}${cascade}`];
};

const plan = (args: ExtensionArgs, state: ExtensionState): ModulePlan => {
  const failed = failureIn(args, state);
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  const queries = statements(args, state);
  const result = { db: args.base, ext: args.name, queries };
  if (queries.length === 0) return { differences: [], result };
  const after = args.absent ? 'absent' : (wantedOf(args, state) ?? state.newest ?? '');
  const subject = `extension ${args.base}.${args.name}`;
  const sealed = [args.schema, args.cascade];
  return { differences: [{ subject, aspect: 'version', before: state.now ?? 'absent', after, sealed }], result };
};

const apply = (args: ExtensionArgs, state: ExtensionState, made: ModulePlan, quote: Quote): Apply | undefined => {
  const [sql] = made.differences.length === 0 ? [] : statements(args, state);
  if (sql === undefined) return undefined;
  return { script: `${postgresBeginning(args.login, quote)}\n${postgresLine(args.login, `${sql};`, quote)}` };
};

/** An extension of a database of PostgreSQL: there, in a version, or gone. */
export const postgresqlExt: Module<ExtensionArgs, ExtensionState> = {
  name: 'postgresql_ext',
  args: {
    ...loginArguments,
    db: { type: 'str', required: true, aliases: ['login_db'] },
    ext: { type: 'str', required: true, aliases: ['name'] },
    schema: { type: 'str' },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
    cascade: { type: 'bool', default: false },
    version: { type: 'str' },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  subjects: ({ name, base }) => [`extension ${base}.${name}`, `database ${base}*`],
  apply,
  finish: (_args, _state, made, applied) => {
    if (applied.code === 0) return { result: made.result, changed: true };
    const msg = `Management of PostgreSQL extension failed: ${failureOf({ ...applied, stdout: '' })}`;
    return { result: { msg }, changed: false, failed: msg };
  },
};
