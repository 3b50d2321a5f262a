import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { unifiedDiff } from '../../diff.ts';
import type { ModulePlan } from '../module.ts';
import {
  type AttributeChange,
  type Attributes,
  changeAttributes,
  type Having,
  havingOf,
  newly,
  resultOf,
} from '../state/attributes.ts';
import { showMode } from '../state/mode.ts';

import type { RemoteArgs, RemoteState } from './remote-state.ts';

const obstacle = (args: RemoteArgs, state: RemoteState): string | undefined => {
  if (state.src.type === 'absent') return `Source ${args.src} not found`;
  if (!state.readable) return `Source ${args.src} not readable`;
  if (state.src.type === 'other') return `Cannot copy invalid source '${args.src}': not a file`;
  if (state.identities.failed !== undefined) return state.identities.failed;
  const folder = state.path.replace(/\/[^/]*$/, '') || '/';
  if (state.src.type === 'file' && !state.parent && !args.intoFolder)
    return `Destination directory ${folder} does not exist`;
  if (state.src.type === 'directory' && state.dest.type === 'file') return `${state.path} is not a directory`;
  return undefined;
};

/** A file that is there keeps its mode; a new folder takes its source's, a new file what the umask leaves. */
export const startOf = (state: RemoteState): Having => {
  if (state.dest.type === 'file' || state.dest.type === 'directory') return havingOf(state.dest);
  const start = newly(state.src.type === 'directory', state.identities.umask);
  return state.src.type === 'directory' ? { ...start, mode: state.src.mode } : start;
};

const wantedOf = (args: RemoteArgs, state: RemoteState): Attributes => {
  if (args.attributes.mode !== 'preserve' || state.src.type === 'absent') return args.attributes;
  return { ...args.attributes, mode: showMode(state.src.mode) };
};

/** The change of mode and owners of the destination. */
export const attributeChange = (args: RemoteArgs, state: RemoteState): AttributeChange =>
  changeAttributes(state.path, startOf(state), wantedOf(args, state), state.identities);

/** True when the file is there with the source's content. */
export const isSame = (state: RemoteState): boolean =>
  state.dest.type === 'file' && state.sums.src !== '' && state.sums.src === state.sums.dest;

const fileDifferences = (state: RemoteState): readonly Difference[] => {
  if (isSame(state)) return [];
  const { src, dest } = state.texts;
  const isNew = state.dest.type === 'absent';
  const names = { before: isNew ? '/dev/null' : `before: ${state.path}`, after: `after: ${state.path}` };
  const diff = src !== undefined && (isNew || dest !== undefined) ? unifiedDiff(dest ?? '', src, names) : undefined;
  const before = state.dest.type === 'file' ? state.sums.dest : null;
  const content: Difference = {
    subject: state.path,
    aspect: 'content',
    before,
    after: state.sums.src,
    ...(diff && { diff }),
  };
  if (state.dest.type === 'file') return [content];
  return [{ subject: state.path, aspect: 'state', before: state.dest.type, after: 'file' }, content];
};

const folderDifferences = (args: RemoteArgs, state: RemoteState): readonly Difference[] => {
  const below = (path: string): string => `${state.path}/${path}`;
  const root = state.dest.type === 'absent' ? [state.path] : [];
  return [
    ...[...root, ...state.folders.map(below)].map(
      (subject): Difference => ({ subject, aspect: 'state', before: 'absent', after: 'directory' }),
    ),
    ...state.added.map(
      (path): Difference => ({ subject: below(path), aspect: 'state', before: 'absent', after: 'file' }),
    ),
    ...state.changed.map(
      (path): Difference => ({
        subject: below(path),
        aspect: 'content',
        before: 'other',
        after: `as ${args.src}/${path}`,
      }),
    ),
  ];
};

const resultFor = (args: RemoteArgs, state: RemoteState): JsonObject => ({
  src: args.src,
  dest: state.src.type === 'directory' ? args.dest : state.path,
  ...(state.sums.src.startsWith('sha1:') && { checksum: state.sums.src.slice(5) }),
});

/** What would change at the destination. */
export const planRemote = (args: RemoteArgs, state: RemoteState): ModulePlan => {
  const result = resultFor(args, state);
  const msg = obstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { ...result, msg }, failed: msg };
  if (!args.force && state.dest.type !== 'absent' && state.src.type === 'file') {
    return { differences: [], result: { ...result, msg: 'file already exists' } };
  }
  const content = state.src.type === 'directory' ? folderDifferences(args, state) : fileDifferences(state);
  const now = state.dest.type === 'absent' ? {} : resultOf(state.dest);
  return { differences: [...content, ...attributeChange(args, state).differences], result: { ...result, ...now } };
};
