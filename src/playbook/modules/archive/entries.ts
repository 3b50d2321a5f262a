import { modeOfLetters } from '../state/look.ts';

/** Something on the host; texts are bytes. */
export interface Entry {
  readonly path: string;
  /** As `find` says it: `f`, `d`, `l`, and others. */
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly modified: number;
  /** What a link says. */
  readonly target: string;
}

/** Something in an archive. */
export interface Member extends Omit<Entry, 'path' | 'target'> {
  /** With what a link says behind it. */
  readonly name: string;
}

/** What `find` told: three texts for each. */
export function entriesIn(told: Buffer): readonly Entry[] {
  const texts = told.toString('latin1').split('\0');
  const count = Math.floor((texts.length - 1) / 3);
  return Array.from({ length: count }, (_, index) => {
    const [facts = '', target = '', path = ''] = texts.slice(index * 3, index * 3 + 3);
    const [type = '', mode = '', uid, gid, size, modified] = facts.trim().split(' ');
    return {
      path,
      target,
      type,
      mode: Number.parseInt(mode, 8),
      uid: Number(uid),
      gid: Number(gid),
      size: Number(size),
      modified: Math.floor(Number(modified)),
    };
  });
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A name as `tar` escapes it. */
const unescaped = (name: string): string =>
  name.replace(/\\([0-7]{3}|.)/gs, (_whole, code: string) =>
    /^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  );

const types: Readonly<Record<string, string>> = { '-': 'f', h: 'h' };

/** What `tar` lists, with numbers for names of accounts, in universal time. */
export function membersIn(listed: Buffer): readonly Member[] {
  return listed
    .toString('latin1')
    .split('\n')
    .flatMap((line): Member[] => {
      const match = /^(.)(\S{9}) (\d+)\/(\d+) +(\S+) (\S+) ([\d:]+)(?:\.\d+)? +(.*)$/s.exec(line);
      if (match === null) return [];
      const [, letter = '', rights = '', uid, gid, size, day, time, written = ''] = match;
      const type = types[letter] ?? letter;
      const name = unescaped(written);
      return [
        {
          type: type === 'h' ? 'h' : type,
          mode: modeOfLetters(`-${rights}`),
          uid: Number(uid),
          gid: Number(gid),
          size: Number(size),
          modified: Math.floor(Date.parse(`${day}T${time}Z`) / 1000),
          name: type === 'h' ? name.replace(/ link to .*$/s, '') : type === 'd' ? name.replace(/\/$/, '') : name,
        },
      ];
    });
}

/** What an entry is in an archive, under that name. */
export const memberOf = ({ path: _path, target, ...entry }: Entry, name: string): Member => ({
  ...entry,
  name: entry.type === 'l' ? `${name} -> ${target}` : name,
});

/** All that tells one member from another, but blanks before its name, which a listing has as well; of one that is a second name for a file, not how large it is. */
const keyOf = ({ type, mode, uid, gid, size, modified, name }: Member, alike: boolean): string =>
  JSON.stringify([
    alike && type === 'h' ? 'f' : type,
    mode,
    uid,
    gid,
    type === 'f' && !alike ? size : 0,
    modified,
    name.trimStart(),
  ]);

/** True where an archive holds just these. */
export function holdsJust(members: readonly Member[], wanted: readonly Member[]): boolean {
  if (members.length !== wanted.length) return false;
  const second = new Set(members.filter(({ type }) => type === 'h').map(({ name }) => name));
  const key = (member: Member): string => keyOf(member, second.has(member.name.trimStart()));
  const there = new Set(members.map(key));
  return wanted.every((member) => there.has(key(member)));
}
