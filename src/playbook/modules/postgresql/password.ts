import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

const scram = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;
const md5 = /^md5[0-9a-f]{32}$/;

const isScram = (password: string, stored: RegExpExecArray): boolean => {
  const [, rounds = '', salt = '', , key = ''] = stored;
  const salted = pbkdf2Sync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
  const server = createHmac('sha256', salted).update('Server Key').digest();
  const known = Buffer.from(key, 'base64');
  return known.length === server.length && timingSafeEqual(known, server);
};

/** True when what the server stores is this password, or this hash. */
export const isStored = (user: string, password: string, stored: string | undefined): boolean => {
  if (password === '') return stored === undefined;
  if (stored === undefined) return false;
  if (scram.test(password) || md5.test(password)) return stored === password;
  const found = scram.exec(stored);
  if (found !== null) return isScram(password, found);
  return stored === `md5${createHash('md5').update(password).update(user).digest('hex')}`;
};
