import { createHash, randomBytes } from 'node:crypto';
import { valueMistake } from '../mistakes.ts';
import { below, type RandomBits, systemRandom } from './random.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SALT = `${LETTERS}0123456789./`;
const BASE64 = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** So many bytes of a password `crypt` takes. */
const LONGEST = 512;

/** A scheme of `crypt` as Ansible names it. */
export type Scheme = 'md5_crypt' | 'sha256_crypt' | 'sha512_crypt';

const SALT_SIZES: Readonly<Record<Scheme, number>> = { md5_crypt: 8, sha256_crypt: 16, sha512_crypt: 16 };

/** What `crypt` does where nothing is said. */
const ROUNDS = 5000;

/** Characters drawn by chance, as Ansible draws them. */
export function randomPassword(source: RandomBits, characters: string, length: number): string {
  const all = Array.from(characters);
  if (all.length === 0)
    throw valueMistake('there are no characters to make a password of', 'aucun caractère pour faire un mot de passe');
  return Array.from({ length }, () => all[below(source, all.length)]).join('');
}

/** A salt of the system's chance. */
export const randomSalt = (size: number, entropy: (bytes: number) => Uint8Array = randomBytes): string =>
  randomPassword(systemRandom(entropy), SALT, size);

/** The scheme of that name. */
export function schemeOf(name: string): Scheme {
  if (name === 'md5_crypt' || name === 'sha256_crypt' || name === 'sha512_crypt') return name;
  throw valueMistake(
    `passwords are not hashed by ${name} here; use sha512_crypt, sha256_crypt or md5_crypt`,
    `les mots de passe ne sont pas hachés par ${name} ici ; utilisez sha512_crypt, sha256_crypt ou md5_crypt`,
  );
}

/** How long a scheme's salt is. */
export const saltSizeOf = (scheme: Scheme): number => SALT_SIZES[scheme];

/** A password hashed as `crypt(3)` does. */
export function crypted(scheme: Scheme, password: string, salt: string, rounds?: number): string {
  const secret = Buffer.from(password, 'utf8');
  if (secret.length > LONGEST || secret.includes(0))
    throw valueMistake('the password is too long', 'le mot de passe est trop long');
  if (!/^[./0-9A-Za-z]+$/.test(salt))
    throw valueMistake('invalid characters in salt', 'caractères non valides dans le sel');
  if (salt.length > SALT_SIZES[scheme]) throw valueMistake('invalid salt size', 'longueur du sel non valide');
  if (scheme === 'md5_crypt') return `$1$${salt}$${md5(secret, Buffer.from(salt))}`;
  if (rounds !== undefined && (rounds < 1000 || rounds > 999_999_999))
    throw valueMistake('rounds are 1000 to 999999999', 'rounds va de 1000 à 999999999');
  const kind = scheme === 'sha512_crypt' ? 'sha512' : 'sha256';
  const id = kind === 'sha512' ? 6 : 5;
  const hash = sha(kind, secret, Buffer.from(salt), rounds ?? ROUNDS);
  return `$${id}$${rounds === undefined ? '' : `rounds=${rounds}$`}${salt}$${hash}`;
}

/** The rounds such a hash takes. */
export const roundsOf = (scheme: Scheme, rounds: number | undefined): number =>
  scheme === 'md5_crypt' ? 1000 : (rounds ?? ROUNDS);

const digest = (kind: string, parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash(kind);
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Bytes over and over, to that length. */
const repeated = (bytes: Buffer, length: number): Buffer => Buffer.alloc(length, bytes);

/** One part for each binary digit of a number, the lowest first. */
const byDigits = <T>(number: number, one: T, zero: T): T[] =>
  number === 0 ? [] : [...number.toString(2)].reverse().map((digit) => (digit === '1' ? one : zero));

/** What every round mixes, in its order. */
const mixed = (round: number, last: Buffer, secret: Buffer, salt: Buffer): readonly Buffer[] => [
  round % 2 === 1 ? secret : last,
  ...(round % 3 === 0 ? [] : [salt]),
  ...(round % 7 === 0 ? [] : [secret]),
  round % 2 === 1 ? last : secret,
];

function sha(kind: 'sha256' | 'sha512', secret: Buffer, salt: Buffer, rounds: number): string {
  const size = secret.length;
  const other = digest(kind, [secret, salt, secret]);
  const parts = [secret, salt, repeated(other, size), ...byDigits(size, other, secret)];
  let last = digest(kind, parts);
  const ofSecret = repeated(
    digest(
      kind,
      Array.from({ length: size }, () => secret),
    ),
    size,
  );
  const ofSalt = repeated(
    digest(
      kind,
      Array.from({ length: 16 + (last[0] ?? 0) }, () => salt),
    ),
    salt.length,
  );
  for (let round = 0; round < rounds; round += 1) last = digest(kind, mixed(round, last, ofSecret, ofSalt));
  return kind === 'sha512' ? written512(last) : written256(last);
}

function md5(secret: Buffer, salt: Buffer): string {
  const other = digest('md5', [secret, salt, secret]);
  const first = secret.subarray(0, 1);
  const digits = byDigits(secret.length, Buffer.from([0]), first);
  let last = digest('md5', [secret, Buffer.from('$1$'), salt, repeated(other, secret.length), ...digits]);
  for (let round = 0; round < 1000; round += 1) last = digest('md5', mixed(round, last, secret, salt));
  const groups = [0, 1, 2, 3].map((at) => group(last, [at, at + 6, at + 12], 4));
  return [...groups, group(last, [4, 10, 5], 4), group(last, [undefined, undefined, 11], 2)].join('');
}

/** Three bytes as characters, the lowest six bits first. */
function group(bytes: Buffer, at: readonly (number | undefined)[], count: number): string {
  let value = at.reduce<number>((sum, index) => sum * 256 + (index === undefined ? 0 : (bytes[index] ?? 0)), 0);
  return Array.from({ length: count }, () => {
    const character = BASE64[value % 64];
    value = Math.floor(value / 64);
    return character;
  }).join('');
}

const rotated = (items: readonly number[], by: number): readonly number[] => [
  ...items.slice(by),
  ...items.slice(0, by),
];

const written512 = (bytes: Buffer): string =>
  Array.from({ length: 21 }, (_, at) => group(bytes, rotated([at, at + 21, at + 42], at % 3), 4)).join('') +
  group(bytes, [undefined, undefined, 63], 2);

const written256 = (bytes: Buffer): string =>
  Array.from({ length: 10 }, (_, at) => group(bytes, rotated([at, at + 10, at + 20], (3 - (at % 3)) % 3), 4)).join('') +
  group(bytes, [undefined, 31, 30], 3);
