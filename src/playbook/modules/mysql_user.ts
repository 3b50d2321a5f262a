import { createHash } from 'node:crypto';
import type { JsonObject } from '#core/json.ts';
import type { Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import {
  type Login,
  loginArguments,
  loginOf,
  mysqlAsk,
  mysqlBeginning,
  mysqlLine,
  mysqlRows,
  readMysql,
} from './mysql/client.ts';
import {
  type PrivilegeChange,
  type Privileges,
  presentPrivileges,
  privilegeChanges,
  privilegeSql,
  wantedPrivileges,
} from './mysql/privileges.ts';
import { mysqlText } from './mysql/quote.ts';
import { failureOf } from './state/fields.ts';
import { wrong } from './state/wrong.ts';

interface UserArgs {
  readonly login: Login;
  readonly user: string;
  readonly host: string;
  readonly everyHost: boolean;
  readonly absent: boolean;
  /** The password's hash; only that goes to the server. */
  readonly hash?: string;
  readonly plugin?: string;
  readonly pluginHash?: string;
  readonly privileges?: Privileges;
  readonly how: 'replace' | 'append' | 'subtract';
  readonly keepsPassword: boolean;
  readonly logged: boolean;
}

interface Account {
  readonly host: string;
  readonly plugin: string;
  readonly hashes: readonly string[];
  readonly privileges: Privileges;
}

interface UserState {
  readonly failed?: string;
  readonly accounts: readonly Account[];
}

interface Step {
  readonly difference: FoundDifference;
  readonly sql: readonly string[];
}

const sha1 = (value: Buffer | string): Buffer => createHash('sha1').update(value).digest();

/* The server knows a password by the hash of its hash. */
const hashOf = (args: JsonObject): string | undefined => {
  const { password } = args;
  if (typeof password !== 'string' || password === '') return undefined;
  if (args.encrypted !== true) return `*${sha1(sha1(password)).toString('hex').toUpperCase()}`;
  if (/^\*[0-9A-Fa-f]{40}$/.test(password)) return password.toUpperCase();
  throw wrong(
    'mysql_user: encrypted was specified, but the password is not a hash like *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19.',
    'mysql_user : avec encrypted, le mot de passe doit être un condensat comme *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19.',
  );
};

const prepare = (args: JsonObject): UserArgs => {
  if (args.append_privs === true && args.subtract_privs === true)
    throw wrong(
      'mysql_user: append_privs and subtract_privs exclude each other.',
      'mysql_user : append_privs ou subtract_privs, pas les deux.',
    );
  const hash = hashOf(args);
  const { plugin, plugin_hash_string: pluginHash } = args;
  if (typeof plugin === 'string' && !/^\w+$/.test(plugin))
    throw wrong(`mysql_user: “${plugin}” is not a plugin.`, `mysql_user : « ${plugin} » n’est pas un plugin.`);
  const how = args.append_privs === true ? 'append' : args.subtract_privs === true ? 'subtract' : 'replace';
  return {
    login: loginOf(args),
    user: String(args.user),
    host: String(args.host ?? 'localhost').toLowerCase(),
    everyHost: args.host_all === true,
    absent: args.state === 'absent',
    ...(hash !== undefined && { hash }),
    ...(typeof plugin === 'string' && { plugin }),
    ...(typeof pluginHash === 'string' && { pluginHash }),
    ...(args.priv !== undefined &&
      args.priv !== null && { privileges: wantedPrivileges(args.priv, how !== 'subtract') }),
    how,
    keepsPassword: args.update_password === 'on_create',
    logged: args.sql_log_bin !== false,
  };
};

const where = (args: UserArgs): string =>
  `FROM mysql.user WHERE User = ${mysqlText(args.user)}${args.everyHost ? '' : ` AND Host = ${mysqlText(args.host)}`}`;

/* Older servers keep hashes in one column, newer ones in another, some in both. */
const probe = (args: UserArgs, quote: Quote): string =>
  [
    mysqlBeginning(args.login, quote),
    mysqlAsk('version', 'SELECT VERSION();', quote),
    `o=$(${mysqlLine(`SELECT Host, plugin, authentication_string, Password ${where(args)};`, quote)} 2>/dev/null) || o=$(${mysqlLine(`SELECT Host, plugin, authentication_string ${where(args)};`, quote)} 2>"$D/error") || { say down <"$D/error"; echo end; exit 0; }`,
    `printf '%s\\n' "$o" | say accounts`,
    `${mysqlLine(`SELECT CONCAT('SHOW GRANTS FOR ', QUOTE(User), '@', QUOTE(Host), ';') ${where(args)};`, quote, ' --raw')} 2>/dev/null >"$D/ask"`,
    'my <"$D/ask" 2>/dev/null | say grants',
    'echo end',
  ].join('\n');

const toHost = (line: string): string | undefined =>
  / TO (['`])(?:(?!\1).|\1\1)*\1@(['`])((?:(?!\2).|\2\2)*)\2/s.exec(line)?.[3]?.toLowerCase();

const read: Module<UserArgs, UserState>['read'] = (output) => {
  const { fields, failed } = readMysql(output, 'mysql_user');
  if (failed !== undefined) return { failed, accounts: [] };
  const grants = mysqlRows(fields, 'grants').map(([line = '']) => line);
  return {
    accounts: mysqlRows(fields, 'accounts').map(([host = '', plugin = '', ...hashes]) => ({
      host,
      plugin,
      hashes: hashes.filter((one) => one !== '' && one !== 'NULL'),
      privileges: presentPrivileges(grants.filter((line) => toHost(line) === host.toLowerCase())),
    })),
  };
};

const accountName = (args: UserArgs, host: string): string => `${mysqlText(args.user)}@${mysqlText(host)}`;

const shown = (list: readonly string[]): string => (list.length === 0 ? 'nothing' : list.join(', '));

const privilegeStep = (args: UserArgs, host: string, change: PrivilegeChange): Step => {
  const taken = new Set(change.revoke);
  const after = [...change.before.filter((one) => !taken.has(one) && one !== 'USAGE'), ...change.grant];
  return {
    difference: {
      subject: `database user ${args.user}@${host}`,
      aspect: `privileges on ${change.object}`,
      before: shown(change.before.filter((one) => one !== 'USAGE')),
      after: shown(change.grant.includes('ALL') ? ['ALL', ...after.filter((one) => one === 'GRANT')] : after),
    },
    sql: privilegeSql(change, accountName(args, host)),
  };
};

const privilegeSteps = (args: UserArgs, host: string, present: Privileges): readonly Step[] =>
  args.privileges === undefined
    ? []
    : privilegeChanges(present, args.privileges, args.how, args.user).map((change) =>
        privilegeStep(args, host, change),
      );

const identified = (args: UserArgs): string => {
  if (args.hash !== undefined) return ` IDENTIFIED WITH mysql_native_password AS ${mysqlText(args.hash)}`;
  if (args.plugin === undefined) return '';
  return ` IDENTIFIED WITH ${args.plugin}${args.pluginHash === undefined ? '' : ` AS ${mysqlText(args.pluginHash)}`}`;
};

const newSteps = (args: UserArgs): readonly Step[] => [
  {
    difference: {
      subject: `database user ${args.user}@${args.host}`,
      aspect: 'state',
      before: 'absent',
      after: 'present',
      sealed: identified(args),
    },
    sql: [`CREATE USER ${accountName(args, args.host)}${identified(args)};`],
  },
  ...(args.how === 'subtract' ? [] : privilegeSteps(args, args.host, new Map())),
];

const accountSteps = (args: UserArgs, account: Account): readonly Step[] => {
  const subject = `database user ${args.user}@${account.host}`;
  const alter = [`ALTER USER ${accountName(args, account.host)}${identified(args)};`];
  const password =
    args.hash !== undefined && !args.keepsPassword && !account.hashes.some((one) => one.toUpperCase() === args.hash);
  const other =
    args.hash === undefined &&
    args.plugin !== undefined &&
    !args.keepsPassword &&
    (account.plugin !== args.plugin || (args.pluginHash !== undefined && !account.hashes.includes(args.pluginHash)));
  return [
    ...(password
      ? [
          {
            difference: { subject, aspect: 'password', before: 'another', after: 'set', sealed: args.hash ?? '' },
            sql: alter,
          },
        ]
      : []),
    ...(other
      ? [
          {
            difference: {
              subject,
              aspect: 'plugin',
              before: account.plugin,
              after: args.plugin ?? '',
              sealed: args.pluginHash ?? '',
            },
            sql: alter,
          },
        ]
      : []),
    ...privilegeSteps(args, account.host, account.privileges),
  ];
};

const stepsOf = (args: UserArgs, { accounts }: UserState): readonly Step[] => {
  if (args.absent)
    return accounts.map(({ host }) => ({
      difference: {
        subject: `database user ${args.user}@${host}`,
        aspect: 'state',
        before: 'present',
        after: 'absent',
      },
      sql: [`DROP USER ${accountName(args, host)};`],
    }));
  return accounts.length === 0 ? newSteps(args) : accounts.flatMap((account) => accountSteps(args, account));
};

const messageOf = (args: UserArgs, state: UserState, steps: readonly Step[]): string => {
  if (args.absent) return steps.length === 0 ? "User doesn't exist" : 'User deleted';
  if (state.accounts.length === 0) return 'User added';
  if (steps.length === 0) return 'User unchanged';
  return steps.some(({ difference }) => difference.aspect === 'password')
    ? 'Password updated (new style)'
    : 'Privileges updated';
};

const plan = (args: UserArgs, state: UserState): ModulePlan => {
  const every =
    args.everyHost && !args.absent && state.failed === undefined && state.accounts.length === 0
      ? 'host_all parameter cannot be used when adding a user'
      : undefined;
  const failed = state.failed ?? every;
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  const steps = stepsOf(args, state);
  const added = !args.absent && state.accounts.length === 0;
  const password = added || steps.some(({ difference }) => ['password', 'plugin'].includes(difference.aspect));
  return {
    differences: steps.map((step) => step.difference),
    result: { user: args.user, msg: messageOf(args, state, steps), password_changed: password },
  };
};

const apply = (args: UserArgs, state: UserState, _plan: ModulePlan, quote: Quote): Apply | undefined => {
  const sql = stepsOf(args, state).flatMap((step) => step.sql);
  if (sql.length === 0) return undefined;
  const whole = [...(args.logged ? [] : ['SET SQL_LOG_BIN = 0;']), ...new Set(sql)].join('\n');
  return { script: `${mysqlBeginning(args.login, quote)}\n${mysqlLine(whole, quote)}` };
};

/** An account of MySQL or MariaDB: its password and privileges. */
export const mysqlUser: Module<UserArgs, UserState> = {
  name: 'mysql_user',
  args: {
    ...loginArguments,
    user: { type: 'str', required: true, aliases: ['name'] },
    password: { type: 'str' },
    encrypted: { type: 'bool', default: false },
    host: { type: 'str', default: 'localhost' },
    host_all: { type: 'bool', default: false },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
    priv: { type: 'raw' },
    append_privs: { type: 'bool', default: false },
    subtract_privs: { type: 'bool', default: false },
    update_password: { type: 'str', default: 'always', choices: ['always', 'on_create'] },
    sql_log_bin: { type: 'bool', default: true },
    plugin: { type: 'str' },
    plugin_hash_string: { type: 'str' },
    /** Columns are compared without their case, and granted as they are written; this has no effect. */
    column_case_sensitive: { type: 'bool' },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  apply,
  finish: (_args, _state, made, applied) => {
    if (applied.code === 0) return { result: made.result, changed: true };
    const msg = failureOf({ ...applied, stdout: '' });
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  },
};
