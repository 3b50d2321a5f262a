import { globMatches } from '../../inventory/glob.ts';
import { toBytes } from '../edit/bytes.ts';
import { type ArchiveArgs, isGlob } from './arguments.ts';
import { type Entry, holdsJust, type Member, memberOf } from './entries.ts';
import type { ArchiveState, Source } from './probe.ts';

/** What is to be archived, and how; texts are bytes. */
export interface Work {
  readonly sources: readonly Source[];
  readonly missing: readonly string[];
  /** What all names in the archive are without. */
  readonly root: string;
  /** Several things, which need a name to be put under. */
  readonly several: boolean;
  /** An archive, and not one file that is packed alone. */
  readonly archives: boolean;
  readonly entries: readonly Entry[];
  readonly members: readonly Member[];
  /** True where the file that is there holds just that. */
  readonly same: boolean;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || (path.startsWith('/') ? '/' : '');

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

/** The folder that all paths have in common, with a slash. */
export function rootOf(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map((path) => withSlash(folderOf(path)));
  const common = others.reduce((prefix, path) => {
    let length = 0;
    while (length < prefix.length && prefix[length] === path[length]) length += 1;
    return prefix.slice(0, length);
  }, first);
  return withSlash(folderOf(common));
}

const compared = (one: Source, other: Source): number => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0);

/** Puts together what a task asks for; undefined where nothing of it has a name. */
export function workOf(args: ArchiveArgs, state: ArchiveState): Work | undefined {
  const out = new Set(state.excluded);
  const named = [...new Map(state.sources.map((one) => [one.path, one])).values()]
    .filter(({ path }) => !out.has(path))
    .toSorted(compared);
  const [first] = named;
  if (first === undefined) return undefined;
  const root = rootOf(named.map(({ path }) => path));
  const several = args.archives || args.paths.some(isGlob) || first.kind === 'directory' || named.length > 1;
  const patterns = args.patterns.map(toBytes);
  const nameOf = ({ path }: Entry): string => nameIn(root, path);
  // A socket is nothing that an archive could hold.
  const entries = named
    .flatMap((one) => one.entries)
    .filter((entry) => entry.type !== 's' && !patterns.some((pattern) => globMatches(pattern, nameOf(entry))));
  const members = entries.map((entry) => memberOf(entry, nameOf(entry)));
  const whole = several || args.format === 'tar';
  return {
    sources: named.filter(({ kind }) => kind !== 'absent'),
    missing: named.filter(({ kind }) => kind === 'absent').map(({ path }) => path),
    root,
    several,
    archives: whole,
    entries,
    members,
    same: whole ? holdsJust(state.members, members) : state.same,
  };
}

/** What a path is called in an archive of this root. */
const nameIn = (root: string, path: string): string =>
  (path.startsWith(root) ? path.slice(root.length) : path).replace(/^\/+/, '');

/** The names for the archive, as `tar` reads them. */
export const namesFor = ({ entries, root }: Work): Buffer =>
  Buffer.from(entries.map(({ path }) => `${nameIn(root, path)}\0`).join(''), 'latin1');
