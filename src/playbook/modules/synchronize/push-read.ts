import type { Applied, TreeEntry } from '../module.ts';
import { type Fields, fromHex, readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import type { PushArgs } from './push.ts';
import { namesOf } from './push-probe.ts';

/** Something that is on the host. */
export interface Found {
  readonly kind: TreeEntry['kind'];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modified: number;
  readonly target?: string;
  /** `sha1:…` or `sha256:…`, where contents are compared. */
  readonly sum?: string;
}

/** What the host said. */
export interface PushState {
  readonly kind: 'push';
  readonly failed?: string;
  /** The folder that paths start from. */
  readonly root: string;
  readonly look: Look;
  readonly parent: boolean;
  /** Of a single file: the name it takes. */
  readonly name?: string;
  readonly found: ReadonlyMap<string, Found>;
  /** Everything below, where what is too much goes: path, and whether it is a folder. */
  readonly below: ReadonlyMap<string, boolean>;
  readonly umask: number;
  readonly uid: number;
  readonly groups: ReadonlySet<number>;
  readonly users: ReadonlyMap<string, number>;
  readonly groupIds: ReadonlyMap<string, number>;
}

const tidy = (path: string): string => (path === '.' ? '' : path.replace(/^\.\//, ''));

const listOf = (fields: Fields, key: string): readonly string[] =>
  fields
    .all(key)
    .flatMap((hex) => fromHex(hex).split('\0').slice(0, -1))
    .map(tidy);

/** `NAME:VALUE`, the name by `hex`. */
const pairsOf = (fields: Fields, key: string): ReadonlyMap<string, string> =>
  new Map(
    fields.all(key).map((line): [string, string] => {
      const at = line.indexOf(':');
      return [tidy(fromHex(line.slice(0, at))), line.slice(at + 1)];
    }),
  );

const kinds = new Map<number, TreeEntry['kind']>([
  [0o10, 'file'],
  [0o4, 'directory'],
  [0o12, 'link'],
]);

const foundOf = (line: string): Found => {
  const [hex = '', ...rest] = line.split(' ');
  const mode = Number.parseInt(hex, 16);
  const [uid = 0, gid = 0, size = 0, modified = 0] = rest.map(Number);
  return { kind: kinds.get(mode >> 12) ?? 'other', mode: mode & 0o7777, uid, gid, size, modified };
};

const readFound = (fields: Fields): ReadonlyMap<string, Found> => {
  const [names, lines] = [listOf(fields, 'names'), fields.all('at')];
  const [targets, sums] = [pairsOf(fields, 'link'), pairsOf(fields, 'sum')];
  return new Map(
    names.map((name, index) => {
      const [target, sum] = [targets.get(name), sums.get(name)];
      return [
        name,
        {
          ...foundOf(lines[index] ?? ''),
          ...(target !== undefined && { target: fromHex(target) }),
          ...(sum !== undefined && { sum }),
        },
      ];
    }),
  );
};

const idsOf = (fields: Fields, names: readonly string[], prefix: 'u' | 'g'): ReadonlyMap<string, number> =>
  new Map(
    names.flatMap((name, index) => {
      const id = fields.number(`${prefix}${index}.${prefix === 'u' ? 'uid' : 'gid'}`);
      return id === undefined ? [] : [[name, id] as const];
    }),
  );

/** Reads what the probe printed. */
export const readPush = (output: Applied, args: PushArgs): PushState => {
  const fields = readFields(output);
  const name = fields.text('name');
  const dirs = new Set(listOf(fields, 'dirs'));
  return {
    kind: 'push',
    ...(fields.get('nostat') === 'yes' && {
      failed: 'synchronize: the host has no stat that prints what it is asked for. Install coreutils or busybox there.',
    }),
    root: fields.text('path') ?? args.dest,
    look: readLook(fields, 'root'),
    parent: fields.get('parent') === 'yes',
    ...(name !== undefined && { name }),
    found: readFound(fields),
    below: new Map(listOf(fields, 'all').map((path) => [path, dirs.has(path)])),
    umask: Number.parseInt(fields.get('umask') ?? '022', 8),
    uid: fields.number('uid') ?? -1,
    groups: new Set((fields.get('groups') ?? '').split(' ').map(Number)),
    users: idsOf(fields, namesOf(args.entries, 'owner'), 'u'),
    groupIds: idsOf(fields, namesOf(args.entries, 'group'), 'g'),
  };
};
