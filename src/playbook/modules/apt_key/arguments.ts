import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `apt_key`. */
export const keyArguments = {
  id: { type: 'str' },
  url: { type: 'str' },
  data: { type: 'str' },
  file: { type: 'path' },
  keyserver: { type: 'str' },
  keyring: { type: 'path' },
  validate_certs: { type: 'bool', default: true },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
} satisfies Record<string, ModuleArg>;

/** Where the key comes from. */
export type KeySource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly data: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'keyserver'; readonly server: string }
  | { readonly kind: 'none' };

/** Prepared arguments of `apt_key`. */
export interface KeyArgs {
  readonly id?: string;
  readonly source: KeySource;
  readonly keyring?: string;
  readonly verify: boolean;
  readonly present: boolean;
}

/** An id as everything compares it: upper case, without `0x`. */
export const tidyId = (id: string): string => id.replace(/\s+/g, '').toUpperCase().replace(/^0X/, '');

const idOf = (written: string): string => {
  const id = tidyId(written);
  if (/^[0-9A-F]+$/.test(id) && (id.length === 8 || id.length >= 16)) return id;
  throw wrong(
    `apt_key: “${written}” is not the id of a key: 8, 16 or more hexadecimal digits.`,
    `apt_key : « ${written} » n’est pas un identifiant de clé : 8, 16 chiffres hexadécimaux ou plus.`,
  );
};

const checkAddress = (value: string, pattern: RegExp): string => {
  if (pattern.test(value)) return value;
  throw wrong(`apt_key: “${value}” is not an address.`, `apt_key : « ${value} » n’est pas une adresse.`);
};

const sourceOf = (args: JsonObject): KeySource => {
  if (typeof args.url === 'string')
    return { kind: 'url', url: checkAddress(args.url, /^(?:https?|ftp|file):\/\/[^\s]+$/) };
  if (typeof args.data === 'string') return { kind: 'data', data: args.data };
  if (typeof args.file === 'string') return { kind: 'file', file: tidyPath(args.file) };
  if (typeof args.keyserver === 'string')
    return { kind: 'keyserver', server: checkAddress(args.keyserver, /^[A-Za-z0-9][\w.:/@[\]-]*$/) };
  return { kind: 'none' };
};

/** Checks the arguments. Throws a Fault when nobody could know which key is meant. */
export const prepareKey = (args: JsonObject): KeyArgs => {
  const given = ['url', 'data', 'file', 'keyserver'].filter((name) => args[name] !== undefined);
  if (given.length > 1)
    throw wrong(
      `apt_key: ${given.join(' and ')} exclude each other.`,
      `apt_key : ${given.join(' ou ')}, pas les deux.`,
    );
  const source = sourceOf(args);
  const known = typeof args.id === 'string';
  if (!known && (source.kind === 'keyserver' || source.kind === 'none'))
    throw wrong('apt_key: id is needed, or the key itself.', 'apt_key : il faut id, ou la clé elle-même.');
  if (known && source.kind === 'none' && args.state !== 'absent')
    throw wrong(
      'apt_key: one of url, data, file and keyserver is needed.',
      'apt_key : il faut url, data, file ou keyserver.',
    );
  return {
    ...(typeof args.id === 'string' && { id: idOf(args.id) }),
    source,
    ...(typeof args.keyring === 'string' && { keyring: tidyPath(args.keyring) }),
    verify: args.validate_certs !== false,
    present: args.state !== 'absent',
  };
};
