import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { ModulePlan } from '../module.ts';
import { type AttributeChange, changeAttributes, havingOf, newly, resultOf } from '../state/attributes.ts';
import { type Look, type Present, stateOf } from '../state/look.ts';
import { wantedMode } from '../state/mode.ts';
import type { FileArgs, Wanted } from './arguments.ts';
import type { FileState } from './probe.ts';

const failed = (result: JsonObject, msg: string): ModulePlan => ({
  differences: [],
  result: { ...result, msg },
  failed: msg,
});

const stateDifference = (path: string, before: Look, after: Wanted): Difference => ({
  subject: path,
  aspect: 'state',
  before: stateOf(before),
  after: after === 'touch' ? 'file' : after,
});

/** What the path is to be: as asked, or else what it is now. */
export const wantedState = (args: FileArgs, state: FileState): Wanted => {
  if (args.state !== undefined) return args.state;
  if (state.look.type !== 'absent') return stateOf(state.look);
  return args.recurse ? 'directory' : 'file';
};

/** The thing whose attributes are meant: what a link leads to, when links are followed. */
export const subjectOf = (args: FileArgs, state: FileState): { readonly path: string; readonly look: Look } =>
  args.follow && state.look.type === 'link' && (state.led.type !== 'absent' || wantedState(args, state) === 'directory')
    ? { path: state.real, look: state.led }
    : { path: state.path, look: state.look };

/** The change of attributes of what is there. A link's own mode cannot be set. */
export const attributeChange = (args: FileArgs, state: FileState): AttributeChange => {
  const { path, look } = subjectOf(args, state);
  if (look.type === 'absent') return { differences: [] };
  const { mode, ...owners } = args.attributes;
  const wanted = look.type === 'link' || mode === undefined ? owners : { ...owners, mode };
  return changeAttributes(path, havingOf(look), wanted, state.identities);
};

/** Attributes of something new. */
export const newAttributes = (args: FileArgs, state: FileState, directory: boolean): AttributeChange =>
  changeAttributes(state.path, newly(directory, state.identities.umask), args.attributes, state.identities);

const attributesOnly = (
  args: FileArgs,
  state: FileState,
  key: 'path' | 'dest',
  extra: readonly Difference[] = [],
): ModulePlan => {
  const { path, look } = subjectOf(args, state);
  const change = attributeChange(args, state);
  return { differences: [...extra, ...change.differences], result: { [key]: path, ...resultOf(look) } };
};

const planAbsent = (_args: FileArgs, state: FileState): ModulePlan => {
  const result = { path: state.path, state: 'absent' };
  if (state.look.type === 'absent') return { differences: [], result };
  return { differences: [stateDifference(state.path, state.look, 'absent')], result };
};

const planFileState = (args: FileArgs, state: FileState): ModulePlan => {
  const { path, look } = subjectOf(args, state);
  const kind = stateOf(look);
  if (kind === 'file' || kind === 'hard') return attributesOnly(args, state, 'path');
  return failed({ path, state: kind }, `file (${path}) is ${kind}, cannot continue`);
};

/** Entries below whose mode or owners are not as asked. */
const wrongBelow = (args: FileArgs, state: FileState): number => {
  const { uid, gid, umask } = state.identities;
  const wrong = state.below.filter(
    (entry) =>
      (uid !== undefined && uid !== entry.uid) ||
      (gid !== undefined && gid !== entry.gid) ||
      (args.attributes.mode !== undefined &&
        wantedMode(args.attributes.mode, { mode: entry.mode, directory: entry.directory, umask }) !== entry.mode),
  );
  return wrong.reduce((sum, entry) => sum + entry.count, 0);
};

const planDirectory = (args: FileArgs, state: FileState): ModulePlan => {
  const { path, look } = subjectOf(args, state);
  if (look.type === 'absent') {
    const made = stateDifference(path, look, 'directory');
    return {
      differences: [made, ...newAttributes(args, state, true).differences],
      result: { path, state: 'directory' },
    };
  }
  if (look.type !== 'directory')
    return failed({ path, state: stateOf(look) }, `${path} already exists as a ${stateOf(look)}`);
  const wrong = args.recurse ? wrongBelow(args, state) : 0;
  const below: readonly Difference[] =
    wrong === 0
      ? []
      : [{ subject: path, aspect: 'entries below', before: `${wrong} with other attributes`, after: 'as asked' }];
  return attributesOnly(args, state, 'path', below);
};

const noParent = (state: FileState): boolean => !state.parentIsFolder;

const planTouch = (args: FileArgs, state: FileState): ModulePlan => {
  const { path, look } = state;
  if (look.type === 'absent') {
    const cause = `Error, could not touch target: [Errno 2] No such file or directory: b'${path}'`;
    if (noParent(state)) return failed({ path }, cause);
    const made = stateDifference(path, look, 'touch');
    return {
      differences: [made, ...newAttributes(args, state, false).differences],
      result: { dest: path, state: 'file' },
    };
  }
  const { modified, accessed } = args.touches;
  if ((modified || accessed) && look.type === 'link' && state.led.type === 'absent') {
    const cause = `Error while updating modification or access time: [Errno 2] No such file or directory: b'${state.real}'`;
    return failed({ dest: path }, cause);
  }
  const aspects = [modified ? 'modification time' : '', accessed ? 'access time' : ''];
  const times = aspects
    .filter((aspect) => aspect !== '')
    .map((aspect): Difference => ({ subject: path, aspect, before: null, after: 'now' }));
  return attributesOnly(args, state, 'dest', times);
};

/** Where a link's words lead from its own folder. */
const besideLink = (path: string, src: string): string =>
  src.startsWith('/') ? src : `${path.replace(/\/[^/]*$/, '')}/${src}`;

/** Why a link cannot be put where something else is. */
const linkObstacle = (args: FileArgs, state: FileState): string | undefined => {
  const { path, look } = state;
  const kind = stateOf(look);
  if (args.src !== undefined && !args.force && state.src.type === 'absent') {
    return `src file does not exist, use "force=yes" if you really want to create the link: ${besideLink(path, args.src)}`;
  }
  if (kind === 'directory' && args.force && !state.empty)
    return `the directory ${path} is not empty, refusing to convert it`;
  if ((kind === 'directory' || kind === 'file' || kind === 'hard') && !args.force) {
    return `refusing to convert from ${kind} to symlink for ${path}`;
  }
  if (args.src === undefined && kind !== 'link') return 'src is required for creating new symlinks';
  return noParent(state)
    ? `Error while linking: [Errno 2] No such file or directory: b'${args.src}' -> b'${path}'`
    : undefined;
};

const planLink = (args: FileArgs, state: FileState): ModulePlan => {
  const { path, look } = state;
  const obstacle = linkObstacle(args, state);
  if (obstacle !== undefined) return failed({ path, ...(args.src !== undefined && { src: args.src }) }, obstacle);
  const src = args.src ?? (look.type === 'link' ? (look.target ?? '') : '');
  if (look.type === 'link' && look.target === src) {
    const attributes = attributesOnly(args, state, 'dest');
    return { ...attributes, result: { ...attributes.result, dest: path, src } };
  }
  const target: Difference = {
    subject: path,
    aspect: 'target',
    before: look.type === 'link' ? (look.target ?? '') : null,
    after: src,
  };
  const made = look.type === 'link' ? [] : [stateDifference(path, look, 'link')];
  const led = state.src.type === 'absent' || !args.follow ? [] : changeOfTarget(args, state, state.src);
  return { differences: [...made, target, ...led], result: { dest: path, src, state: 'link' } };
};

const changeOfTarget = (args: FileArgs, state: FileState, src: Present): readonly Difference[] =>
  changeAttributes(args.src ?? state.path, havingOf(src), args.attributes, state.identities).differences;

const planHard = (args: FileArgs, state: FileState): ModulePlan => {
  const { path, look, src } = state;
  const names = { dest: path, ...(args.src !== undefined && { src: args.src }) };
  if (args.src === undefined) {
    return stateOf(look) === 'hard'
      ? attributesOnly(args, state, 'dest')
      : failed(names, 'src is required for creating new hardlinks');
  }
  if (src.type === 'absent') return failed(names, 'src does not exist');
  if (look.type !== 'absent' && look.type !== 'link') {
    if (look.inode === src.inode && look.device === src.device) return { ...attributesOnly(args, state, 'dest') };
    if (!args.force) {
      const what =
        stateOf(look) === 'file'
          ? 'Cannot link, file exists at destination'
          : 'Cannot link, different hard link exists at destination';
      return failed(names, what);
    }
  }
  if (noParent(state))
    return failed(names, `Error while linking: [Errno 2] No such file or directory: b'${args.src}' -> b'${path}'`);
  const made = stateDifference(path, look, 'hard');
  const target: Difference = { subject: path, aspect: 'target', before: null, after: args.src };
  return { differences: [made, target, ...changeOfTarget(args, state, src)], result: { ...names, state: 'hard' } };
};

const planners: Readonly<Record<Wanted, (args: FileArgs, state: FileState) => ModulePlan>> = {
  absent: planAbsent,
  directory: planDirectory,
  file: planFileState,
  hard: planHard,
  link: planLink,
  touch: planTouch,
};

/** What would change at the path. */
export const planFile = (args: FileArgs, state: FileState): ModulePlan => {
  const wanted = wantedState(args, state);
  if (wanted !== 'absent' && state.identities.failed !== undefined) {
    return failed({ path: state.path }, state.identities.failed);
  }
  return planners[wanted](args, state);
};
