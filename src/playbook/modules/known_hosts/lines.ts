import { createHash, createHmac } from 'node:crypto';

/** A line of a file of known hosts. */
export interface HostLine {
  /** `@cert-authority` or `@revoked`. */
  readonly marker: string | undefined;
  /** Names and patterns with commas between them, or one name hashed. */
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
}

/** Reads a line; undefined for a comment, and for what is no line of ssh’s. */
export function readHostLine(line: string): HostLine | undefined {
  const words = line.split(/[ \t\r\n]+/).filter((word) => word !== '');
  if (words.length === 0 || words[0]?.startsWith('#')) return undefined;
  const marked = words[0]?.startsWith('@');
  const [hosts, type, key] = marked ? words.slice(1) : words;
  if (hosts === undefined || type === undefined || key === undefined) return undefined;
  return { marker: marked ? words[0] : undefined, hosts, type, key };
}

/** True for a name that nobody can read. */
export const isHashed = (hosts: string): boolean => hosts.startsWith('|1|');

const digest = (salt: Buffer, host: string): string => createHmac('sha1', salt).update(host).digest('base64');

/** A name that nobody can read, with a salt that its key gives: a plan says what a run will write. */
export function hashed(host: string, key: string): string {
  const salt = createHash('sha256').update(`${host}\0${key}`).digest().subarray(0, 20);
  return `|1|${salt.toString('base64')}|${digest(salt, host)}`;
}

/** Ssh’s patterns: `*` and `?`. No two stars stand beside each other, so that none is tried twice at one place. */
function fits(pattern: string, host: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split(/\*+/);
  const at = (text: string, from: number): boolean =>
    from >= 0 &&
    from + text.length <= host.length &&
    [...text].every((char, index) => char === '?' || char === host[from + index]);
  if (!at(first, 0)) return false;
  const last = rest.pop();
  if (last === undefined) return host.length === first.length;
  let position = first.length;
  for (const part of rest) {
    while (position <= host.length && !at(part, position)) position += 1;
    if (position > host.length) return false;
    position += part.length;
  }
  return host.length - last.length >= position && at(last, host.length - last.length);
}

/** True where a line is about that host, as `ssh-keygen -F` finds it. */
export function isAbout({ hosts }: HostLine, host: string): boolean {
  if (isHashed(hosts)) {
    const [, , salt = '', sum = ''] = hosts.split('|');
    return digest(Buffer.from(salt, 'base64'), host) === sum;
  }
  const patterns = hosts.split(',');
  const refused = patterns.some((one) => one.startsWith('!') && fits(one.slice(1), host));
  return !refused && patterns.some((one) => !one.startsWith('!') && fits(one, host));
}
