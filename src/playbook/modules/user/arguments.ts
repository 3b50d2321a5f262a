import type { Json, JsonObject } from '#core/json.ts';
import { accountName } from '../account/names.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `user`. */
export const userArguments = {
  name: { type: 'str', required: true, aliases: ['user'] },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  uid: { type: 'int' },
  non_unique: { type: 'bool', default: false },
  group: { type: 'str' },
  groups: { type: 'list' },
  append: { type: 'bool', default: false },
  comment: { type: 'str' },
  home: { type: 'path' },
  create_home: { type: 'bool', default: true, aliases: ['createhome'] },
  move_home: { type: 'bool', default: false },
  skeleton: { type: 'str' },
  umask: { type: 'str' },
  shell: { type: 'str' },
  system: { type: 'bool', default: false },
  password: { type: 'str' },
  update_password: { type: 'str', default: 'always', choices: ['always', 'on_create'] },
  password_lock: { type: 'bool' },
  password_expire_max: { type: 'int' },
  password_expire_min: { type: 'int' },
  expires: { type: 'float' },
  force: { type: 'bool', default: false },
  remove: { type: 'bool', default: false },
  generate_ssh_key: { type: 'bool' },
  ssh_key_bits: { type: 'int', default: 0 },
  ssh_key_type: { type: 'str', default: 'rsa' },
  ssh_key_file: { type: 'path' },
  ssh_key_comment: { type: 'str' },
  ssh_key_passphrase: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** The key pair that is to be in the account's home. */
export interface SshKey {
  readonly type: string;
  readonly bits: number;
  /** From the home folder unless it begins with a slash. */
  readonly file: string;
  readonly comment?: string;
  readonly passphrase?: string;
}

/** Prepared arguments of `user`. */
export interface UserArgs {
  readonly name: string;
  readonly present: boolean;
  readonly uid?: number;
  readonly nonUnique: boolean;
  readonly group?: string;
  /** Undefined: not asked for; empty: none. */
  readonly groups?: readonly string[];
  readonly append: boolean;
  readonly comment?: string;
  readonly home?: string;
  readonly createHome: boolean;
  readonly moveHome: boolean;
  readonly skeleton?: string;
  readonly umask?: string;
  readonly shell?: string;
  readonly system: boolean;
  readonly password?: string;
  readonly updatePassword: boolean;
  readonly lock?: boolean;
  readonly maxDays?: number;
  readonly minDays?: number;
  /** Days since 1970 after which the account is closed; -1 for never. */
  readonly expires?: number;
  readonly force: boolean;
  readonly remove: boolean;
  readonly key?: SshKey;
}

/** A field of a line whose fields stand between colons. */
const field = (name: string, value: Json | undefined): string | undefined => {
  if (typeof value !== 'string') return undefined;
  if (!/[:\n]/.test(value)) return value;
  throw wrong(
    `user: ${name} may hold neither “:” nor a new line.`,
    `user : ${name} ne peut contenir ni « : » ni saut de ligne.`,
  );
};

const optional = <Name extends string, T>(name: Name, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [name in Name]?: T };

const number = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);
const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

const groupsOf = (value: Json | undefined): readonly string[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const names = value.map((name) => String(name).trim()).filter((name) => name !== '');
  return [...new Set(names.map((name) => accountName('user', name)))];
};

const keyOf = (args: JsonObject): SshKey | undefined => {
  if (args.generate_ssh_key !== true) return undefined;
  const type = String(args.ssh_key_type);
  if (!/^[a-z0-9-]+$/.test(type) || type.startsWith('-'))
    throw wrong(`user: “${type}” is not a type of SSH key.`, `user : « ${type} » n’est pas un type de clé SSH.`);
  return {
    type,
    bits: Math.max(0, number(args.ssh_key_bits) ?? 0),
    file: (text(args.ssh_key_file) ?? `.ssh/id_${type}`).replace(/^~\//, ''),
    ...optional('comment', text(args.ssh_key_comment)),
    ...optional('passphrase', text(args.ssh_key_passphrase)),
  };
};

const umaskOf = (value: Json | undefined): string | undefined => {
  const mask = text(value);
  if (mask === undefined || /^[0-7]{1,4}$/.test(mask)) return mask;
  throw wrong(`user: “${mask}” is not an umask.`, `user : « ${mask} » n’est pas un umask.`);
};

/** Checked arguments → what the module works on. Throws a Fault for what no account can have. */
export const prepareUser = (args: JsonObject): UserArgs => {
  const name = accountName('user', String(args.name));
  const expires = number(args.expires);
  const group = text(args.group);
  return {
    name,
    present: args.state !== 'absent',
    nonUnique: args.non_unique === true,
    append: args.append === true,
    createHome: args.create_home !== false,
    moveHome: args.move_home === true,
    system: args.system === true,
    updatePassword: args.update_password !== 'on_create',
    force: args.force === true,
    remove: args.remove === true,
    ...optional('uid', number(args.uid)),
    ...optional('group', group === undefined ? undefined : accountName('user', group)),
    ...optional('groups', groupsOf(args.groups)),
    ...optional('comment', field('comment', args.comment)),
    ...optional('home', field('home', args.home)),
    ...optional('skeleton', text(args.skeleton)),
    ...optional('umask', umaskOf(args.umask)),
    ...optional('shell', field('shell', args.shell)),
    ...optional('password', field('password', args.password)),
    ...optional('lock', typeof args.password_lock === 'boolean' ? args.password_lock : undefined),
    ...optional('maxDays', number(args.password_expire_max)),
    ...optional('minDays', number(args.password_expire_min)),
    ...optional('expires', expires === undefined ? undefined : expires < 0 ? -1 : Math.floor(expires / 86_400)),
    ...optional('key', keyOf(args)),
  };
};
