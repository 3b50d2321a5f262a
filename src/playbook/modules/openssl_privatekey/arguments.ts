import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { type MadeArgs, madeArguments, readMade } from '../pki/made.ts';
import { checkPassphrase } from '../pki/passphrase.ts';
import { curves } from '../pki/public-key.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `openssl_privatekey`. */
export const privateKeyArguments = {
  ...madeArguments,
  type: { type: 'str', default: 'RSA', choices: ['ECC', 'Ed25519', 'Ed448', 'RSA', 'X25519', 'X448'] },
  size: { type: 'int', default: 4096 },
  curve: { type: 'str', choices: Object.values(curves) },
  passphrase: { type: 'str' },
  cipher: { type: 'str', choices: ['auto'] },
  format: { type: 'str', default: 'auto_ignore', choices: ['pkcs1', 'pkcs8', 'auto', 'auto_ignore'] },
  regenerate: {
    type: 'str',
    default: 'full_idempotence',
    choices: ['never', 'fail', 'partial_idempotence', 'full_idempotence', 'always'],
  },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `openssl_privatekey`. */
export interface PrivateKeyArgs extends MadeArgs {
  readonly type: string;
  readonly size: number;
  readonly curve: string | undefined;
  readonly passphrase: string | undefined;
  /** How the key is written. */
  readonly format: 'pkcs1' | 'pkcs8';
  /** A key that is there in another format is another key. */
  readonly formatCounts: boolean;
  readonly regenerate: string;
}

const checkTogether = ({ type, size, curve, cipher, passphrase, format }: JsonObject): void => {
  if (type === 'ECC' && curve === undefined)
    throw wrong('openssl_privatekey: type ECC needs a curve.', 'openssl_privatekey : le type ECC demande curve.');
  if (cipher !== undefined && passphrase === undefined)
    throw wrong('openssl_privatekey: cipher needs a passphrase.', 'openssl_privatekey : cipher demande passphrase.');
  if (type === 'RSA' && (Number(size) < 512 || Number(size) > 16384))
    throw wrong(
      `openssl_privatekey: size must be from 512 to 16384, not ${size}.`,
      `openssl_privatekey : size doit être entre 512 et 16384, pas ${size}.`,
    );
  if (format === 'pkcs1' && type !== 'RSA' && type !== 'ECC')
    throw wrong(
      `openssl_privatekey: a key of type ${type} cannot be written in pkcs1.`,
      `openssl_privatekey : une clé de type ${type} ne peut s’écrire en pkcs1.`,
    );
};

/** Checks the arguments. Throws a Fault for those that do not go together. */
export const preparePrivateKey = (args: JsonObject): PrivateKeyArgs => {
  checkTogether(args);
  const { passphrase, curve } = args;
  if (typeof passphrase === 'string') checkPassphrase('openssl_privatekey', 'passphrase', passphrase);
  const type = String(args.type);
  const usual = type === 'RSA' || type === 'ECC' ? 'pkcs1' : 'pkcs8';
  return {
    ...readMade(args, '0600'),
    type,
    size: Number(args.size),
    curve: typeof curve === 'string' ? curve : undefined,
    passphrase: typeof passphrase === 'string' ? passphrase : undefined,
    format: args.format === 'pkcs1' || args.format === 'pkcs8' ? args.format : usual,
    formatCounts: args.format !== 'auto_ignore',
    regenerate: args.force === true ? 'always' : String(args.regenerate),
  };
};
