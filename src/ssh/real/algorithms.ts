import type { Algorithms } from 'ssh2';

/**
 * What we offer, best first. Left out: group exchange, whose safe primes block the event loop for more than a second;
 * SHA-1 and CBC, which are broken; compression. AES-GCM first: it runs in Node's own OpenSSL.
 */
const offered = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies Algorithms;

const signatures: Readonly<Record<string, readonly string[]>> = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'] };

/** The kinds of host keys we can check, best first. */
export const hostKeyTypes: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
];

/** The algorithms to offer to a host whose key should be of one of `types`, in that order. */
export function algorithmsFor(types: readonly string[]): Algorithms {
  const serverHostKey = types.flatMap((type) => signatures[type] ?? [type]);
  // ssh2's type lists the names one by one; ours are checked against the library by the contract tests.
  return { ...offered, serverHostKey: serverHostKey as NonNullable<Algorithms['serverHostKey']> };
}
