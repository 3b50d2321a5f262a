import { createHash } from 'node:crypto';
import type { JsonObject } from '#core/json.ts';
import { toBytes } from '../edit/bytes.ts';
import { readTarget, type TargetArgs, targetArgs } from '../edit/target.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** How passwords are kept, and what the host makes them with; without a tool they are made here. */
export const schemes = {
  apr_md5_crypt: 'openssl passwd -apr1 -stdin',
  md5_crypt: 'openssl passwd -1 -stdin',
  sha256_crypt: 'openssl passwd -5 -stdin',
  sha512_crypt: 'openssl passwd -6 -stdin',
  bcrypt: 'htpasswd -niB -C 12 x',
  ldap_sha1: undefined,
  plaintext: undefined,
} as const satisfies Record<string, string | undefined>;

/** A way of keeping passwords. */
export type Scheme = keyof typeof schemes;

const { backup: _backup, path: _path, ...ofFile } = targetArgs;

/** The arguments of `htpasswd`. */
export const htpasswdArguments = {
  path: { type: 'path', required: true, aliases: ['dest', 'destfile'] },
  name: { type: 'str', required: true, aliases: ['username'] },
  password: { type: 'str' },
  hash_scheme: { type: 'str', default: 'apr_md5_crypt', choices: Object.keys(schemes), aliases: ['crypt_scheme'] },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  create: { type: 'bool', default: true },
  ...ofFile,
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `htpasswd`. */
export interface HtpasswdArgs extends TargetArgs {
  /** Bytes, one character each. */
  readonly name: string;
  readonly shownName: string;
  readonly password: string | undefined;
  readonly scheme: Scheme;
  readonly present: boolean;
  readonly create: boolean;
}

const longest: Readonly<Record<Scheme, number>> = {
  ...{ apr_md5_crypt: 255, md5_crypt: 255, sha256_crypt: 255, sha512_crypt: 255 },
  ...{ bcrypt: 72, ldap_sha1: 4096, plaintext: 4096 },
};

const checkName = (name: string): void => {
  if (/^[^:\n\r\t\0#][^:\n\r\t\0]*$/.test(name) && toBytes(name).length <= 255) return;
  throw wrong(
    `htpasswd: “${name}” cannot be a name in such a file: up to 255 bytes, no colon, tabulator or end of line, no # in front.`,
    `htpasswd : « ${name} » ne peut être un nom dans un tel fichier : 255 octets au plus, ni deux-points, ni tabulation, ni fin de ligne, ni # devant.`,
  );
};

const checkPassword = (password: string, scheme: Scheme): void => {
  if (/[\n\r\0]/.test(password))
    throw wrong(
      'htpasswd: a password cannot hold an end of line.',
      'htpasswd : un mot de passe ne peut contenir de fin de ligne.',
    );
  if (scheme === 'plaintext' && /^(?:\$(?:apr1|1|2.|5|6)\$|\{SHA\})/.test(password))
    throw wrong(
      'htpasswd: a password in clear cannot begin as a hash does.',
      'htpasswd : un mot de passe en clair ne peut commencer comme un condensat.',
    );
  const most = longest[scheme];
  if (toBytes(password).length > most)
    throw wrong(
      `htpasswd: ${scheme} takes passwords of up to ${most} bytes.`,
      `htpasswd : ${scheme} accepte des mots de passe de ${most} octets au plus.`,
    );
};

const isScheme = (name: string): name is Scheme => Object.hasOwn(schemes, name);

/** Checks the arguments. Throws a Fault for a name or a password that such a file cannot hold. */
export const prepareHtpasswd = (args: JsonObject): HtpasswdArgs => {
  const [name, written] = [String(args.name), String(args.hash_scheme)];
  const scheme = isScheme(written) ? written : 'apr_md5_crypt';
  checkName(name);
  const present = args.state !== 'absent';
  const password = present && typeof args.password === 'string' ? args.password : undefined;
  if (password !== undefined) checkPassword(password, scheme);
  return {
    ...readTarget(args),
    name: toBytes(name),
    shownName: name,
    password,
    scheme,
    present,
    create: args.create !== false,
  };
};

const sha1Mark = '{SHA}';

/** What is kept of a password without any tool of the host's. */
export const ownHash = (password: string, scheme: Scheme): string =>
  scheme === 'ldap_sha1' ? `${sha1Mark}${createHash('sha1').update(password).digest('base64')}` : password;

/** Whether a password is the one that was kept in a way that needs no tool. */
export const isOwnHash = (password: string, hash: string): boolean =>
  hash === toBytes(ownHash(password, hash.startsWith(sha1Mark) ? 'ldap_sha1' : 'plaintext'));
