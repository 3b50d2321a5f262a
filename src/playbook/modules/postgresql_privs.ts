import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import { postgresAsk, postgresBeginning, postgresLine, readPostgres, rowsIn } from './postgresql/client.ts';
import { type PrivsArgs, preparePrivs, privsArguments } from './postgresql_privs/arguments.ts';
import { accessQuestion, grantStatements, rolesQuestion, trialSql } from './postgresql_privs/sql.ts';
import { failureOf } from './state/fields.ts';

type Access = ReadonlyMap<string, string | null>;

interface PrivsState {
  readonly failed?: string;
  readonly roles: readonly string[];
  readonly now: Access;
  /** What the statements would make of it. */
  readonly after: Access;
}

const probe = (args: PrivsArgs, quote: Quote): string =>
  [
    postgresBeginning(args.login, quote),
    postgresAsk(args.login, 'roles', rolesQuestion(args), quote),
    postgresAsk(args.login, 'now', accessQuestion(args), quote),
    `if o=$({ ${postgresLine(args.login, trialSql(args), quote)}; } 2>&1); then printf '%s\\n' "$o" | say after; else printf '%s\\n' "$o" | say refused; fi`,
    'echo end',
  ].join('\n');

const accessOf = (text: string): Access =>
  new Map(rowsIn(text).map(({ on, access }) => [String(on), typeof access === 'string' ? access : null]));

const missing = (args: PrivsArgs, roles: readonly string[]): string | undefined =>
  args.roles === 'PUBLIC' ? undefined : args.roles.find((name) => !roles.includes(name));

const read = (output: Applied, args: PrivsArgs): PrivsState => {
  const { fields, failed } = readPostgres(output, 'postgresql_privs');
  const roles = rowsIn(fields.raw('roles') ?? '').map(({ role }) => String(role));
  const absent = missing(args, roles);
  const why =
    failed ??
    (absent !== undefined && args.failsOnRole ? `Role '${absent}' does not exist` : undefined) ??
    (roles.length === 0 && args.roles !== 'PUBLIC' ? undefined : fields.raw('refused')?.trim().slice(-500));
  return {
    ...(why !== undefined && { failed: why }),
    roles,
    now: accessOf(fields.raw('now') ?? ''),
    after: accessOf(fields.raw('after') ?? ''),
  };
};

const there = (args: PrivsArgs, state: PrivsState): readonly string[] | 'PUBLIC' =>
  args.roles === 'PUBLIC' ? 'PUBLIC' : args.roles.filter((name) => state.roles.includes(name));

const subjectOf = (args: PrivsArgs, on: string): string => `access ${args.login.database} ${args.type} ${on}`;

const differencesOf = (args: PrivsArgs, { now, after: made }: PrivsState): readonly FoundDifference[] =>
  [...new Set([...now.keys(), ...made.keys()])].flatMap((on) => {
    const [before, after] = [now.get(on) ?? null, made.get(on) ?? null];
    return before === after ? [] : [{ subject: subjectOf(args, on), aspect: 'access', before, after }];
  });

const plan = (args: PrivsArgs, state: PrivsState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const statements = grantStatements(args, there(args, state));
  if (statements.length === 0) return { differences: [], result: { queries: [] } };
  return {
    differences: differencesOf(args, state),
    result: { queries: [statements.map((one) => `${one};`).join('\n')] } satisfies JsonObject,
  };
};

const apply = (args: PrivsArgs, state: PrivsState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const sql = grantStatements(args, there(args, state)).map((one) => `${one};`);
  const line = postgresLine(args.login, sql.join('\n'), quote, ' --quiet --single-transaction');
  return { script: `${postgresBeginning(args.login, quote)}\n${line}` };
};

/** Who may do what with objects of PostgreSQL, by default too, and who is in which group. */
export const postgresqlPrivs: Module<PrivsArgs, PrivsState> = {
  name: 'postgresql_privs',
  args: privsArguments,
  freeForm: 'kv',
  prepare: preparePrivs,
  probe,
  read,
  plan,
  subjects: (args) => [
    `access ${args.login.database} ${args.type} *`,
    ...(args.roles === 'PUBLIC' ? [] : args.roles.map((name) => `role ${name}*`)),
    ...(args.type === 'group' ? args.objs.map((name) => `role ${name}*`) : []),
    ...(args.type === 'schema' ? args.objs.map((name) => `schema ${args.login.database}.${name}*`) : []),
    `database ${args.type === 'database' ? (args.objs[0] ?? '') : args.login.database}*`,
  ],
  apply,
  finish: (_args, _state, made, applied) => {
    if (applied.code === 0) return { result: made.result, changed: true };
    const msg = failureOf({ ...applied, stdout: '' });
    return { result: { msg }, changed: false, failed: msg };
  },
};
