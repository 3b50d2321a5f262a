/** What the permission bits are now, and what decides how symbolic ones are read. */
export interface PresentMode {
  readonly mode: number;
  readonly directory: boolean;
  readonly umask: number;
}

const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
/** The special bit of each class: set-user-id, set-group-id, sticky. */
const specials: Readonly<Record<string, number>> = { u: 0o4000, g: 0o2000, o: 0o1000 };

const clause = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/;

/** True when a text is a mode: octal, or symbolic as `chmod` takes it. */
export const isMode = (text: string): boolean =>
  /^[0-7]{1,5}$/.test(text) || text.split(',').every((part) => clause.test(part));

const lettersBits = (letter: string, present: PresentMode): number => {
  const run = present.directory || (present.mode & 0o111) !== 0;
  if (letter === 'X') return run ? 1 : 0;
  if (letter in shifts) return (present.mode >> (shifts[letter] ?? 0)) & 7;
  return { r: 4, w: 2, x: 1 }[letter] ?? 0;
};

const bitsFor = (who: string, letters: string, present: PresentMode, masked: boolean): number => {
  let bits = 0;
  for (const letter of letters) {
    const special = (letter === 's' && who !== 'o') || (letter === 't' && who === 'o');
    const plain = lettersBits(letter, present) << (shifts[who] ?? 0);
    const open = masked && 'rwx'.includes(letter) ? plain & ~present.umask : plain;
    bits |= special ? (specials[who] ?? 0) : open;
  }
  return bits;
};

const combine = (mode: number, who: string, operator: string, bits: number): number => {
  if (operator === '+') return mode | bits;
  if (operator === '-') return mode & ~bits;
  return (mode & ~((7 << (shifts[who] ?? 0)) | (specials[who] ?? 0))) | bits;
};

const applyClause = (start: number, part: string, present: PresentMode): number => {
  const [, users = '', actions = ''] = clause.exec(part) ?? [];
  const classes = users === '' || users.includes('a') ? 'ugo' : users;
  let mode = start;
  for (const [, operator = '', letters = ''] of actions.matchAll(/([-+=])([rwxXstugo]*)/g)) {
    for (const who of classes) mode = combine(mode, who, operator, bitsFor(who, letters, present, users === ''));
  }
  return mode;
};

/** The permission bits a mode asks for, given what is there: as Ansible reads it, from the bits before the first clause. */
export const wantedMode = (mode: string, present: PresentMode): number => {
  if (/^[0-7]+$/.test(mode)) return Number.parseInt(mode, 8) & 0o7777;
  return mode.split(',').reduce((bits, part) => applyClause(bits, part, present), present.mode);
};

/** A mode as people write it: `0644`, `2755`. */
export const showMode = (mode: number): string => mode.toString(8).padStart(4, '0');

/** A mode for `chmod` that also clears special bits of folders, which GNU leaves alone below five digits. */
export const chmodMode = (mode: number): string => mode.toString(8).padStart(5, '0');
