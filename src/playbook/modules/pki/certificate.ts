import { createHash } from 'node:crypto';
import { type Der, der, inside, readDer, tags } from './der.ts';
import { type Extension, readExtensions } from './extensions.ts';
import { type NamePart, readName } from './names.ts';
import { isSignedBy } from './request.ts';
import { readTime } from './time.ts';

/** What a certificate says. */
export interface Certificate {
  readonly subject: readonly NamePart[];
  readonly issuer: readonly NamePart[];
  /** The public key in DER. */
  readonly key: Buffer;
  readonly extensions: readonly Extension[];
  /** As `20260101000000Z`. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly serial: bigint;
  isSignedBy(key: Buffer): boolean;
}

const versionTag = 0xa0;
const extensionsTag = 0xa3;

const numberOf = ({ content }: Der): bigint => (content.length === 0 ? 0n : BigInt(`0x${content.toString('hex')}`));

/** Reads a certificate in DER; undefined when it is none. */
export const readCertificate = (bytes: Buffer): Certificate | undefined => {
  const [body, algorithm, signature] = inside(readDer(bytes)?.[0]);
  const pieces = inside(body).filter(({ tag }) => tag !== versionTag);
  const [serial, , issuer, validity, subject, key, ...more] = pieces;
  if (!body || !algorithm || !signature || !serial || !issuer || !subject || !key) return undefined;
  const [from, until] = inside(validity);
  const [list] = inside(more.find(({ tag }) => tag === extensionsTag));
  return {
    subject: readName(subject),
    issuer: readName(issuer),
    key: key.whole,
    extensions: readExtensions(list),
    notBefore: readTime(from),
    notAfter: readTime(until),
    serial: numberOf(serial),
    isSignedBy: (by) => isSignedBy(body, algorithm, signature, by),
  };
};

/** The usual identifier of a public key in DER: the SHA-1 of its bits, in DER itself. */
export const keyIdentifier = (key: Buffer): Buffer => {
  const bits = inside(readDer(key)?.[0])[1]?.content.subarray(1) ?? Buffer.alloc(0);
  return der(tags.octets, createHash('sha1').update(bits).digest());
};

/** What points to the issuer's key, by the identifier that its own certificate gives it. */
export const authorityIdentifier = (identifier: Buffer): Buffer =>
  der(tags.sequence, der(0x80, readDer(identifier)?.[0]?.content ?? Buffer.alloc(0)));
