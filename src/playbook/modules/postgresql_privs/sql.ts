import { postgresName, postgresText } from '../postgresql/quote.ts';
import type { PrivsArgs } from './arguments.ts';

const nameIn = (column: string, names: readonly string[]): string =>
  `${column} IN (${names.map(postgresText).join(', ') || "''"})`;

/** An access list, as a row with what it is about. */
const row = (label: string, list: string, from: string, where: string): string =>
  `SELECT json_build_object('on', ${label}, 'access', ${list}::text) FROM ${from} WHERE ${where} ORDER BY 1::text;`;

const relations = (args: PrivsArgs, kinds: string): string =>
  row(
    "n.nspname || '.' || c.relname",
    'c.relacl',
    'pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace',
    `n.nspname = ${postgresText(args.schema ?? '')} AND c.relkind IN (${kinds})${args.all ? '' : ` AND ${nameIn('c.relname', args.objs)}`}`,
  );

const functions = (args: PrivsArgs): string =>
  row(
    'p.oid::regprocedure::text',
    'p.proacl',
    'pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace',
    `n.nspname = ${postgresText(args.schema ?? '')}${
      args.all
        ? ''
        : ` AND ${nameIn(
            'p.proname',
            args.objs.map((one) => functionName(one)),
          )}`
    }`,
  );

const functionName = (signature: string): string => signature.slice(0, signature.indexOf('('));

const catalogs: Readonly<Record<string, readonly [string, string, string]>> = {
  schema: ['nspname', 'nspacl', 'pg_namespace'],
  language: ['lanname', 'lanacl', 'pg_language'],
  tablespace: ['spcname', 'spcacl', 'pg_tablespace'],
  database: ['datname', 'datacl', 'pg_database'],
  foreign_data_wrapper: ['fdwname', 'fdwacl', 'pg_foreign_data_wrapper'],
  foreign_server: ['srvname', 'srvacl', 'pg_foreign_server'],
};

/** Asks for every access list the statements may change. */
export const accessQuestion = (args: PrivsArgs): string => {
  switch (args.type) {
    case 'table':
      return relations(args, "'r', 'p', 'v', 'm', 'f'");
    case 'sequence':
      return relations(args, "'S'");
    case 'function':
    case 'procedure':
      return functions(args);
    case 'type':
      return row(
        "n.nspname || '.' || t.typname",
        't.typacl',
        'pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace',
        `n.nspname = ${postgresText(args.schema ?? '')} AND ${nameIn('t.typname', args.objs)}`,
      );
    case 'group':
      return row(
        'g.rolname',
        "(SELECT string_agg(pg_get_userbyid(m.member) || CASE WHEN m.admin_option THEN '*' ELSE '' END, ',' ORDER BY pg_get_userbyid(m.member)) FROM pg_auth_members m WHERE m.roleid = g.oid)",
        'pg_roles g',
        nameIn('g.rolname', args.objs),
      );
    case 'default_privs':
      return row(
        "concat_ws(' ', pg_get_userbyid(d.defaclrole), d.defaclnamespace::regnamespace, d.defaclobjtype)",
        'd.defaclacl',
        'pg_default_acl d',
        'true',
      );
    default: {
      const [name = '', list = '', from = ''] = catalogs[args.type] ?? [];
      return row(name, list, from, nameIn(name, args.objs));
    }
  }
};

const objectName = (args: PrivsArgs, name: string): string => {
  const schema = args.schema === undefined ? '' : `${postgresName(args.schema)}.`;
  if (args.type === 'function' || args.type === 'procedure')
    return `${schema}${postgresName(functionName(name))}${name.slice(name.indexOf('('))}`;
  return args.type === 'table' || args.type === 'sequence' || args.type === 'type'
    ? `${schema}${postgresName(name)}`
    : postgresName(name);
};

const whatOf = (args: PrivsArgs): string => {
  if (args.type === 'group') return args.objs.map(postgresName).join(', ');
  const privs = args.privs.join(', ');
  if (args.all) return `${privs} ON ALL ${args.type.toUpperCase()}S IN SCHEMA ${postgresName(args.schema ?? '')}`;
  const names = args.objs.map((name) => objectName(args, name)).join(', ');
  return `${privs} ON ${args.type.toUpperCase().replaceAll('_', ' ')} ${names}`;
};

const plainStatements = (args: PrivsArgs, whom: string): readonly string[] => {
  const [what, option] = [whatOf(args), args.type === 'group' ? 'ADMIN' : 'GRANT'];
  if (!args.present) return [`REVOKE ${what} FROM ${whom}`];
  return [
    `GRANT ${what} TO ${whom}${args.grantOption === true ? ` WITH ${option} OPTION` : ''}`,
    ...(args.grantOption === false ? [`REVOKE ${option} OPTION FOR ${what} FROM ${whom}`] : []),
  ];
};

/* As Ansible does it: what was the default goes first, so that it becomes exactly this. */
const defaultStatements = (args: PrivsArgs, whom: string): readonly string[] => {
  const whose = args.targets.length === 0 ? '' : ` FOR ROLE ${args.targets.map(postgresName).join(', ')}`;
  const where = args.schema === undefined ? '' : ` IN SCHEMA ${postgresName(args.schema)}`;
  const [begin, privs] = [`ALTER DEFAULT PRIVILEGES${whose}${where}`, args.privs.join(', ')];
  if (!args.present) return args.objs.map((one) => `${begin} REVOKE ${privs} ON ${one} FROM ${whom}`);
  const end = args.grantOption === true ? ' WITH GRANT OPTION' : '';
  return [
    ...args.objs.map((one) => `${begin} REVOKE ALL ON ${one} FROM ${whom}`),
    ...args.objs.map((one) => `${begin} GRANT ${privs} ON ${one} TO ${whom}${end}`),
    ...(args.usageOnTypes ? [`${begin} GRANT USAGE ON TYPES TO ${whom}${end}`] : []),
  ];
};

/** The statements for these roles, which are there; none when nobody is left. */
export const grantStatements = (args: PrivsArgs, roles: readonly string[] | 'PUBLIC'): readonly string[] => {
  const whom = roles === 'PUBLIC' ? 'PUBLIC' : roles.map(postgresName).join(', ');
  if (whom === '' || (args.objs.length === 0 && !args.all)) return [];
  return args.type === 'default_privs' ? defaultStatements(args, whom) : plainStatements(args, whom);
};

const place = 'quarterdeck_whom';

/**
 * SQL that tries the statements and takes them back: what they would make of the access lists is only the server's to
 * say. The roles that are there take the place of a mark.
 */
export const trialSql = (args: PrivsArgs): string => {
  const lines = grantStatements(args, args.roles === 'PUBLIC' ? 'PUBLIC' : [place]).map((statement) =>
    args.roles === 'PUBLIC'
      ? `${statement};`
      : `SELECT replace(${postgresText(statement)}, ${postgresText(postgresName(place))}, whom) FROM (SELECT string_agg(quote_ident(rolname), ', ') AS whom FROM pg_roles WHERE ${nameIn('rolname', args.roles)}) AS them WHERE whom IS NOT NULL \\gexec`,
  );
  return ['BEGIN;', ...lines, accessQuestion(args), 'ROLLBACK;'].join('\n');
};

/** Asks which of the roles are there. */
export const rolesQuestion = (args: PrivsArgs): string =>
  `SELECT json_build_object('role', rolname) FROM pg_roles WHERE ${nameIn('rolname', args.roles === 'PUBLIC' ? [] : args.roles)};`;
