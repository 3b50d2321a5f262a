import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fchmodSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { type Reading, readRegularNow } from '#playbook/regular-file.ts';
import type { Lookup, LookupCall } from '#playbook/templates/index.ts';
import { crypted, randomPassword, randomSalt, saltSizeOf, schemeOf } from '#playbook/templates/python/crypt.ts';
import { seededByText, systemRandom } from '#playbook/templates/python/random.ts';
import { readPairs } from '#playbook/words/pairs.ts';
import { lookupFault, onlyOptions } from './options.ts';

const NOWHERE = '/dev/null';
const longest = 4096;
const largest = 64 * 1024;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const BLANKS = ' \t\n\r\x0b\x0c';
const SETS: Readonly<Record<string, string>> = {
  ascii_letters: LOWER + UPPER,
  ascii_lowercase: LOWER,
  ascii_uppercase: UPPER,
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation: PUNCTUATION,
  printable: `0123456789${LOWER}${UPPER}${PUNCTUATION}${BLANKS}`,
  whitespace: BLANKS,
};

const known = ['length', 'encrypt', 'chars', 'ident', 'seed'];

/** What one term asks for. */
interface Asked {
  readonly path: string;
  readonly length: number;
  readonly characters: string;
  readonly encrypt: string | undefined;
  readonly seed: string | undefined;
}

/** What a password file holds: the password, and the salt under which it is given away. */
interface Kept {
  readonly password: string;
  readonly salt: string | undefined;
}

/** How the files of passwords are come by. */
export interface PasswordFiles {
  /** The folder of the playbook: a path begins there. */
  readonly folder: string;
  /** True where files may be read and written; else `/dev/null` alone is open. */
  readonly here: boolean;
  /** True while nothing may be changed: what would be written is kept in mind. */
  planning(): boolean;
}

/** A password that is made once and kept in a file of the machine that plays, as Ansible keeps it. */
export function passwordLookup(files: PasswordFiles): Lookup {
  const made = new Map<string, Kept>();

  const keptIn = (path: string, asked: Asked, call: LookupCall): Kept => {
    const found = made.get(path) ?? read(path, call);
    const kept = completed(found, asked);
    if (found?.password === kept.password && found.salt === kept.salt && !made.has(path)) return kept;
    made.set(path, kept);
    if (files.planning()) return kept;
    write(path, kept, call);
    made.delete(path);
    return kept;
  };

  const passwordOf = (term: Json, call: LookupCall): string => {
    const asked = askedBy(term, call);
    const { password, salt } =
      asked.path === NOWHERE ? completed(undefined, asked) : keptHere(files, asked, call, keptIn);
    return asked.encrypt === undefined ? password : crypted(schemeOf(asked.encrypt), password, salt ?? '');
  };

  return (call) => {
    onlyOptions(call, 'password', known);
    return call.terms.flat().map((term) => passwordOf(term, call));
  };
}

/** What the file holds or will hold, with no other program at it meanwhile. */
function keptHere(
  files: PasswordFiles,
  asked: Asked,
  call: LookupCall,
  keptIn: (path: string, asked: Asked, call: LookupCall) => Kept,
): Kept {
  if (!files.here) {
    throw lookupFault(
      call,
      `the lookup 'password' keeps the password in a file of the bot’s own machine: that is for \`quarterdeck run\` in a terminal.`,
      'le lookup « password » garde le mot de passe dans un fichier de la machine du bot : c’est pour `quarterdeck run` dans un terminal.',
      t(
        'Keep the password in a vault of the inventory.',
        'Gardez le mot de passe dans un coffre (vault) de l’inventaire.',
      ),
    );
  }
  const expanded = asked.path.replace(/^~(?=\/|$)/, homedir());
  const path = resolve(files.folder, expanded);
  return files.planning() ? keptIn(path, asked, call) : alone(path, call, () => keptIn(path, asked, call));
}

function askedBy(term: Json, call: LookupCall): Asked {
  const { path, options } = parted(String(term), call);
  const option = (name: string): Json | undefined => options[name] ?? call.options[name] ?? undefined;
  const length = Number(option('length') ?? 20);
  if (!Number.isSafeInteger(length) || length < 0 || length > longest)
    throw lookupFault(
      call,
      `the length of a password is a whole number up to ${longest}.`,
      `la longueur d’un mot de passe est un nombre entier jusqu’à ${longest}.`,
    );
  const encrypt = textOf(option('encrypt'));
  const seed = textOf(option('seed'));
  return { path, length, characters: charactersOf(option('chars')), encrypt, seed };
}

const textOf = (value: Json | undefined): string | undefined =>
  value === undefined || value === null || value === '' || value === false ? undefined : String(value);

/** `path length=8 chars=digits`: a path may have blanks in it. */
function parted(term: string, call: LookupCall): { readonly path: string; readonly options: JsonObject } {
  const at = term.indexOf(' ');
  if (at < 0) return { path: term, options: {} };
  const read = readPairs(term.slice(at + 1));
  const path = read?.rest ? `${term.slice(0, at)} ${read.rest}` : term.slice(0, at);
  const other = read && [...read.pairs.keys()].find((name) => !known.includes(name));
  if (read !== undefined && other === undefined && term.startsWith(path))
    return { path, options: Object.fromEntries(read.pairs) };
  throw lookupFault(
    call,
    `the lookup 'password' takes a path and then ${known.join(', ')}, not '${other ?? term}'.`,
    `le lookup « password » prend un chemin puis ${known.join(', ')}, pas « ${other ?? term} ».`,
  );
}

/** The characters that may be drawn: sets by their names, others as they are; never quotes. */
function charactersOf(given: Json | undefined): string {
  const listed = given ?? ['ascii_letters', 'digits', '.,:-_'];
  const specs = typeof listed === 'string' ? splitCharacters(listed) : [listed].flat().map(String);
  return specs
    .map((spec) => (Object.hasOwn(SETS, spec) ? SETS[spec] : spec))
    .join('')
    .replaceAll(/["']/g, '');
}

const splitCharacters = (written: string): readonly string[] => [
  ...(written.includes(',,') ? [','] : []),
  ...written
    .replaceAll(',,', ',')
    .split(',')
    .filter((one) => one !== ''),
];

/** A password where there is none, and a salt where one is needed. */
function completed(kept: Kept | undefined, { length, characters, encrypt, seed }: Asked): Kept {
  const source = seed === undefined ? systemRandom(randomBytes) : seededByText(seed);
  const password = kept?.password ?? randomPassword(source, characters, length);
  if (encrypt === undefined) return { password, salt: kept?.salt };
  return { password, salt: kept?.salt ?? randomSalt(saltSizeOf(schemeOf(encrypt))) };
}

function read(path: string, call: LookupCall): Kept | undefined {
  if (!existsSync(path)) return undefined;
  const found = opened(path, call);
  if (found === 'special' || found === 'large') {
    throw lookupFault(call, `${path} is no file of a password.`, `${path} n’est pas un fichier de mot de passe.`);
  }
  const content = found.content.toString('utf8').trimEnd();
  const at = content.lastIndexOf(' salt=');
  if (at < 0) return { password: content, salt: undefined };
  const [salt = ''] = content.slice(at + ' salt='.length).split(' ident=');
  return { password: content.slice(0, at), salt: salt === '' ? undefined : salt };
}

function opened(path: string, call: LookupCall): Reading {
  try {
    return readRegularNow(path, largest);
  } catch (thrown) {
    throw notUsed(path, call, thrown);
  }
}

/** For its owner alone, from the beginning. */
function write(path: string, { password, salt }: Kept, call: LookupCall): void {
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeSync(file, `${password}${salt === undefined ? '' : ` salt=${salt}`}\n`);
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    throw notUsed(path, call, thrown);
  }
}

/** What the system says against it; anything else is thrown on. */
function notUsed(path: string, call: LookupCall, thrown: unknown): Error {
  const code = codeOf(thrown);
  if (code === undefined) throw thrown;
  return lookupFault(
    call,
    `the password file ${path} cannot be used: ${code}.`,
    `le fichier de mot de passe ${path} ne peut pas être utilisé : ${code}.`,
    undefined,
    thrown,
  );
}

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;

/** How long another program is waited for, in turns, as Ansible waits. */
const turns = [1000, 2000, 4000];

/** With the lock that `ansible-playbook` takes as well. */
function alone<Result>(path: string, call: LookupCall, work: () => Result): Result {
  const folder = dirname(path);
  const lock = join(folder, `${createHash('sha1').update(path).digest('hex')}.ansible_lockfile`);
  makeFolder(folder, path, call);
  for (const wait of [...turns, undefined]) {
    if (taken(lock, path, call)) break;
    if (wait === undefined)
      throw lookupFault(
        call,
        `another program is at the password file ${path}; if there is none, remove ${lock}.`,
        `un autre programme utilise le fichier de mot de passe ${path} ; s’il n’y en a pas, supprimez ${lock}.`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function makeFolder(folder: string, path: string, call: LookupCall): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw notUsed(path, call, thrown);
  }
}

function taken(lock: string, path: string, call: LookupCall): boolean {
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw notUsed(path, call, thrown);
  }
}
