import { stat } from 'node:fs/promises';
import type { Fault } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { SshTarget } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import { hostKey, type KnownHost, knownName, namesHost, parseKnownHosts, readOr } from '../known-hosts.ts';
import { hostKeyTypes } from './algorithms.ts';

/** Decides whether the key a host shows is the host's. */
export interface HostKeyCheck {
  /** The key types to ask for, those we know first, so that a known host never shows an unknown key. */
  readonly types: readonly string[];
  /** The fault that refuses this key, or undefined when it is known. */
  refuse(key: Buffer): Fault | undefined;
}

/**
 * Tells of a key that was shown whether it is known still, whenever it is asked: the files are read again only where they
 * are other ones by then. It is made before the files are read for the first time.
 */
export async function watchHostKey(at: SshTarget, log: Log): Promise<(key: Buffer) => Promise<boolean>> {
  let read = await stampOf(at.knownHosts);
  let known = true;
  return async (key) => {
    const stamp = await stampOf(at.knownHosts);
    if (stamp === read) return known;
    known = (await loadHostKeyCheck(at, log)).refuse(key) === undefined;
    read = stamp;
    return known;
  };
}

/** What changes whenever one of the files does. */
const stampOf = async (files: readonly string[]): Promise<string> =>
  (await Promise.all(files.map(fileStamp))).join('\n');

const fileStamp = (file: string): Promise<string> =>
  stat(file, { bigint: true }).then(
    ({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(' '),
    () => 'not there',
  );

/** Reads the known_hosts files that vouch for a target. One that cannot be read vouches for nothing, and is named when no other knows the host. */
export async function loadHostKeyCheck(at: SshTarget, log: Log): Promise<HostKeyCheck> {
  const name = knownName(at.address, at.port);
  const files = await Promise.all(at.knownHosts.map((file) => readKnown(file, log)));
  const entries = files.flatMap((one) => one.entries).filter((entry) => namesHost(entry.hosts, name));
  return judge(at, entries, files.find(({ unreadable }) => unreadable !== undefined)?.unreadable);
}

interface Read {
  readonly entries: readonly KnownHost[];
  readonly unreadable?: Fault;
}

async function readKnown(file: string, log: Log): Promise<Read> {
  try {
    const { entries, ignored } = parseKnownHosts(await readOr(file, ''));
    if (ignored.length > 0) log.warn({ file, lines: ignored }, 'lines of known_hosts that vouch for nothing here');
    return { entries };
  } catch (cause) {
    log.warn({ file, cause }, 'known_hosts cannot be read');
    return { entries: [], unreadable: faults.knownHostsUnreadable(file, cause) };
  }
}

function judge(at: SshTarget, entries: readonly KnownHost[], unreadable: Fault | undefined): HostKeyCheck {
  const revoked = new Set(entries.filter((entry) => entry.revoked).map((entry) => entry.base64));
  const known = entries.filter((entry) => !entry.revoked);
  const knownTypes = new Set(known.map((entry) => entry.type));
  const refuse = (bytes: Buffer): Fault | undefined => {
    const key = hostKey(bytes);
    const shown = `${key.type} ${key.fingerprint}`;
    if (revoked.has(key.base64)) return faults.hostKeyRevoked(at, shown);
    if (known.some((entry) => entry.base64 === key.base64)) return undefined;
    if (known.length === 0) return unreadable ?? faults.hostKeyUnknown(at, shown);
    return faults.hostKeyChanged(at, shown, known.map(fingerprintOf));
  };
  const types = [...hostKeyTypes].sort((a, b) => Number(knownTypes.has(b)) - Number(knownTypes.has(a)));
  return { types, refuse };
}

const fingerprintOf = (entry: KnownHost): string =>
  `${entry.type} ${hostKey(Buffer.from(entry.base64, 'base64')).fingerprint}`;
