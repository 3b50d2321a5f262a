import { createHash } from 'node:crypto';
import type { JsonObject } from '#core/json.ts';
import { inside, oidOf, readDer } from './der.ts';

/** Ansible's names of curves, by their identifiers. */
export const curves: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.1': 'secp192r1',
  '1.3.132.0.33': 'secp224r1',
  '1.2.840.10045.3.1.7': 'secp256r1',
  '1.3.132.0.34': 'secp384r1',
  '1.3.132.0.35': 'secp521r1',
  '1.3.132.0.10': 'secp256k1',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
  '1.3.132.0.1': 'sect163k1',
  '1.3.132.0.15': 'sect163r2',
  '1.3.132.0.26': 'sect233k1',
  '1.3.132.0.27': 'sect233r1',
  '1.3.132.0.16': 'sect283k1',
  '1.3.132.0.17': 'sect283r1',
  '1.3.132.0.36': 'sect409k1',
  '1.3.132.0.37': 'sect409r1',
  '1.3.132.0.38': 'sect571k1',
  '1.3.132.0.39': 'sect571r1',
};

const kinds: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.10040.4.1': 'DSA',
  '1.2.840.10045.2.1': 'ECC',
  '1.3.101.110': 'X25519',
  '1.3.101.111': 'X448',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

/** What a public key says of itself. */
export interface PublicKey {
  /** Ansible's word; empty for a kind that is not known. */
  readonly type: string;
  /** Bits of an RSA key. */
  readonly size?: number;
  readonly curve?: string;
}

const bitsOf = (integer: Buffer): number => {
  const hex = integer.toString('hex').replace(/^(?:00)+/, '');
  return hex === '' ? 0 : hex.length * 4 - (Math.clz32(Number.parseInt(hex[0] ?? '0', 16)) - 28);
};

/** Reads a public key (SubjectPublicKeyInfo in DER); undefined when it is none. */
export const readPublicKey = (bytes: Buffer): PublicKey | undefined => {
  const [algorithm, key] = inside(readDer(bytes)?.[0]);
  const [oid, parameter] = inside(algorithm);
  if (oid === undefined || key === undefined) return undefined;
  const type = kinds[oidOf(oid)] ?? '';
  if (type === 'RSA') {
    // A bit string begins with how many bits of its last byte do not count.
    const [modulus] = inside(readDer(key.content.subarray(1))?.[0]);
    return { type, size: bitsOf(modulus?.content ?? Buffer.alloc(0)) };
  }
  return type === 'ECC' ? { type, curve: curves[oidOf(parameter)] ?? oidOf(parameter) } : { type };
};

/** Algorithms as Python calls them, and as they are called here. */
const algorithms: Readonly<Record<string, string>> = {
  ...{ blake2b: 'blake2b512', blake2s: 'blake2s256', md5: 'md5', sha1: 'sha1', sha224: 'sha224', sha256: 'sha256' },
  ...{ sha384: 'sha384', sha3_224: 'sha3-224', sha3_256: 'sha3-256', sha3_384: 'sha3-384', sha3_512: 'sha3-512' },
  ...{ sha512: 'sha512', shake_128: 'shake128', shake_256: 'shake256' },
};

/** The digests of some bytes by every algorithm, as Ansible gives them: `51:cc:…`. */
export const fingerprints = (bytes: Buffer): JsonObject =>
  Object.fromEntries(
    Object.entries(algorithms).map(([name, algorithm]) => {
      const options = algorithm.startsWith('shake') ? { outputLength: 32 } : {};
      const hex = createHash(algorithm, options).update(bytes).digest('hex');
      return [name, hex.replace(/..(?=.)/g, '$&:')];
    }),
  );
