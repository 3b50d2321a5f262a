import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';
import { headersOf, nameOf } from '../uri/arguments.ts';

/** The arguments of `get_url`. */
export const getUrlArguments = {
  url: { type: 'str', required: true },
  dest: { type: 'path', required: true },
  checksum: { type: 'str', default: '' },
  force: { type: 'bool', default: false, aliases: ['thirsty'] },
  backup: { type: 'bool', default: false },
  tmp_dest: { type: 'path' },
  headers: { type: 'dict', default: {} },
  timeout: { type: 'int', default: 10 },
  validate_certs: { type: 'bool', default: true },
  use_proxy: { type: 'bool', default: true },
  url_username: { type: 'str', aliases: ['username'] },
  url_password: { type: 'str', aliases: ['password'] },
  force_basic_auth: { type: 'bool', default: false },
  client_cert: { type: 'path' },
  client_key: { type: 'path' },
  http_agent: { type: 'str', default: 'ansible-httpget' },
  decompress: { type: 'bool', default: true },
  unsafe_writes: { type: 'bool', default: false },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

/** What the file must hash to: known, or written in a file of sums at an address. */
export type Expected =
  | { readonly algorithm: string; readonly sum: string }
  | { readonly algorithm: string; readonly from: string };

/** How addresses are asked. */
export interface Asking {
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutSeconds: number;
  readonly verify: boolean;
  readonly proxy: boolean;
  readonly certificate?: string;
  readonly key?: string;
}

/** Prepared arguments of `get_url`. */
export interface GetUrlArgs {
  readonly url: string;
  readonly dest: string;
  /** `dest` was written with a slash at its end. */
  readonly intoFolder: boolean;
  /** The file's name as the address says it. */
  readonly name: string;
  readonly expected?: Expected;
  readonly force: boolean;
  readonly backup: boolean;
  readonly overwrite: boolean;
  readonly decompress: boolean;
  readonly temporary?: string;
  readonly asking: Asking;
  readonly attributes: Attributes;
}

const schemes = ['http:', 'https:', 'ftp:', 'file:'];

const isAddress = (url: string): boolean =>
  !/[\s\0]/.test(url) && URL.canParse(url) && schemes.includes(new URL(url).protocol);

const checkAddress = (url: string): string => {
  if (isAddress(url)) return url;
  throw wrong(
    `get_url: “${url}” is not an http, https, ftp or file address.`,
    `get_url : « ${url} » n’est pas une adresse http, https, ftp ou file.`,
  );
};

const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

/** A sum as it is compared: what is no letter or digit left out, in small letters. */
export const tidySum = (sum: string): string => sum.replace(/\W+/g, '').toLowerCase();

const expectedOf = (checksum: string): Expected | undefined => {
  if (checksum === '') return undefined;
  const [, algorithm = '', rest = ''] = /^([^:]*):(.*)$/s.exec(checksum) ?? [];
  if (!algorithms.includes(algorithm))
    throw wrong(
      `get_url: checksum is “algorithm:sum”, with one of ${algorithms.join(', ')}.`,
      `get_url : checksum s’écrit « algorithme:somme », avec l’un de ${algorithms.join(', ')}.`,
    );
  if (isAddress(rest)) return { algorithm, from: rest };
  if (/^[0-9a-f]+$/.test(tidySum(rest))) return { algorithm, sum: tidySum(rest) };
  throw wrong('get_url: the checksum format is invalid.', 'get_url : la somme n’est pas en hexadécimal.');
};

const askingOf = (args: JsonObject): Asking => ({
  headers: headersOf({ ...args, headers: args.headers ?? {}, force: false }),
  timeoutSeconds: Math.max(1, Number(args.timeout)),
  verify: args.validate_certs !== false,
  proxy: args.use_proxy !== false,
  ...(typeof args.client_cert === 'string' && { certificate: args.client_cert }),
  ...(typeof args.client_key === 'string' && { key: args.client_key }),
});

/** Checks the arguments. Throws a Fault for an address, a header or a checksum that cannot be. */
export const prepareGetUrl = (args: JsonObject): GetUrlArgs => {
  const url = checkAddress(String(args.url));
  const expected = expectedOf(String(args.checksum));
  return {
    url,
    dest: tidyPath(String(args.dest)),
    intoFolder: String(args.dest).endsWith('/'),
    name: nameOf(url),
    ...(expected !== undefined && { expected }),
    force: args.force === true,
    backup: args.backup === true,
    overwrite: args.unsafe_writes === true,
    decompress: args.decompress !== false,
    ...(typeof args.tmp_dest === 'string' && { temporary: tidyPath(args.tmp_dest) }),
    asking: askingOf(args),
    attributes: readAttributes(args),
  };
};
