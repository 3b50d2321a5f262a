import type { JsonObject } from '#core/json.ts';
import type { FoundDifference, ModulePlan } from '../module.ts';
import type { GitArgs } from './arguments.ts';
import type { GitState } from './probe.ts';

/** What the version is at the remote. */
export type Target =
  | { readonly kind: 'branch' | 'tag'; readonly name: string; readonly commit: string }
  /** A commit; only what was fetched tells whether there is one. */
  | { readonly kind: 'commit'; readonly commit: string }
  | { readonly kind: 'none' };

/** What the version means: the remote's HEAD, a branch, a tag, or else a commit. */
export const targetOf = (args: GitArgs, state: GitState): Target => {
  const { refs, headBranch } = state;
  if (args.version === 'HEAD') {
    const branch = headBranch === undefined ? undefined : refs.get(`refs/heads/${headBranch}`);
    if (state.exists && headBranch !== undefined && branch !== undefined)
      return { kind: 'branch', name: headBranch, commit: branch };
    const head = refs.get('HEAD');
    return head === undefined ? { kind: 'none' } : { kind: 'commit', commit: head };
  }
  const branch = refs.get(`refs/heads/${args.version}`);
  if (branch !== undefined) return { kind: 'branch', name: args.version, commit: branch };
  const tag = refs.get(`refs/tags/${args.version}^{}`) ?? refs.get(`refs/tags/${args.version}`);
  if (tag !== undefined) return { kind: 'tag', name: args.version, commit: tag };
  if (!/^[0-9a-f]{4,64}$/i.test(args.version) && args.refspec === undefined) return { kind: 'none' };
  return { kind: 'commit', commit: state.known ?? args.version };
};

const withoutScheme = (url: string): string => url.replace(/^file:\/\//, '').replace(/\/+$/, '');

const movesRemote = (args: GitArgs, state: GitState): boolean =>
  state.url !== undefined && withoutScheme(state.url) !== withoutScheme(args.repo);

const isAt = (before: string | undefined, commit: string): boolean => before?.startsWith(commit.toLowerCase()) === true;

const updates = (args: GitArgs, state: GitState, target: Target): readonly FoundDifference[] => {
  const change = (aspect: string, before: FoundDifference['before'], after: string, how = false): FoundDifference => ({
    subject: state.path,
    aspect,
    before,
    after,
    ...(how && { how: true as const }),
  });
  const commit = target.kind === 'none' ? undefined : target.commit;
  const moved = commit !== undefined && !isAt(state.before, commit);
  const otherBranch = !moved && !args.bare && target.kind === 'branch' && state.branch !== target.name;
  return [
    ...(state.modified ? [change('local changes', 'some', 'discarded')] : []),
    ...(movesRemote(args, state) ? [change('remote', state.url ?? null, args.repo)] : []),
    ...(moved ? [change('version', state.before ?? null, commit)] : []),
    ...(otherBranch ? [change('branch', state.branch ?? null, target.name, true)] : []),
    ...(state.submodules ? [change('submodules', 'other', 'as recorded')] : []),
  ];
};

const failureOf = (args: GitArgs, state: GitState, target: Target): string | undefined => {
  if (state.failed !== undefined) return state.failed;
  if (!state.exists && state.occupied && args.clones)
    return `fatal: destination path '${state.path}' already exists and is not an empty directory.`;
  if (state.exists && !args.updates) return undefined;
  if (state.exists && state.modified && !args.force)
    return `Local modifications exist in the destination: ${state.path} (force=no).`;
  if (target.kind !== 'none') return undefined;
  return args.version === 'HEAD'
    ? 'Could not determine remote revision for HEAD'
    : `Failed to checkout ${args.version}: the remote has no branch and no tag of this name`;
};

/** The commit that would be checked out, what would be lost, and where updates would come from. */
export const planGit = (args: GitArgs, state: GitState): ModulePlan => {
  const target = targetOf(args, state);
  const failed = failureOf(args, state, target);
  const before = state.before ?? null;
  if (failed !== undefined) return { differences: [], result: { before, msg: failed }, failed };
  const after = target.kind === 'none' ? before : target.commit;
  if (state.exists && !args.updates) return { differences: [], result: { before, after: before } };
  if (!state.exists) {
    const cloned: FoundDifference = { subject: state.path, aspect: 'version', before: null, after };
    return { differences: args.clones ? [cloned] : [], result: { before: null, after } };
  }
  const differences = updates(args, state, target);
  const result: JsonObject = {
    before,
    after: differences.length === 0 ? before : after,
    remote_url_changed: movesRemote(args, state),
  };
  return { differences, result };
};
