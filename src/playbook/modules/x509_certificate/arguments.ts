import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { type MadeArgs, madeArguments, readMade } from '../pki/made.ts';
import { checkPassphrase } from '../pki/passphrase.ts';
import { readTiming, type Timing } from '../pki/time.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

const digests = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'];

/** The arguments of `x509_certificate`. */
export const certificateArguments = {
  ...madeArguments,
  provider: { type: 'str', choices: ['ownca', 'selfsigned'] },
  csr_path: { type: 'path' },
  privatekey_path: { type: 'path' },
  privatekey_passphrase: { type: 'str' },
  ignore_timestamps: { type: 'bool', default: true },
  selfsigned_not_before: { type: 'str', default: '+0s', aliases: ['selfsigned_notBefore'] },
  selfsigned_not_after: { type: 'str', default: '+3650d', aliases: ['selfsigned_notAfter'] },
  selfsigned_digest: { type: 'str', default: 'sha256', choices: digests },
  ownca_path: { type: 'path' },
  ownca_privatekey_path: { type: 'path' },
  ownca_privatekey_passphrase: { type: 'str' },
  ownca_not_before: { type: 'str', default: '+0s' },
  ownca_not_after: { type: 'str', default: '+3650d' },
  ownca_digest: { type: 'str', default: 'sha256', choices: digests },
} satisfies Record<string, ModuleArg>;

/** A private key of the host, and its passphrase. */
export interface KeyFile {
  readonly path: string;
  readonly passphrase: string | undefined;
}

/** A time as it was written, and what it means. */
export interface Limit {
  readonly written: string;
  readonly timing: Timing;
}

/** Prepared arguments of `x509_certificate`. */
export interface CertificateArgs extends MadeArgs {
  readonly csr: string | undefined;
  /** The key the certificate is for; undefined when only the request tells it. */
  readonly key: KeyFile | undefined;
  /** Who signs; undefined for a certificate that signs itself. */
  readonly authority: { readonly path: string; readonly key: KeyFile } | undefined;
  readonly notBefore: Limit;
  readonly notAfter: Limit;
  readonly timesCount: boolean;
  readonly digest: string;
  /** What Ansible gives back of the arguments. */
  readonly result: JsonObject;
}

const pathOf = (value: unknown): string | undefined => (typeof value === 'string' ? tidyPath(value) : undefined);

const required = (args: JsonObject, name: string): string => {
  const path = pathOf(args[name]);
  if (path !== undefined) return path;
  throw wrong(
    `x509_certificate: ${name} is required with the provider ${args.provider}.`,
    `x509_certificate : il faut ${name} avec le fournisseur ${args.provider}.`,
  );
};

const limitOf = (args: JsonObject, name: string): Limit => {
  const written = String(args[name]);
  const timing = readTiming(written);
  if (timing !== undefined) return { written, timing };
  throw wrong(
    `x509_certificate: ${name} is a time like +365d or 20260131120000Z, not “${written}”.`,
    `x509_certificate : ${name} est une date comme +365d ou 20260131120000Z, pas « ${written} ».`,
  );
};

const keyOf = (args: JsonObject, path: string | undefined, name: string): KeyFile | undefined => {
  const passphrase = args[name];
  if (typeof passphrase === 'string') checkPassphrase('x509_certificate', name, passphrase);
  return path === undefined ? undefined : { path, passphrase: typeof passphrase === 'string' ? passphrase : undefined };
};

const authorityOf = (args: JsonObject): CertificateArgs['authority'] => {
  const key = keyOf(args, required(args, 'ownca_privatekey_path'), 'ownca_privatekey_passphrase');
  return key && { path: required(args, 'ownca_path'), key };
};

/** Checks the arguments. Throws a Fault for what is missing, or a time that is none. */
export const prepareCertificate = (args: JsonObject): CertificateArgs => {
  const made = readMade(args);
  if (made.present && args.provider === undefined)
    throw wrong('x509_certificate: provider is required.', 'x509_certificate : il faut provider.');
  const isOwn = made.present && args.provider === 'ownca';
  const isSelf = made.present && args.provider === 'selfsigned';
  const prefix = isOwn ? 'ownca' : 'selfsigned';
  const privateKey = isSelf ? required(args, 'privatekey_path') : pathOf(args.privatekey_path);
  return {
    ...made,
    csr: isOwn ? required(args, 'csr_path') : pathOf(args.csr_path),
    key: keyOf(args, privateKey, 'privatekey_passphrase'),
    authority: isOwn ? authorityOf(args) : undefined,
    notBefore: limitOf(args, `${prefix}_not_before`),
    notAfter: limitOf(args, `${prefix}_not_after`),
    timesCount: args.ignore_timestamps === false,
    digest: String(args[`${prefix}_digest`]),
    result: {
      privatekey: args.privatekey_path ?? null,
      csr: args.csr_path ?? null,
      ...(isOwn && { ca_cert: args.ownca_path ?? null, ca_privatekey: args.ownca_privatekey_path ?? null }),
    },
  };
};
