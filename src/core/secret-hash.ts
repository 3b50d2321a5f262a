import { createHash, randomBytes } from 'node:crypto';

/** How tokens, login links and sessions are kept: SHA-256 in hexadecimal. Only for secrets of `newSecret`, which no list of words can guess. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A new secret of 256 random bits, safe in an address, a cookie and a header. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
