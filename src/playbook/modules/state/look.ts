import type { Fields } from './fields.ts';

/** What is at a path. Numbers are absent when nothing is there. */
export type Look =
  | { readonly type: 'absent' }
  | {
      readonly type: 'file' | 'directory' | 'link' | 'other';
      /** The twelve permission bits. */
      readonly mode: number;
      readonly links: number;
      readonly uid: number;
      readonly gid: number;
      readonly owner: string;
      readonly group: string;
      readonly size: number;
      readonly inode: number;
      readonly device: number;
      /** Seconds since the epoch. */
      readonly accessed: number;
      readonly modified: number;
      readonly changed: number;
      /** What a link says. */
      readonly target?: string;
    };

/** Something that is there. */
export type Present = Exclude<Look, { readonly type: 'absent' }>;

const bitOf = (letter: string, plain: string, special: string): number =>
  letter === plain || letter === special ? 1 : 0;

/** `drwxr-sr-t` → the twelve bits. */
export const modeOfLetters = (letters: string): number => {
  const bits = [...letters.slice(1, 10)].map((letter, index) =>
    bitOf(letter, 'rwxrwxrwx'[index] ?? '', 'rwsrwsrwt'[index] ?? ''),
  );
  const special = [letters[3], letters[6], letters[9]].map((letter) => (/[sStT]/.test(letter ?? '') ? 1 : 0));
  return Number.parseInt([...special, ...bits].join(''), 2);
};

const fromStat = (line: string) => {
  const [mode = '0', ...rest] = line.split(' ');
  const [links, uid, gid, size, inode, device, accessed, modified, changed] = rest.slice(0, 9).map(Number);
  return {
    mode: Number.parseInt(mode, 16) & 0o7777,
    numbers: { links, uid, gid, size, inode, device, accessed, modified, changed },
    names: rest.slice(9),
  };
};

const fromList = (line: string, names: string) => {
  const [inode = '0', letters = '', links, uid, gid, size] = line.split(' ');
  return {
    mode: modeOfLetters(letters),
    numbers: { links: Number(links), uid: Number(uid), gid: Number(gid), size: Number(size), inode: Number(inode) },
    names: names.split(' '),
  };
};

const zeros = { links: 1, uid: 0, gid: 0, size: 0, inode: 0, device: 0, accessed: 0, modified: 0, changed: 0 };

/** Reads what the shell function `look` printed under a key. */
export const readLook = (fields: Fields, key: string): Look => {
  const type = fields.get(`${key}.type`);
  if (type !== 'file' && type !== 'directory' && type !== 'link' && type !== 'other') return { type: 'absent' };
  const line = fields.get(`${key}.stat`);
  const { mode, numbers, names } =
    line === undefined ? fromList(fields.get(`${key}.ls`) ?? '', fields.get(`${key}.names`) ?? '') : fromStat(line);
  const known = Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)));
  const target = fields.text(`${key}.target`);
  const [owner = '', group = ''] = names;
  return {
    ...zeros,
    ...known,
    type,
    mode,
    owner: owner === 'UNKNOWN' ? '' : owner,
    group: group === 'UNKNOWN' ? '' : group,
    ...(target !== undefined && { target }),
  };
};

/** Ansible's word for what is there. */
export const stateOf = (look: Look): 'absent' | 'file' | 'directory' | 'link' | 'hard' => {
  if (look.type === 'file' && look.links > 1) return 'hard';
  return look.type === 'other' ? 'file' : look.type;
};
