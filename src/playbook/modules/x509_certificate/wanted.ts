import type { FoundDifference } from '../module.ts';
import { authorityIdentifier, type Certificate, keyIdentifier } from '../pki/certificate.ts';
import { type Extension, extensionIds, shownExtension } from '../pki/extensions.ts';
import { isEqualName, type NamePart, shownName } from '../pki/names.ts';
import type { Request } from '../pki/request.ts';
import type { CertificateArgs } from './arguments.ts';
import type { CertificateState, Found } from './probe.ts';

/** What the certificate is to say. */
export interface Wanted {
  readonly subject: readonly NamePart[];
  readonly issuer: readonly NamePart[];
  readonly key: Buffer;
  /** The public key of who signs. */
  readonly signer: Buffer;
  readonly extensions: readonly Extension[];
}

const unread = (what: string, path: string | undefined, is: 'missing' | 'closed' | 'broken'): string => {
  const file = `The ${what} file ${path}`;
  if (is === 'missing') return `${file} does not exist`;
  return is === 'closed' ? `${file} cannot be read` : `${file} cannot be read: it is broken`;
};

const isWhole = <T extends object>(one: Found<T> | undefined): one is T | undefined => typeof one !== 'string';

/** The usual identifiers, where the request does not bring its own. */
const identifiers = (
  requested: readonly Extension[],
  key: Buffer,
  authority: Certificate | undefined,
): readonly Extension[] => {
  const { subject_key_identifier: own, authority_key_identifier: issuer } = extensionIds;
  const kept = requested.filter(({ oid }) => authority === undefined || oid !== issuer);
  const hasOwn = kept.some(({ oid }) => oid === own);
  const known = authority?.extensions.find(({ oid }) => oid === own)?.value;
  return [
    ...kept,
    ...(hasOwn ? [] : [{ oid: own, critical: false, value: keyIdentifier(key) }]),
    ...(authority === undefined
      ? []
      : [{ oid: issuer, critical: false, value: authorityIdentifier(known ?? keyIdentifier(authority.key)) }]),
  ];
};

const isSame = (one: Buffer | undefined, other: Buffer | undefined): boolean =>
  one === undefined || other === undefined || one.equals(other);

const mismatch = (
  args: CertificateArgs,
  state: CertificateState,
  request: Request | undefined,
  authority: Certificate | undefined,
): string | undefined => {
  if (request?.isSigned === false) return `The certificate signing request file ${args.csr} is not signed by its key`;
  if (!isSame(request?.key, state.key?.der))
    return `The certificate signing request file ${args.csr} is for another key than ${args.key?.path}`;
  return isSame(authority?.key, state.authorityKey?.der)
    ? undefined
    : 'The CA private key does not belong to the CA certificate';
};

/** What the certificate is to say, or why that cannot be told. */
export const wantedOf = (args: CertificateArgs, state: CertificateState): Wanted | string => {
  const { key, authorityKey, authority, request } = state;
  const failed = state.failed ?? key?.failed ?? authorityKey?.failed;
  if (failed !== undefined) return failed;
  if (!isWhole(request)) return unread('certificate signing request', args.csr, request ?? 'missing');
  if (!isWhole(authority)) return unread('CA certificate', args.authority?.path, authority ?? 'missing');
  const wrong = mismatch(args, state, request, authority);
  if (wrong !== undefined) return wrong;
  const bits = request?.key ?? key?.der ?? Buffer.alloc(0);
  const subject = request?.subject ?? [];
  return {
    subject,
    issuer: authority?.subject ?? subject,
    key: bits,
    signer: authority?.key ?? bits,
    extensions: identifiers(request?.extensions ?? [], bits, authority),
  };
};

const aspectOf = (oid: string): string =>
  Object.entries(extensionIds).find(([, one]) => one === oid)?.[0] ?? `extension ${oid}`;

const extensionDifferences = (
  subject: string,
  now: readonly Extension[],
  wanted: readonly Extension[],
): readonly FoundDifference[] => {
  const said = (list: readonly Extension[], oid: string): string | null => {
    const one = list.find((extension) => extension.oid === oid);
    return one === undefined ? null : shownExtension(one);
  };
  const oids = new Set([...now, ...wanted].map(({ oid }) => oid));
  return [...oids]
    .map((oid) => ({ subject, aspect: aspectOf(oid), before: said(now, oid), after: said(wanted, oid) }))
    .filter(({ before, after }) => before !== after);
};

const timeDifferences = (args: CertificateArgs, path: string, now: Certificate): readonly FoundDifference[] =>
  (['notBefore', 'notAfter'] as const).flatMap((name) => {
    const { timing, written } = args[name];
    // A time from now is never the one that was.
    if (!args.timesCount || ('at' in timing && timing.at === now[name])) return [];
    return [{ subject: path, aspect: name, before: now[name], after: 'at' in timing ? timing.at : written }];
  });

/** What the certificate says otherwise than it should, aspect by aspect; when anything, also how long the new one holds. */
export const certificateDifferences = (
  args: CertificateArgs,
  { place, certificate }: CertificateState,
  wanted: Wanted,
): readonly FoundDifference[] => {
  const subject = place.path;
  const names = (['subject', 'issuer'] as const).flatMap((aspect) => {
    const now = certificate?.[aspect];
    if (now !== undefined && isEqualName(now, wanted[aspect])) return [];
    return [{ subject, aspect, before: now === undefined ? null : shownName(now), after: shownName(wanted[aspect]) }];
  });
  const isKey = certificate?.key.equals(wanted.key);
  const isSigned = certificate?.isSignedBy(wanted.signer);
  const differences: readonly FoundDifference[] = [
    ...names,
    ...extensionDifferences(subject, certificate?.extensions ?? [], wanted.extensions),
    ...(isKey === false
      ? [{ subject, aspect: 'key', before: 'another', after: args.csr ?? args.key?.path ?? '' }]
      : []),
    ...(isSigned === false ? [{ subject, aspect: 'signature', before: 'by another', after: 'valid' }] : []),
    ...(certificate === undefined ? [] : timeDifferences(args, subject, certificate)),
    ...(args.force ? [{ subject, aspect: 'certificate', before: 'as it is', after: 'new' }] : []),
  ];
  if (differences.length === 0 || differences.some(({ aspect }) => aspect === 'notAfter')) return differences;
  return [
    ...differences,
    { subject, aspect: 'notAfter', before: certificate?.notAfter ?? null, after: args.notAfter.written },
  ];
};
