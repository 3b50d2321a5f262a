import type { Applied, Quote } from '../module.ts';
import { type MadeState, madeLines, readMadeState } from '../pki/made.ts';
import { type PublicKey, readPublicKey } from '../pki/public-key.ts';
import { publicFunction } from '../pki/signing-key.ts';
import { readBytes } from '../state/bytes.ts';
import { readFields } from '../state/fields.ts';
import { bytesLimit } from '../state/script.ts';
import { missingTool } from '../state/tools.ts';
import type { PrivateKeyArgs } from './arguments.ts';

/** What the host said about the key. */
export interface PrivateKeyState extends MadeState {
  readonly failed?: string;
  /** The openssl there makes such keys. */
  readonly able: boolean;
  /** The public half, in DER; undefined when the key cannot be read, with the passphrase or without. */
  readonly publicDer: Buffer | undefined;
  readonly key: PublicKey | undefined;
  readonly format: 'pkcs1' | 'pkcs8';
  /** The file as it is, when its content is to be returned. */
  readonly content: string | undefined;
}

const opensslCurves: Readonly<Record<string, string>> = { secp256r1: 'prime256v1', secp192r1: 'prime192v1' };

/** The command that makes such a key. */
export const generateCommand = ({ type, size, curve = '' }: PrivateKeyArgs): string => {
  if (type === 'RSA') return `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:${size}`;
  if (type !== 'ECC') return `openssl genpkey -algorithm ${type}`;
  return `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:${opensslCurves[curve] ?? curve} -pkeyopt ec_param_enc:named_curve`;
};

/** Asks whether there is such a key, and whether one can be made. Keys of curves are made to see: that takes no time. */
export const probePrivateKey = (args: PrivateKeyArgs, quote: Quote): string => {
  const { present, passphrase, type, returns } = args;
  if (!present) return [...madeLines(args, quote), 'echo end'].join('\n');
  return [
    ...madeLines(args, quote),
    'need openssl',
    publicFunction,
    passphrase === undefined ? 'unset w' : `w=${quote(passphrase)}`,
    'if [ -f "$p" ] && [ -r "$p" ]; then public "$p"; echo "public=$pub"; if grep -q -e "-----BEGIN [A-Z]* PRIVATE KEY-----" "$p" && ! grep -q -e "-----BEGIN ENCRYPTED" "$p"; then echo pkcs1=yes; fi; fi',
    ...(returns ? [`if [ -f "$p" ]; then bytes it "$p" ${bytesLimit}; fi`] : []),
    type === 'RSA' ? 'echo able=yes' : `if ${generateCommand(args)} >/dev/null 2>&1; then echo able=yes; fi`,
    'echo end',
  ].join('\n');
};

/** Reads what the probe printed. */
export const readPrivateKey = (output: Applied, args: PrivateKeyArgs): PrivateKeyState => {
  const fields = readFields(output);
  const failed = missingTool(fields, 'openssl_privatekey', 'Install the package openssl there.');
  const publicDer = Buffer.from(fields.get('public') ?? '', 'base64');
  const file = readBytes(fields, 'it');
  return {
    ...readMadeState(fields, args),
    ...(failed !== undefined && { failed }),
    able: fields.get('able') === 'yes',
    publicDer: publicDer.length === 0 ? undefined : publicDer,
    key: readPublicKey(publicDer),
    format: fields.get('pkcs1') === 'yes' ? 'pkcs1' : 'pkcs8',
    content: file.kind === 'content' ? file.content.toString('utf8') : undefined,
  };
};
