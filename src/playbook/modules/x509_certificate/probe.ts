import type { Applied, Quote } from '../module.ts';
import { type Certificate, readCertificate } from '../pki/certificate.ts';
import { fromPem } from '../pki/der.ts';
import { type MadeState, madeLines, readMadeState } from '../pki/made.ts';
import { type Request, readRequest } from '../pki/request.ts';
import { keyLines, readSigningKey, type SigningKey } from '../pki/signing-key.ts';
import { readBytes } from '../state/bytes.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { assignPath, bytesLimit } from '../state/script.ts';
import { missingTool } from '../state/tools.ts';
import type { CertificateArgs } from './arguments.ts';

/** A file that something is read from. */
export type Found<T> = T | 'missing' | 'closed' | 'broken';

/** What the host said about the certificate and what it is made from; undefined where the arguments name nothing. */
export interface CertificateState extends MadeState {
  readonly failed: string | undefined;
  readonly key: SigningKey | undefined;
  readonly authorityKey: SigningKey | undefined;
  readonly authority: Found<Certificate> | undefined;
  readonly request: Found<Request> | undefined;
  readonly text: string | undefined;
  /** What the certificate that is there says; undefined when there is none, or a broken one. */
  readonly certificate: Certificate | undefined;
  /** Seconds since 1970 by the host's clock. */
  readonly now: number;
}

const fileLines = (name: string, path: string | undefined, quote: Quote): readonly string[] =>
  path === undefined
    ? []
    : [
        assignPath('f', path, quote),
        `if [ ! -e "$f" ]; then echo ${name}.is=missing; elif [ ! -f "$f" ] || [ ! -r "$f" ]; then echo ${name}.is=closed; else bytes ${name} "$f" ${bytesLimit}; fi`,
      ];

/** Asks for the certificate, and for the request and the keys that it is made from. */
export const probeCertificate = (args: CertificateArgs, quote: Quote): string => {
  const { key, authority } = args;
  const from = [
    'need openssl',
    'echo "now=$(date +%s)"',
    ...(key === undefined ? [] : keyLines('key', key.path, key.passphrase, quote)),
    ...(authority === undefined ? [] : keyLines('ca', authority.key.path, authority.key.passphrase, quote)),
    ...fileLines('authority', authority?.path, quote),
    ...fileLines('csr', args.csr, quote),
    `if [ -f "$p" ]; then bytes it "$p" ${bytesLimit}; fi`,
  ];
  return [...madeLines(args, quote), ...(args.present ? from : []), 'echo end'].join('\n');
};

const certificateLabel = /^(?:X509 |TRUSTED )?CERTIFICATE$/;

/** The first certificate in a text; undefined when there is none. */
export const certificateIn = (text: string): Certificate | undefined => {
  const bytes = fromPem(text, certificateLabel);
  return bytes && readCertificate(bytes);
};

const requestIn = (text: string): Request | undefined => {
  const bytes = fromPem(text, /^(?:NEW )?CERTIFICATE REQUEST$/);
  return bytes && readRequest(bytes);
};

const found = <T>(fields: Fields, name: string, parse: (text: string) => T | undefined): Found<T> => {
  const is = fields.get(`${name}.is`);
  if (is === 'missing' || is === 'closed') return is;
  const file = readBytes(fields, name);
  return (file.kind === 'content' ? parse(file.content.toString('latin1')) : undefined) ?? 'broken';
};

/** Reads what the probe printed. */
export const readCertificateState = (output: Applied, args: CertificateArgs): CertificateState => {
  const fields = readFields(output);
  const file = readBytes(fields, 'it');
  const text = file.kind === 'content' ? file.content.toString('latin1') : undefined;
  const { authority, key } = args;
  return {
    ...readMadeState(fields, args),
    failed: missingTool(fields, 'x509_certificate', 'Install the package openssl there.'),
    key: key && readSigningKey(fields, 'key', key.path),
    authorityKey: authority && readSigningKey(fields, 'ca', authority.key.path),
    authority: authority && found(fields, 'authority', certificateIn),
    request: args.csr === undefined ? undefined : found(fields, 'csr', requestIn),
    text,
    certificate: certificateIn(text ?? ''),
    now: fields.number('now') ?? 0,
  };
};
