import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { HostKey, SshTarget } from '#core/ssh.ts';
import * as faults from './faults.ts';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  /** `|1|salt|hash`, or patterns separated by commas. */
  readonly hosts: string;
  readonly type: string;
  readonly base64: string;
  readonly revoked: boolean;
}

/** What a known_hosts file holds; `ignored` are the lines that vouch for nothing here. */
export interface KnownHosts {
  readonly entries: readonly KnownHost[];
  readonly ignored: readonly { readonly line: number; readonly reason: 'cert-authority' | 'unreadable' }[];
}

/** Reads a known_hosts file's text as OpenSSH does. A line that cannot be read vouches for nothing. */
export function parseKnownHosts(text: string): KnownHosts {
  const entries: KnownHost[] = [];
  const ignored: { line: number; reason: 'cert-authority' | 'unreadable' }[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const entry = parseLine(line);
    if (typeof entry === 'string') ignored.push({ line: index + 1, reason: entry });
    else entries.push(entry);
  }
  return { entries, ignored };
}

function parseLine(line: string): KnownHost | 'cert-authority' | 'unreadable' {
  const words = line.split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  if (marker === '@cert-authority') return 'cert-authority';
  const [hosts, type, base64] = words;
  if ((marker !== undefined && marker !== '@revoked') || !hosts || !type || !base64) return 'unreadable';
  if (keyTypeOf(base64) !== type) return 'unreadable';
  return { hosts, type, base64, revoked: marker === '@revoked' };
}

/** The type written inside the key itself; undefined when this is no key. */
export function keyTypeOf(base64: string): string | undefined {
  const key = Buffer.from(base64, 'base64');
  if (key.length < 8) return undefined;
  const length = key.readUInt32BE(0);
  return length < key.length - 4 ? key.toString('latin1', 4, 4 + length) : undefined;
}

/** How known_hosts names a place: `host`, or `[host]:port` off the usual port. */
export const knownName = (address: string, port: number): string => {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
};

/** True when a line's hosts field names this place. */
export function namesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return hashNames(hosts, name);
  let found = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    if (pattern.startsWith('!')) {
      if (glob(pattern.slice(1), name)) return false;
    } else found ||= glob(pattern, name);
  }
  return found;
}

function hashNames(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || !salt || !hash) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** `*` and `?`, nothing else, without the cost of a regular expression on hostile patterns. */
function glob(pattern: string, name: string): boolean {
  let [at, star, retry] = [0, -1, 0];
  let place = 0;
  while (place < name.length) {
    if (at < pattern.length && (pattern[at] === '?' || (pattern[at] === name[place] && pattern[at] !== '*'))) {
      at += 1;
      place += 1;
    } else if (pattern[at] === '*') {
      star = at;
      retry = place;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      place = retry;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** The fingerprint as OpenSSH prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** A host key from its bytes on the wire. */
export const hostKey = (key: Buffer): HostKey => {
  const base64 = key.toString('base64');
  return { type: keyTypeOf(base64) ?? 'unknown', base64, fingerprint: fingerprint(key) };
};

/** What known_hosts files say of a place: the keys they vouch for, and those they revoke, in their order. */
export interface KeysOfPlace {
  readonly known: readonly HostKey[];
  readonly revoked: readonly HostKey[];
}

/** A missing file vouches for nothing; a key that is revoked is not known, whatever else is said of it. Throws `ssh.known_hosts_unreadable`. */
export async function keysOf(
  files: readonly string[],
  target: Pick<SshTarget, 'address' | 'port'>,
): Promise<KeysOfPlace> {
  const name = knownName(target.address, target.port);
  const texts = await Promise.all(files.map(readKnown));
  const entries = texts.flatMap((text) => parseKnownHosts(text).entries).filter(({ hosts }) => namesHost(hosts, name));
  const keys = (those: readonly KnownHost[]) => those.map(({ base64 }) => hostKey(Buffer.from(base64, 'base64')));
  const revoked = entries.filter((entry) => entry.revoked);
  const isRevoked = ({ base64 }: KnownHost): boolean => revoked.some((one) => one.base64 === base64);
  return { known: keys(entries.filter((entry) => !isRevoked(entry))), revoked: keys(revoked) };
}

/** The account's own file, which nobody has named, vouches for nothing when it cannot be read: as for OpenSSH. */
const isOwn = (file: string): boolean => file === join(homedir(), '.ssh', 'known_hosts');

/** Below a file there is none. */
const isNowhere = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOTDIR';

const readKnown = (file: string): Promise<string> =>
  readOr(file, '').catch((cause: unknown) => {
    if (isOwn(file) || isNowhere(cause)) return '';
    throw faults.knownHostsUnreadable(file, cause);
  });

/**
 * Writes that the host has these keys: lines naming the host alone with a key of the same type are replaced, every
 * other line stays as it is. The file appears whole or not at all, with the owner and rights it had; a new one is for the
 * owner of its folder only. A link is followed. Throws `ssh.known_hosts`.
 */
export async function trustHost(
  file: string,
  target: Pick<SshTarget, 'address' | 'port'>,
  keys: readonly HostKey[],
): Promise<void> {
  try {
    await writeTrusted(await whereItLeads(file), knownName(target.address, target.port), keys);
  } catch (cause) {
    throw faults.notNoted(file, cause);
  }
}

/** Where a link leads, also to a file that is not there yet. */
async function whereItLeads(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    const link = await readlink(file).catch(() => undefined);
    return link === undefined ? file : resolve(dirname(file), link);
  }
}

interface Keeping {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Whose the file is, and who may read it. */
async function keepingOf(file: string): Promise<Keeping> {
  try {
    return await stat(file);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    return { ...(await stat(dirname(file))), mode: 0o600 };
  }
}

/** Only root writes for another account: the bot must go on reading the file after `sudo quarterdeck trust`. */
async function keepAs(handle: FileHandle, { uid, gid, mode }: Keeping): Promise<void> {
  if (process.geteuid?.() === 0) await handle.chown(uid, gid);
  await handle.chmod(mode & 0o777);
}

async function writeTrusted(file: string, name: string, keys: readonly HostKey[]): Promise<void> {
  const types = new Set(keys.map((key) => key.type));
  const kept = (await readOr(file, '')).split('\n').filter((line) => line !== '' && !replaces(line, name, types));
  const lines = [...kept, ...keys.map((key) => `${name} ${key.type} ${key.base64}`)];
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const keeping = await keepingOf(file);
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${lines.join('\n')}\n`);
      await keepAs(handle, keeping);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

function replaces(line: string, name: string, types: ReadonlySet<string>): boolean {
  const entry = parseLine(line.trim());
  if (typeof entry === 'string' || entry.revoked || !types.has(entry.type)) return false;
  return entry.hosts.includes(',') ? false : namesHost(entry.hosts, name) && !/[*?]/.test(entry.hosts);
}

/** A file's text, or another when there is no such file. */
export const readOr = async (file: string, otherwise: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return otherwise;
    throw cause;
  }
};

const isMissing = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
