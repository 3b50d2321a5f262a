import { createPublicKey, verify } from 'node:crypto';
import { type Der, inside, oidOf, readDer } from './der.ts';
import { type Extension, readExtensions } from './extensions.ts';
import { type NamePart, readName } from './names.ts';

/** What a request for a certificate says. */
export interface Request {
  readonly subject: readonly NamePart[];
  /** The public key in DER. */
  readonly key: Buffer;
  readonly extensions: readonly Extension[];
  readonly isSigned: boolean;
}

/** Signatures by their identifiers: with which digest; null where the signature has its own. */
const digests: Readonly<Record<string, string | null>> = {
  ...{ '1.2.840.113549.1.1.4': 'md5', '1.2.840.113549.1.1.5': 'sha1', '1.2.840.113549.1.1.11': 'sha256' },
  ...{ '1.2.840.113549.1.1.12': 'sha384', '1.2.840.113549.1.1.13': 'sha512', '1.2.840.10045.4.1': 'sha1' },
  ...{ '1.2.840.10045.4.3.2': 'sha256', '1.2.840.10045.4.3.3': 'sha384', '1.2.840.10045.4.3.4': 'sha512' },
  ...{ '1.3.101.112': null, '1.3.101.113': null },
};

/** Whether what is signed was signed by the owner of a key; also true when that cannot be found out here. */
export const isSignedBy = (signed: Der, algorithm: Der, signature: Der, key: Buffer): boolean => {
  const digest = digests[oidOf(inside(algorithm)[0])];
  if (digest === undefined) return false;
  try {
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
    return verify(digest, signed.whole, publicKey, signature.content.subarray(1));
  } catch {
    return true;
  }
};

const requested = '1.2.840.113549.1.9.14';

/** Reads a request in DER; undefined when it is none. */
export const readRequest = (bytes: Buffer): Request | undefined => {
  const [body, algorithm, signature] = inside(readDer(bytes)?.[0]);
  const [, subject, key, attributes] = inside(body);
  if (!body || !algorithm || !signature || !subject || !key) return undefined;
  const wishes = inside(attributes).find((one) => oidOf(inside(one)[0]) === requested);
  const [list] = inside(inside(wishes)[1]);
  return {
    subject: readName(subject),
    key: key.whole,
    extensions: readExtensions(list),
    isSigned: isSignedBy(body, algorithm, signature, key.whole),
  };
};
