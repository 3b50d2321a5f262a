import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { type Login, loginArguments, loginOf } from '../postgresql/client.ts';
import { wrong } from '../state/wrong.ts';

const types = [
  ...['table', 'sequence', 'function', 'procedure', 'database', 'schema', 'language', 'tablespace', 'group'],
  ...['default_privs', 'foreign_data_wrapper', 'foreign_server', 'type'],
];

/** The arguments of `postgresql_privs`. */
export const privsArguments = {
  ...loginArguments,
  database: { type: 'str', required: true, aliases: ['db', 'login_db'] },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  privs: { type: 'str', aliases: ['priv'] },
  type: { type: 'str', default: 'table', choices: types },
  objs: { type: 'str', aliases: ['obj'] },
  schema: { type: 'str' },
  roles: { type: 'str', required: true, aliases: ['role'] },
  target_roles: { type: 'str' },
  grant_option: { type: 'bool', aliases: ['admin_option'] },
  password: { type: 'str', default: '' },
  fail_on_role: { type: 'bool', default: true },
  usage_on_types: { type: 'bool', default: true },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `postgresql_privs`. */
export interface PrivsArgs {
  readonly login: Login;
  readonly present: boolean;
  readonly type: string;
  /** Empty for a group. */
  readonly privs: readonly string[];
  readonly objs: readonly string[];
  /** Everything of that type in the schema. */
  readonly all: boolean;
  readonly schema: string | undefined;
  /** `PUBLIC` alone means everybody. */
  readonly roles: readonly string[] | 'PUBLIC';
  readonly targets: readonly string[];
  readonly grantOption: boolean | undefined;
  readonly failsOnRole: boolean;
  readonly usageOnTypes: boolean;
}

const known = new Set([
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'CREATE', 'CONNECT', 'TEMPORARY'],
  ...['TEMP', 'EXECUTE', 'USAGE', 'ALL'],
]);

const defaults: Readonly<Record<string, readonly string[]>> = {
  TABLES: ['ALL', 'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
  SEQUENCES: ['ALL', 'SELECT', 'UPDATE', 'USAGE'],
  FUNCTIONS: ['ALL', 'EXECUTE'],
  TYPES: ['ALL', 'USAGE'],
  SCHEMAS: ['ALL', 'CREATE', 'USAGE'],
};

const inSchema = new Set(['table', 'sequence', 'function', 'procedure', 'type', 'default_privs']);

const wrongly = (en: string, fr: string): Error => wrong(`postgresql_privs: ${en}`, `postgresql_privs : ${fr}`);

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

const privsOf = (type: string, text: string): readonly string[] => {
  const privs = listOf(text.toUpperCase());
  if (type === 'group' && privs.length > 0) throw wrongly('a group takes no privs.', 'un groupe ne prend pas privs.');
  if (type !== 'group' && privs.length === 0) throw wrongly('privs is needed.', 'il faut privs.');
  const strange = privs.find((one) => !known.has(one));
  if (strange === undefined) return privs;
  throw wrongly(`“${strange}” is not a privilege.`, `« ${strange} » n’est pas un privilège.`);
};

const schemaOf = (args: JsonObject, type: string, objs: string): string | undefined => {
  const { schema } = args;
  if (inSchema.has(type))
    return objs === 'schemas' || schema === 'not-specified' ? undefined : String(schema ?? 'public') || 'public';
  if (schema === undefined || schema === '') return undefined;
  throw wrongly(`schema does not go with type=${type}.`, `schema ne va pas avec type=${type}.`);
};

const defaultObjects = (objs: string, privs: readonly string[]): readonly string[] => {
  if (objs === 'ALL_DEFAULT') return defaultObjects('TABLES,SEQUENCES,FUNCTIONS,TYPES', privs);
  const names = listOf(objs.toUpperCase());
  const strange = names.find((name) => defaults[name] === undefined);
  if (strange !== undefined)
    throw wrongly(
      `objs of default_privs are among ${Object.keys(defaults).join(', ')}, and “${strange}” is not.`,
      `objs de default_privs est parmi ${Object.keys(defaults).join(', ')}, et « ${strange} » n’en est pas.`,
    );
  const without = names.find((name) => privs.some((one) => defaults[name]?.includes(one) !== true));
  if (without === undefined) return names;
  throw wrongly(
    `${privs.join(', ')} cannot be the default of ${without}.`,
    `${privs.join(', ')} ne peut être le défaut de ${without}.`,
  );
};

/* The types between the parentheses are SQL: words, commas, brackets and quoted names, nothing else. */
const signature = /^[^()]+\((?:[\w\s.,[\]]|"[^"]*")*\)$/;

const objectsOf = (args: JsonObject, type: string, privs: readonly string[]): readonly string[] => {
  const text = String(args.objs ?? '');
  if (text === '' && type === 'database') return [String(args.database)];
  if (text === '') throw wrongly(`objs is needed with type=${type}.`, `il faut objs avec type=${type}.`);
  if (type === 'default_privs') return defaultObjects(text, privs);
  if (type !== 'function' && type !== 'procedure') return listOf(text);
  const names = listOf(text).map((one) => one.replaceAll(':', ','));
  const strange = names.find((one) => !signature.test(one));
  if (strange === undefined) return names;
  throw wrongly(`“${strange}” is not like name(type:type).`, `« ${strange} » n’est pas de la forme nom(type:type).`);
};

/** Checks the arguments. Throws a Fault for those that do not go together. */
export const preparePrivs = (args: JsonObject): PrivsArgs => {
  const type = String(args.type ?? 'table');
  const objs = String(args.objs ?? '');
  const all = objs === 'ALL_IN_SCHEMA';
  if (all && !['table', 'sequence', 'function', 'procedure'].includes(type))
    throw wrongly(`ALL_IN_SCHEMA does not go with type=${type}.`, `ALL_IN_SCHEMA ne va pas avec type=${type}.`);
  if (args.password !== '' && args.login_password !== '')
    throw wrongly('password or login_password, not both.', 'password ou login_password, pas les deux.');
  const privs = privsOf(type, String(args.privs ?? ''));
  const roles = String(args.roles);
  const schema = schemaOf(args, type, objs);
  if (schema === undefined && type !== 'default_privs' && inSchema.has(type))
    throw wrongly(`type=${type} needs a schema.`, `type=${type} demande schema.`);
  return {
    login: loginOf(
      args.login_password === '' ? { ...args, login_password: args.password ?? '' } : args,
      String(args.database),
    ),
    present: args.state !== 'absent',
    type,
    privs,
    objs: all ? [] : objectsOf(args, type, privs),
    all,
    schema,
    roles: roles.toUpperCase() === 'PUBLIC' ? 'PUBLIC' : listOf(roles),
    targets: listOf(String(args.target_roles ?? '')),
    grantOption: typeof args.grant_option === 'boolean' ? args.grant_option : undefined,
    failsOnRole: args.fail_on_role !== false,
    usageOnTypes: args.usage_on_types !== false,
  };
};
