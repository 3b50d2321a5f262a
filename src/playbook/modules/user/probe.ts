import type { Applied, Quote } from '../module.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { toolPath } from '../state/tools.ts';
import type { UserArgs } from './arguments.ts';

/** An account as the host has it. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

/** What belongs to the account besides its line in `/etc/passwd`. */
export interface UserState {
  readonly account: Account | undefined;
  /** The hash; empty when nobody may read it. */
  readonly password: string;
  readonly expires: number;
  readonly minDays: number | undefined;
  readonly maxDays: number | undefined;
  /** Every group by name: number and members. */
  readonly groups: ReadonlyMap<string, { readonly gid: number; readonly members: readonly string[] }>;
  /** The home it has, or is to have, is there; and the folder above. */
  readonly homeThere: boolean;
  readonly parentThere: boolean;
  /** Where new accounts have their home. */
  readonly base: string;
  readonly hostname: string;
  readonly tools: ReadonlySet<string>;
  readonly key: KeyState;
}

/** The key pair as it is. */
export interface KeyState {
  readonly there: boolean;
  readonly publicThere: boolean;
  readonly fingerprint: string;
  readonly publicKey: string;
}

/** Shell functions: a line of a database by its first field; what is known of the key. */
export const userFunctions = String.raw`
entry() {
  l=
  if command -v getent >/dev/null 2>&1; then l=$(getent "$1" "$2" 2>/dev/null)
  elif [ -r "/etc/$1" ]; then while IFS= read -r i; do case $i in "$2":*) l=$i ;; esac; done <"/etc/$1"; fi
  case $l in "$2":*) printf '%s\n' "$1=$l" ;; esac
}
key() {
  [ -e "$1" ] && echo key.there=yes
  [ -e "$1.pub" ] && echo key.public=yes && printf '%s\n' "key.text=$(hex "$(cat "$1.pub" 2>/dev/null)")"
  if [ -e "$1" ] && f=$(ssh-keygen -l -f "$1" 2>/dev/null </dev/null); then printf '%s\n' "key.print=$(hex "$f")"; fi
}`.trim();

/** `$k`: the key's file, once `$h` is the home. */
export const keyPath = (args: UserArgs, quote: Quote): string => {
  const file = args.key?.file ?? '';
  return file.startsWith('/') ? `k=${quote(file)}` : `k=\${h%/}/${quote(file)}`;
};

const programs = ['useradd', 'usermod', 'userdel', 'chage', 'chpasswd', 'ssh-keygen'];

/** Asks for the account's lines, all groups, its home and its key. */
export const probeUser = (args: UserArgs, quote: Quote): string =>
  [
    toolPath,
    'hex() { printf %s "$1" | od -An -v -tx1 | tr -d \' \\n\'; }',
    userFunctions,
    `u=${quote(args.name)}`,
    'entry passwd "$u"; h=; case $l in "$u":*) h=${l#*:*:*:*:*:}; h=${h%%:*} ;; esac',
    'entry shadow "$u"',
    "if command -v getent >/dev/null 2>&1; then getent group; else cat /etc/group; fi | sed 's/^/groups=/'",
    "b=; [ -r /etc/default/useradd ] && b=$(sed -n 's/^HOME=//p' /etc/default/useradd | tail -n 1); b=${b:-/home}",
    'echo "base=$(hex "$b")"; echo "hostname=$(hostname 2>/dev/null || uname -n)"',
    `for c in ${programs.join(' ')}; do command -v $c >/dev/null 2>&1 && echo "tool=$c"; done`,
    args.key === undefined ? '' : `if [ -n "$h" ]; then ${keyPath(args, quote)}; key "$k"; fi`,
    args.home === undefined ? '[ -n "$h" ] || h=$b/$u' : `h=${quote(args.home)}`,
    '[ -e "$h" ] && echo home=there; p=${h%/*}; [ -d "${p:-/}" ] && echo parent=there',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const accountOf = (line: string | undefined): Account | undefined => {
  const [, , uid, gid, comment = '', home = '', shell = ''] = (line ?? '').split(':');
  if (uid === undefined || gid === undefined) return undefined;
  return { uid: Number(uid), gid: Number(gid), comment, home, shell };
};

const days = (value: string | undefined): number | undefined =>
  value === undefined || value === '' ? undefined : Number(value);

const groupOf = (line: string) => {
  const [name = '', , gid = '', members = ''] = line.split(':');
  return [name, { gid: Number(gid), members: members.split(',').filter((member) => member !== '') }] as const;
};

/** Reads the account and its key out of what a script printed. */
export const readAccount = (fields: Fields) => ({
  account: accountOf(fields.get('passwd')),
  key: {
    there: fields.get('key.there') === 'yes',
    publicThere: fields.get('key.public') === 'yes',
    fingerprint: fields.text('key.print') ?? '',
    publicKey: (fields.text('key.text') ?? '').trim(),
  },
});

/** Reads what the probe printed. */
export const readUser = (output: Applied): UserState => {
  const fields = readFields(output);
  const passwd = (fields.get('passwd') ?? '').split(':')[1] ?? '';
  const shadow = (fields.get('shadow') ?? '').split(':');
  return {
    ...readAccount(fields),
    password: passwd.length > 1 ? passwd : (shadow[1] ?? ''),
    minDays: days(shadow[3]),
    maxDays: days(shadow[4]),
    expires: days(shadow[7]) ?? -1,
    groups: new Map(fields.all('groups').map(groupOf)),
    homeThere: fields.get('home') === 'there',
    parentThere: fields.get('parent') === 'there',
    base: fields.text('base') ?? '/home',
    hostname: fields.get('hostname') ?? '',
    tools: new Set(fields.all('tool')),
  };
};
