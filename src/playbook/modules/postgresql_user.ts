import type { JsonObject } from '#core/json.ts';
import type { Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import {
  jsonLines,
  type Login,
  loginArguments,
  loginOf,
  postgresAsk,
  postgresBeginning,
  postgresLine,
  readPostgres,
} from './postgresql/client.ts';
import { type Grant, grantSteps, grantsOf, grantsQuestion, type Held, readHeld } from './postgresql/grants.ts';
import { isStored } from './postgresql/password.ts';
import { postgresName, postgresText } from './postgresql/quote.ts';
import { failureOf } from './state/fields.ts';
import { wrong } from './state/wrong.ts';

interface RoleArgs {
  readonly login: Login;
  readonly name: string;
  readonly absent: boolean;
  readonly password?: string;
  readonly keepsPassword: boolean;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly expires?: string;
  readonly limit?: number;
  readonly comment?: string;
  readonly failsOnUser: boolean;
  readonly grants: readonly Grant[];
  readonly groups: readonly string[];
}

interface RoleState {
  readonly failed?: string;
  readonly role?: JsonObject;
  readonly held: Held;
}

interface Step {
  readonly difference: FoundDifference;
  /** A piece of `ALTER ROLE`, or a statement of its own. */
  readonly piece?: string;
  readonly statement?: string;
}

const flagColumns: Readonly<Record<string, string>> = {
  SUPERUSER: 'rolsuper',
  CREATEROLE: 'rolcreaterole',
  CREATEDB: 'rolcreatedb',
  INHERIT: 'rolinherit',
  LOGIN: 'rolcanlogin',
  REPLICATION: 'rolreplication',
  BYPASSRLS: 'rolbypassrls',
};

const flagsOf = (text: string): Readonly<Record<string, boolean>> =>
  Object.fromEntries(
    text
      .split(',')
      .map((one) => one.trim().toUpperCase())
      .filter((one) => one !== '')
      .map((one): [string, boolean] => {
        if (flagColumns[one] !== undefined) return [one, true];
        const bare = one.replace(/^NO/, '');
        if (one.startsWith('NO') && flagColumns[bare] !== undefined) return [bare, false];
        throw wrong(
          `postgresql_user: “${one}” is none of ${Object.keys(flagColumns).join(', ')}, with or without NO in front.`,
          `postgresql_user : « ${one} » n’est pas parmi ${Object.keys(flagColumns).join(', ')}, avec ou sans NO devant.`,
        );
      }),
  );

const prepare = (args: JsonObject): RoleArgs => {
  const { password, expires, conn_limit: limit, comment } = args;
  if (args.encrypted === false)
    throw wrong(
      'postgresql_user: PostgreSQL keeps no password unencrypted; leave encrypted out.',
      'postgresql_user : PostgreSQL ne garde aucun mot de passe en clair ; retirez encrypted.',
    );
  return {
    login: loginOf(args, typeof args.db === 'string' && args.db !== '' ? args.db : 'postgres'),
    name: String(args.user),
    absent: args.state === 'absent',
    ...(typeof password === 'string' && { password }),
    keepsPassword: args.no_password_changes === true,
    flags: flagsOf(String(args.role_attr_flags ?? '')),
    ...(typeof expires === 'string' && { expires }),
    ...(typeof limit === 'number' && { limit }),
    ...(typeof comment === 'string' && { comment }),
    failsOnUser: args.fail_on_user !== false,
    grants: grantsOf(args.priv, String(args.db ?? '')),
    groups: Array.isArray(args.groups) ? args.groups.map((one) => String(one).trim()) : [],
  };
};

/* Only a superuser sees what is stored of passwords; others find out that they may not look. */
const probe = (args: RoleArgs, quote: Quote): string => {
  const when = args.expires === undefined ? 'NULL' : `${postgresText(args.expires)}::timestamptz`;
  const columns = Object.values(flagColumns).map((column) => `'${column}', r.${column}`);
  const role = `SELECT json_build_object(${columns.join(', ')}, 'limit', r.rolconnlimit, 'until', r.rolvaliduntil::text,
  'same_until', r.rolvaliduntil IS NOT DISTINCT FROM (${when}), 'comment', shobj_description(r.oid, 'pg_authid'))
FROM pg_roles r WHERE r.rolname = ${postgresText(args.name)};`;
  const held = grantsQuestion(args.name, args.grants, args.groups);
  const stored = `SELECT json_build_object('stored', rolpassword) FROM pg_authid WHERE rolname = ${postgresText(args.name)};`;
  return [
    postgresBeginning(args.login, quote),
    postgresAsk(args.login, 'role', role, quote),
    ...(args.password === undefined
      ? []
      : [`{ ${postgresLine(args.login, stored, quote)}; } 2>/dev/null | say stored`]),
    ...(held === '' ? [] : [postgresAsk(args.login, 'held', held, quote)]),
    'echo end',
  ].join('\n');
};

const object = (text: string): JsonObject | undefined => {
  const first = jsonLines(text)[0];
  return typeof first === 'object' && first !== null && !Array.isArray(first) ? (first as JsonObject) : undefined;
};

const read: Module<RoleArgs, RoleState>['read'] = (output, args) => {
  const { fields, failed } = readPostgres(output, 'postgresql_user');
  const role = object(fields.raw('role') ?? '');
  const stored = object(fields.raw('stored') ?? '');
  const held = readHeld(fields.raw('held') ?? '', args.grants);
  const group = args.absent ? undefined : args.groups.find((name) => !held.groups.has(name));
  const why = failed ?? (group === undefined ? undefined : `Role ${group} does not exist`);
  return {
    ...(why !== undefined && { failed: why }),
    held,
    ...(role !== undefined && { role: { ...role, ...(stored ?? { unseen: true }) } }),
  };
};

const passwordPiece = (password: string): string => `PASSWORD ${password === '' ? 'NULL' : postgresText(password)}`;

const flagPiece = ([name, value]: readonly [string, boolean]): string => `${value ? '' : 'NO'}${name}`;

const passwordSteps = (args: RoleArgs, role: JsonObject): readonly Step[] => {
  const { password } = args;
  if (password === undefined || args.keepsPassword) return [];
  const stored = typeof role.stored === 'string' ? role.stored : undefined;
  if (role.unseen !== true && isStored(args.name, password, stored)) return [];
  const subject = `role ${args.name}`;
  const before = role.unseen === true ? 'unknown' : stored === undefined ? 'none' : 'another';
  return [
    {
      difference: { subject, aspect: 'password', before, after: password === '' ? 'none' : 'set', sealed: password },
      piece: passwordPiece(password),
    },
  ];
};

const commentSteps = (args: RoleArgs, role: JsonObject | undefined): readonly Step[] => {
  if (args.comment === undefined || (role?.comment ?? '') === args.comment) return [];
  return [
    {
      difference: { subject: `role ${args.name}`, aspect: 'comment', before: role?.comment ?? '', after: args.comment },
      statement: `COMMENT ON ROLE ${postgresName(args.name)} IS ${postgresText(args.comment)};`,
    },
  ];
};

const alterSteps = (args: RoleArgs, role: JsonObject): readonly Step[] => {
  const subject = `role ${args.name}`;
  const flags = Object.entries(args.flags).filter(([name, value]) => role[flagColumns[name] ?? ''] !== value);
  const expires = args.expires !== undefined && role.same_until !== true && !args.keepsPassword;
  const limit = args.limit !== undefined && role.limit !== args.limit && !args.keepsPassword;
  return [
    ...passwordSteps(args, role),
    ...flags.map(([name, value]) => ({
      difference: { subject, aspect: name.toLowerCase(), before: !value, after: value },
      piece: flagPiece([name, value]),
    })),
    ...(expires
      ? [
          {
            difference: { subject, aspect: 'expires', before: role.until ?? null, after: args.expires ?? '' },
            piece: `VALID UNTIL ${postgresText(args.expires ?? '')}`,
          },
        ]
      : []),
    ...(limit
      ? [
          {
            difference: { subject, aspect: 'conn_limit', before: role.limit ?? -1, after: args.limit ?? -1 },
            piece: `CONNECTION LIMIT ${args.limit ?? -1}`,
          },
        ]
      : []),
    ...commentSteps(args, role),
  ];
};

const newSteps = (args: RoleArgs): readonly Step[] => {
  const pieces = [
    'LOGIN',
    ...(args.password === undefined || args.password === '' ? [] : [passwordPiece(args.password)]),
    ...(args.expires === undefined ? [] : [`VALID UNTIL ${postgresText(args.expires)}`]),
    ...(args.limit === undefined ? [] : [`CONNECTION LIMIT ${args.limit}`]),
    ...Object.entries(args.flags).map(flagPiece),
  ];
  const own = args.flags.LOGIN === undefined ? pieces : pieces.slice(1);
  return [
    {
      difference: { subject: `role ${args.name}`, aspect: 'state', before: 'absent', after: 'present', sealed: own },
      statement: `CREATE ROLE ${postgresName(args.name)} ${own.join(' ')};`,
    },
    ...commentSteps(args, undefined),
  ];
};

const stepsOf = (args: RoleArgs, { role, held }: RoleState): readonly Step[] => {
  const grants = grantSteps(args.name, { ...args, takes: args.absent }, held);
  if (!args.absent) return [...(role === undefined ? newSteps(args) : alterSteps(args, role)), ...grants];
  if (role === undefined) return [];
  const gone = { subject: `role ${args.name}`, aspect: 'state', before: 'present', after: 'absent' };
  return [...grants, { difference: gone, statement: `DROP ROLE ${postgresName(args.name)};` }];
};

const plan = (args: RoleArgs, state: RoleState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const steps = stepsOf(args, state);
  return {
    differences: steps.map((step) => step.difference),
    result: { user: args.name, ...(args.absent && steps.length > 0 && { user_removed: true }) },
  };
};

const apply = (args: RoleArgs, state: RoleState, _plan: ModulePlan, quote: Quote): Apply | undefined => {
  const steps = stepsOf(args, state);
  if (steps.length === 0) return undefined;
  const pieces = steps.flatMap(({ piece }) => (piece === undefined ? [] : [piece]));
  const sql = [
    ...(pieces.length === 0 ? [] : [`ALTER ROLE ${postgresName(args.name)} ${pieces.join(' ')};`]),
    ...steps.flatMap(({ statement }) => (statement === undefined ? [] : [statement])),
  ];
  const line = postgresLine(args.login, sql.join('\n'), quote, ' --quiet --single-transaction');
  return { script: `${postgresBeginning(args.login, quote)}\n${line}` };
};

/** A role of PostgreSQL that may log in: its password and attributes. */
export const postgresqlUser: Module<RoleArgs, RoleState> = {
  name: 'postgresql_user',
  args: {
    ...loginArguments,
    user: { type: 'str', required: true, aliases: ['name'] },
    password: { type: 'str' },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
    db: { type: 'str', default: '', aliases: ['login_db'] },
    fail_on_user: { type: 'bool', default: true, aliases: ['fail_on_role'] },
    role_attr_flags: { type: 'str', default: '' },
    encrypted: { type: 'bool', default: true },
    no_password_changes: { type: 'bool', default: false },
    expires: { type: 'str' },
    conn_limit: { type: 'int' },
    comment: { type: 'str' },
    groups: { type: 'list' },
    priv: { type: 'str' },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  subjects: ({ groups }) => groups.map((name) => `role ${name}*`),
  apply,
  finish: (args, _state, made, applied) => {
    if (applied.code === 0) return { result: made.result, changed: true };
    if (args.absent && !args.failsOnUser) return { result: { user: args.name, user_removed: false }, changed: false };
    const msg = args.absent
      ? `Unable to remove user: ${failureOf({ ...applied, stdout: '' })}`
      : failureOf({ ...applied, stdout: '' });
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  },
};
