import type { TreeEntry } from '../module.ts';
import type { PushArgs } from './push.ts';
import type { Found, PushState } from './push-read.ts';

/** What is to be done about one entry: undefined parts stay as they are. */
export interface Step {
  readonly entry: TreeEntry;
  /** Below the folder that paths start from. */
  readonly path: string;
  /** What is there, of whatever kind. */
  readonly found?: Found;
  /** It is not there, or something else is. */
  readonly isNew: boolean;
  /** Why the content, or what a link says, comes anew. */
  readonly content?: 'size' | 'sum' | 'time' | 'new' | 'target';
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly modified?: number;
}

const sumOf = (entry: TreeEntry, found: Found): string =>
  found.sum?.startsWith('sha256:') ? `sha256:${entry.sums?.sha256}` : `sha1:${entry.sums?.sha1}`;

const contentOf = ({ flags }: PushArgs, entry: TreeEntry, found: Found | undefined): Step['content'] => {
  if (entry.kind === 'directory') return undefined;
  if (found === undefined || found.kind !== entry.kind) return 'new';
  if (entry.kind === 'link') return found.target === entry.target ? undefined : 'target';
  if (found.size !== entry.size) return 'size';
  // Where times are not kept they tell nothing: then contents do, and what is the same stays.
  if (flags.checksum || !flags.times) return found.sum === sumOf(entry, found) ? undefined : 'sum';
  return found.modified === entry.modified ? undefined : 'time';
};

/** An account's number on the host: by its name there, else the same number. Root is root everywhere. */
const idOn = (ids: ReadonlyMap<string, number>, { id, name }: TreeEntry['owner'], numeric: boolean) =>
  id === 0 || numeric || name === '' ? (id < 0 ? undefined : id) : (ids.get(name) ?? (id < 0 ? undefined : id));

/** Only root gives files away, and to groups of one's own anybody may. */
const ownersOf = ({ flags }: PushArgs, state: PushState, entry: TreeEntry) => {
  const uid = flags.owner && state.uid === 0 ? idOn(state.users, entry.owner, flags.numericIds) : undefined;
  const gid = flags.group ? idOn(state.groupIds, entry.group, flags.numericIds) : undefined;
  const may = gid !== undefined && (state.uid === 0 || state.groups.has(gid));
  return { ...(uid !== undefined && { uid }), ...(may && { gid }) };
};

const timed = ({ flags }: PushArgs, { kind }: TreeEntry): boolean =>
  kind === 'directory' ? flags.folderTimes : kind === 'file' && flags.times;

const modeOf = ({ flags }: PushArgs, state: PushState, entry: TreeEntry, found: Found | undefined) => {
  if (entry.kind === 'link') return undefined;
  if (flags.perms) return entry.mode;
  return found?.kind === entry.kind ? found.mode : entry.mode & 0o777 & ~state.umask;
};

const stepOf = (args: PushArgs, state: PushState, entry: TreeEntry, found: Found | undefined): Step => {
  const path = args.single ? (state.name ?? entry.path) : entry.path;
  const isNew = found === undefined || found.kind !== entry.kind;
  const content = contentOf(args, entry, found);
  const { uid, gid } = ownersOf(args, state, entry);
  const mode = modeOf(args, state, entry, found);
  const anew = isNew || content !== undefined;
  const [newUid, newGid] = [uid !== undefined && uid !== found?.uid, gid !== undefined && gid !== found?.gid];
  return {
    entry,
    path,
    ...(found !== undefined && { found }),
    isNew,
    ...(content !== undefined && { content }),
    // A file that comes anew is another one, and a change of owner takes the set-id bits away.
    ...((anew || newUid || newGid || mode !== found?.mode) && mode !== undefined && { mode }),
    ...((anew || newUid) && uid !== undefined && { uid }),
    ...((anew || newGid) && gid !== undefined && { gid }),
    ...(timed(args, entry) && (anew || entry.modified !== found?.modified) && { modified: entry.modified }),
  };
};

const isNeeded = ({ isNew, content, mode, uid, gid, modified }: Step): boolean =>
  isNew || content !== undefined || [mode, uid, gid, modified].some((one) => one !== undefined);

/** What has to be done, in the order of paths. What lies below something that gives way is not there any more. */
export const stepsOf = (args: PushArgs, state: PushState): readonly Step[] => {
  const gone = new Set<string>();
  const steps: Step[] = [];
  for (const entry of args.entries) {
    const path = args.single ? (state.name ?? entry.path) : entry.path;
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const absent = path !== '' && gone.has(parent);
    const found = absent ? undefined : state.found.get(path);
    if (entry.kind === 'directory' && found?.kind !== 'directory') gone.add(path);
    if (args.flags.existingOnly && found?.kind !== entry.kind) continue;
    if (args.flags.newOnly && found !== undefined && entry.kind !== 'directory') continue;
    steps.push(stepOf(args, state, entry, found));
  }
  return steps.filter(isNeeded);
};

/** What goes, files before the folders they are in: all that nobody sends, and no rule keeps. */
export const deletedOf = (args: PushArgs, state: PushState): readonly { path: string; directory: boolean }[] => {
  const { names, flags } = args;
  if (!flags.deletes || args.single) return [];
  const stays = new Set<string>();
  const kept = (path: string, directory: boolean): boolean =>
    names.has(path) || (!flags.deletesExcluded && !isWanted(args, path, directory));
  for (const [path, directory] of state.below) if (kept(path, directory)) for (const one of above(path)) stays.add(one);
  return [...state.below]
    .filter(([path]) => path !== '' && !stays.has(path))
    .map(([path, directory]) => ({ path, directory }))
    .sort((a, b) => (a.path < b.path ? 1 : -1));
};

/** A path and the folders it lies in. */
const above = (path: string): readonly string[] => {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

/** What lies in a folder that is left out is left out as well. */
const isWanted = ({ wants }: PushArgs, path: string, directory: boolean): boolean =>
  above(path).every((one) => wants(one, one !== path || directory));
