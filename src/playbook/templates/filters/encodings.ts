import { createHash, getHashes } from 'node:crypto';
import { typeMistake, valueMistake } from '../mistakes.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Builtin, Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { iterable, iterate } from '../values/iterate.ts';
import { show, textOf } from '../values/show.ts';
import { withoutEnd } from '../values/text.ts';
import type { Value } from '../values/value.ts';

const ENCODINGS: Readonly<Record<string, BufferEncoding>> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  ascii: 'ascii',
  'us-ascii': 'ascii',
  'latin-1': 'latin1',
  latin1: 'latin1',
  'iso-8859-1': 'latin1',
  'utf-16-le': 'utf16le',
  'utf-16le': 'utf16le',
};

function encodingOf(value: Value): BufferEncoding {
  const encoding = ENCODINGS[textOf(value, 'encoding').toLowerCase().replaceAll('_', '-')];
  if (encoding !== undefined) return encoding;
  throw valueMistake('this encoding is not known', 'cet encodage n’est pas connu');
}

function decode(text: string, encoding: BufferEncoding): string {
  const clean = text.replace(/[^A-Za-z0-9+/=]/g, '');
  if (withoutEnd(clean, '=').length % 4 === 1 || clean.length % 4 !== 0) {
    throw valueMistake('this is no base64: its padding is wrong', 'ce n’est pas du base64 : le remplissage est faux');
  }
  const bytes = Buffer.from(clean, 'base64');
  if (encoding !== 'utf8') return bytes.toString(encoding);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError)
      throw valueMistake('the base64 holds no text', 'le base64 ne contient pas de texte');
    throw thrown;
  }
}

const HASHES: ReadonlySet<string> = new Set(getHashes().filter((name) => !name.startsWith('shake')));

function digest(algorithm: string, text: string): string {
  const name = algorithm.toLowerCase().replace(/^sha3_/, 'sha3-');
  const real = name === 'blake2b' ? 'blake2b512' : name === 'blake2s' ? 'blake2s256' : name;
  if (HASHES.has(real)) return createHash(real).update(text, 'utf8').digest('hex');
  throw valueMistake(`there is no hash '${algorithm}'`, `il n’y a pas de hachage « ${algorithm} »`);
}

const hashed = (algorithm: string): Builtin =>
  builtin('value', (run, value) => digest(algorithm, show(value, run.meter)));

const ANSIBLE_NAMESPACE = '361E6D51-FAEC-444A-9079-341386DA8E2E';

function uuid5(namespace: string, name: string): string {
  const hex = namespace.replace(/^urn:uuid:|[{}-]/gi, '');
  if (!/^[\da-f]{32}$/i.test(hex))
    throw valueMistake(`'${namespace}' is no UUID`, `« ${namespace} » n’est pas un UUID`);
  const hash = createHash('sha1').update(Buffer.from(hex, 'hex')).update(name, 'utf8').digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const text = hash.toString('hex');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20, 32)].join('-');
}

/** Percent-encodes what is not a letter, a digit or one of `safe`. */
const percent = (text: string, safe: RegExp): string =>
  Array.from(text, (character) =>
    safe.test(character)
      ? character
      : [...Buffer.from(character, 'utf8')]
          .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
          .join(''),
  ).join('');

const query = (run: Run, value: Value): string => percent(show(value, run.meter), /[\w.~-]|^ $/).replaceAll(' ', '+');

function urlencode(run: Run, value: Value): string {
  if (typeof value === 'string' || iterable(value) === undefined) {
    const text = show(value, run.meter);
    run.meter.text(text.length * 3);
    return percent(text, /[A-Za-z0-9_.~/-]/);
  }
  const pairs = value instanceof Dict ? value.entries() : iterate(run, value).map((pair) => iterate(run, pair));
  return pairs
    .map(([key, each]) => {
      if (key === undefined || each === undefined)
        throw typeMistake('urlencode needs pairs', 'urlencode attend des paires');
      return `${query(run, key)}=${query(run, each)}`;
    })
    .join('&');
}

function urldecode(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/(?:%[\da-fA-F]{2})+/g, (part) => Buffer.from(part.replaceAll('%', ''), 'hex').toString('utf8'));
  return bytes;
}

/** Filters that encode, decode and hash. */
export const encodings: Builtins = {
  b64encode: builtin('value, encoding="utf-8"', (run, value, encoding) =>
    Buffer.from(show(value, run.meter), encodingOf(encoding)).toString('base64'),
  ),
  b64decode: builtin('value, encoding="utf-8"', (run, value, encoding) =>
    decode(show(value, run.meter), encodingOf(encoding)),
  ),
  hash: builtin('value, hashtype="sha1"', (run, value, type) =>
    digest(textOf(type, 'hashtype'), show(value, run.meter)),
  ),
  md5: hashed('md5'),
  sha1: hashed('sha1'),
  checksum: hashed('sha1'),
  to_uuid: builtin('value, namespace=null', (run, value, namespace) =>
    uuid5(namespace === null ? ANSIBLE_NAMESPACE : textOf(namespace, 'namespace'), show(value, run.meter)),
  ),
  urlencode: builtin('value', urlencode),
  urldecode: builtin('value', (_run, value) => urldecode(textOf(value, 'urldecode'))),
};
