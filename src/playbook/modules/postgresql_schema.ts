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

interface SchemaArgs {
  readonly login: Login;
  readonly name: string;
  readonly base: string;
  readonly owner: string;
  readonly absent: boolean;
  readonly cascade: boolean;
}

interface SchemaState {
  readonly failed?: string;
  /** Undefined when there is no such schema. */
  readonly owner?: string;
}

const prepare = (args: JsonObject): SchemaArgs => {
  const base = String(args.database ?? 'postgres');
  return {
    login: loginOf(args, base),
    name: String(args.schema),
    base,
    owner: String(args.owner ?? ''),
    absent: args.state === 'absent',
    cascade: args.cascade_drop === true,
  };
};

const probe = (args: SchemaArgs, quote: Quote): string =>
  [
    postgresBeginning(args.login, quote),
    postgresAsk(
      args.login,
      'schema',
      `SELECT json_build_object('owner', pg_get_userbyid(nspowner)) FROM pg_namespace WHERE nspname = ${postgresText(args.name)};`,
      quote,
    ),
    'echo end',
  ].join('\n');

const read = (output: Applied): SchemaState => {
  const { fields, failed } = readPostgres(output, 'postgresql_schema');
  const owner = rowIn(fields.raw('schema') ?? '')?.owner;
  return { ...(failed !== undefined && { failed }), ...(typeof owner === 'string' && { owner }) };
};

const statements = (args: SchemaArgs, { owner }: SchemaState): readonly string[] => {
  const name = postgresName(args.name);
  if (args.absent) return owner === undefined ? [] : [`DROP SCHEMA ${name}${args.cascade ? ' CASCADE' : ''}`];
  if (owner === undefined)
    return [`CREATE SCHEMA ${name}${args.owner === '' ? '' : ` AUTHORIZATION ${postgresName(args.owner)}`}`];
  return args.owner === '' || args.owner === owner ? [] : [`ALTER SCHEMA ${name} OWNER TO ${postgresName(args.owner)}`];
};

const plan = (args: SchemaArgs, state: SchemaState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const result = { schema: args.name, queries: statements(args, state) };
  if (result.queries.length === 0) return { differences: [], result };
  const subject = `schema ${args.base}.${args.name}`;
  if (!args.absent && state.owner !== undefined)
    return { differences: [{ subject, aspect: 'owner', before: state.owner, after: args.owner }], result };
  const [before, after] = args.absent ? ['present', 'absent'] : ['absent', 'present'];
  return { differences: [{ subject, aspect: 'state', before, after, sealed: [args.owner, args.cascade] }], result };
};

const apply = (args: SchemaArgs, state: SchemaState, _plan: ModulePlan, quote: Quote): Apply | undefined => {
  const [sql] = statements(args, state);
  if (sql === undefined) return undefined;
  return { script: `${postgresBeginning(args.login, quote)}\n${postgresLine(args.login, `${sql};`, quote)}` };
};

/** A schema of a database of PostgreSQL: there, with its owner, or gone. */
export const postgresqlSchema: Module<SchemaArgs, SchemaState> = {
  name: 'postgresql_schema',
  args: {
    ...loginArguments,
    schema: { type: 'str', required: true, aliases: ['name'] },
    owner: { type: 'str', default: '' },
    database: { type: 'str', default: 'postgres', aliases: ['db', 'login_db'] },
    cascade_drop: { type: 'bool', default: false },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  subjects: ({ name, base }) => [`schema ${base}.${name}`, `database ${base}*`],
  apply,
  finish: (_args, _state, made, applied) => {
    if (applied.code === 0) return { result: made.result, changed: true };
    const msg = `Database query failed: ${failureOf({ ...applied, stdout: '' })}`;
    return { result: { msg }, changed: false, failed: msg };
  },
};
