import type { JsonObject } from '#core/json.ts';
import { linesOfFeed, toBytes } from '../edit/bytes.ts';
import type { Edited } from '../edit/edit.ts';
import { wrong } from '../state/wrong.ts';
import { type HostLine, hashed, isAbout, isHashed, readHostLine } from './lines.ts';

/** What is to be known of a host. */
export interface HostWish {
  readonly host: string;
  readonly present: boolean;
  /** The line to be there, or not: all lines of the host, where there is none. */
  readonly line?: { readonly text: string; readonly read: HostLine };
  /** The arguments as Ansible returns them. */
  readonly shown: JsonObject;
}

function lineOf(key: string, host: string, hash: boolean): HostWish['line'] {
  const text = toBytes(key.trim());
  const read = readHostLine(text);
  if (read === undefined)
    throw wrong(
      'known_hosts: the key is a line of known_hosts: names, type and key.',
      'known_hosts : key est une ligne de known_hosts : noms, type et clé.',
    );
  if (!hash) return { text, read };
  const name = hashed(host, read.key);
  const words = text.split(/\s+/).map((word) => (word === read.hosts ? name : word));
  return { text: words.join(' '), read: { ...read, hosts: name } };
}

/** Checks the arguments. Throws a Fault. */
export function prepareHost(args: JsonObject): HostWish {
  const host = String(args.name).toLowerCase();
  const key = typeof args.key === 'string' && args.key.trim() !== '' ? args.key : undefined;
  if (args.state !== 'absent' && key === undefined)
    throw wrong('known_hosts: No key specified when adding a host.', 'known_hosts : il faut key pour ajouter un hôte.');
  if (/[\s,]/.test(host) || host === '')
    throw wrong('known_hosts: name is one name.', 'known_hosts : name est un seul nom.');
  const line = key === undefined ? undefined : lineOf(key, host, args.hash_host === true);
  if (line !== undefined && !isAbout(line.read, host))
    throw wrong(
      'known_hosts: Host parameter does not match hashed host field in supplied key.',
      'known_hosts : name ne correspond pas aux noms de la ligne key.',
    );
  return {
    host,
    present: args.state !== 'absent',
    ...(line !== undefined && { line }),
    shown: { name: String(args.name), key: key ?? null, hash_host: args.hash_host === true },
  };
}

/** The same names, or two that nobody can read, with the same key. */
const same = (one: HostLine, other: HostLine): boolean =>
  one.marker === other.marker &&
  one.type === other.type &&
  one.key === other.key &&
  (one.hosts === other.hosts || (isHashed(one.hosts) && isHashed(other.hosts)));

const unchanged = (text: string | undefined): Edited => ({ kind: 'text', text, msg: '' });

/** All lines of the host go, but those of authorities and what is revoked. */
function without(text: string, host: string): Edited {
  const kept = linesOfFeed(text).filter((line) => {
    const read = readHostLine(line);
    return read === undefined || read.marker !== undefined || !isAbout(read, host);
  });
  return unchanged(kept.join(''));
}

/** A line of the same type is replaced by the new one, which comes last. */
export function editHosts({ host, present, line }: HostWish, text: string | undefined): Edited {
  if (text === undefined) return unchanged(present && line ? `${line.text}\n` : undefined);
  if (line === undefined) return without(text, host);
  const lines = linesOfFeed(text);
  const found = lines.findIndex((one) => {
    const read = readHostLine(one);
    return read !== undefined && isAbout(read, host) && read.type === line.read.type;
  });
  const read = found < 0 ? undefined : readHostLine(lines[found] ?? '');
  if (present && read !== undefined && same(read, line.read)) return unchanged(text);
  const kept = lines.filter((_line, index) => index !== found).join('');
  if (!present) return unchanged(kept);
  return unchanged(`${kept}${kept === '' || kept.endsWith('\n') ? '' : '\n'}${line.text}\n`);
}
