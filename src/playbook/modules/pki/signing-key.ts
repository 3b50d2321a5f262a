import type { Quote } from '../module.ts';
import type { Fields } from '../state/fields.ts';
import { assignPath } from '../state/script.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';

/** A private key of the host that is to sign something. */
export interface SigningKey {
  /** The public half in DER; empty when the key cannot be read. */
  readonly der: Buffer;
  readonly key: PublicKey | undefined;
  /** Why it cannot sign. */
  readonly failed: string | undefined;
}

/**
 * Sets `$pub` to the public half of a private key in base64, empty when it cannot be read: `public FILE`. The passphrase
 * is in `$w`, unset when there is none; a key that has none must be given none. It is in the environment of one command.
 */
export const publicFunction = `public() {
  pub=; grep -q -e '-----BEGIN .*PRIVATE KEY-----' "$1" || return 0
  if grep -q -e '-----BEGIN ENCRYPTED' -e '^Proc-Type: 4,ENCRYPTED' "$1"; then [ -n "\${w-}" ] || return 0
  else [ -z "\${w-}" ] || return 0; fi
  pub=$(QD_PASS=\${w-} openssl pkey -in "$1" -passin env:QD_PASS -pubout -outform DER 2>/dev/null | openssl base64 -A)
}`;

/** Lines that ask for a key under a name: `key` or `ca`. Whether one is there, may be read, and its public half. */
export const keyLines = (
  name: string,
  path: string,
  passphrase: string | undefined,
  quote: Quote,
): readonly string[] => [
  publicFunction,
  assignPath('k', path, quote),
  passphrase === undefined ? 'unset w' : `w=${quote(passphrase)}`,
  `if [ ! -e "$k" ]; then echo ${name}.is=missing; elif [ ! -r "$k" ] || [ ! -f "$k" ]; then echo ${name}.is=closed; else public "$k"; echo "${name}.public=$pub"; fi`,
  'unset w',
];

const why = (path: string, is: string | undefined, key: PublicKey | undefined): string | undefined => {
  if (is === 'missing') return `The private key file ${path} does not exist`;
  if (is === 'closed') return `The private key file ${path} cannot be read`;
  if (key === undefined)
    return `The private key file ${path} cannot be read: it is broken, or its passphrase is another`;
  return /^X/.test(key.type) ? `The private key file ${path} is of type ${key.type}, which signs nothing` : undefined;
};

/** Reads what these lines printed. */
export const readSigningKey = (fields: Fields, name: string, path: string): SigningKey => {
  const bytes = Buffer.from(fields.get(`${name}.public`) ?? '', 'base64');
  const key = readPublicKey(bytes);
  return { der: bytes, key, failed: why(path, fields.get(`${name}.is`), key) };
};

/** The option for a digest; keys of Edwards curves have their own. */
export const digestOption = (digest: string, key: PublicKey | undefined): string =>
  key?.type.startsWith('Ed') ? '' : ` -${digest}`;
