import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import { type GitArgs, gitBegin } from './arguments.ts';
import { type Target, targetOf } from './plan.ts';
import type { GitState } from './probe.ts';

const cloneLines = (args: GitArgs, target: Target, quote: Quote): readonly string[] => {
  const named = target.kind === 'branch' || target.kind === 'tag' ? ['--branch', target.name] : [];
  const shallow =
    args.depth !== undefined && (args.version === 'HEAD' || args.refspec !== undefined || named.length > 0);
  const words = [
    ...(args.bare ? ['--bare'] : ['--origin', args.remote]),
    ...(shallow ? ['--depth', String(args.depth)] : []),
    ...(args.single ? ['--single-branch'] : []),
    ...(shallow || args.single ? named : []),
    ...(args.reference === undefined ? [] : ['--reference', args.reference]),
  ];
  const other =
    args.bare && args.remote !== 'origin' ? [`g remote add ${quote(args.remote)} ${quote(args.repo)} || exit 1`] : [];
  return [
    'u=${p%/*}; mkdir -p "${u:-/}" || exit 1',
    `"$git" clone -q ${words.map(quote).join(' ')} -- ${quote(args.repo)} "$p" </dev/null || exit 1`,
    ...other,
    ...(args.refspec === undefined ? [] : [fetch(args, [args.refspec], quote)]),
  ];
};

const fetch = (args: GitArgs, refspecs: readonly string[], quote: Quote, deep = false): string => {
  const words = [
    ...(args.depth !== undefined && !deep ? ['--depth', String(args.depth)] : deep ? ['--tags'] : []),
    ...(args.force ? ['--force'] : []),
    args.remote,
    ...refspecs,
  ];
  return `g fetch -q ${words.map(quote).join(' ')} || exit 1`;
};

/** What must be fetched for a shallow checkout; nothing when only everything will do. */
const shallowRefs = (args: GitArgs, target: Target): readonly string[] => {
  if (args.depth === undefined) return [];
  if (args.refspec !== undefined) return [args.refspec];
  if (target.kind === 'branch') return [`+refs/heads/${target.name}:refs/remotes/${args.remote}/${target.name}`];
  return target.kind === 'tag' ? [`+refs/tags/${target.name}:refs/tags/${target.name}`] : [];
};

const updateLines = (args: GitArgs, state: GitState, target: Target, quote: Quote): readonly string[] => {
  const refs = shallowRefs(args, target);
  const all = args.bare ? ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'] : [];
  const branch =
    target.kind === 'branch' && !args.bare
      ? [
          `g rev-parse -q --verify ${quote(`${target.commit}^{commit}`)} >/dev/null || ${fetch(args, [`+refs/heads/${target.name}:refs/remotes/${args.remote}/${target.name}`], quote)}`,
        ]
      : [];
  return [
    ...(state.modified && !args.bare ? ['g reset -q --hard HEAD || exit 1'] : []),
    `g remote set-url ${quote(args.remote)} ${quote(args.repo)} || exit 1`,
    ...(refs.length > 0
      ? [fetch(args, refs, quote)]
      : [fetch(args, [...all, ...(args.refspec === undefined ? [] : [args.refspec])], quote, true), ...branch]),
  ];
};

/** The commit that was planned, on its branch where there is one. */
const switchLines = (args: GitArgs, state: GitState, target: Target, quote: Quote): readonly string[] => {
  if (args.bare || target.kind === 'none') return [];
  const commit = quote(`${target.commit}^{commit}`);
  const there = `g rev-parse -q --verify ${commit} >/dev/null || ${/^[0-9a-f]{40,64}$/.test(target.commit) ? `g fetch -q ${quote(args.remote)} ${quote(target.commit)} 2>/dev/null || ` : ''}{ echo ${quote(`Failed to checkout ${args.version}: commit ${target.commit} is not there`)} >&2; exit 1; }`;
  if (target.kind === 'branch') {
    const upstream = quote(`${args.remote}/${target.name}`);
    return [
      there,
      `g checkout -q --force -B ${quote(target.name)} ${commit} -- || exit 1`,
      `g branch -q --set-upstream-to=${upstream} ${quote(target.name)} 2>/dev/null || :`,
    ];
  }
  const stays = args.version === 'HEAD' && !state.exists;
  return [
    there,
    stays
      ? `g reset -q --hard ${commit} -- || exit 1`
      : `g checkout -q --force ${quote(target.kind === 'tag' ? target.name : args.version === 'HEAD' ? target.commit : args.version)} -- || exit 1`,
  ];
};

const verifyLine = (args: GitArgs, target: Target, quote: Quote): string => {
  const verb = target.kind === 'tag' ? 'verify-tag' : 'verify-commit';
  const subject = quote(args.version);
  return `g ${verb} ${subject} || g verify-commit ${subject} || { echo ${quote(`Failed to verify GPG signature of commit/tag "${args.version}"`)} >&2; exit 1; }`;
};

/** Clones or fetches, then checks out exactly the commit that was planned. */
export const applyGit = (args: GitArgs, state: GitState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const target = targetOf(args, state);
  const submodules = args.recursive && !args.bare;
  const lines = [
    gitBegin(args, quote),
    `p=${quote(state.path)}`,
    ...(state.exists ? updateLines(args, state, target, quote) : cloneLines(args, target, quote)),
    ...switchLines(args, state, target, quote),
    ...(args.verify ? [verifyLine(args, target, quote)] : []),
    ...(submodules
      ? [
          `if [ -f "$p/.gitmodules" ]; then g submodule -q sync && g submodule -q update --init --recursive${args.force ? ' --force' : ''} || exit 1; fi`,
        ]
      : []),
    'echo "after=$(g rev-parse HEAD)"',
  ];
  return { script: lines.join('\n') };
};

/** The return values after the checkout. */
export const finishGit = (state: GitState, plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...plan.result, after: null, msg, rc: applied.code }, changed: false, failed: msg };
  }
  const [, after] = /^after=([0-9a-f]+)$/m.exec(applied.stdout) ?? [];
  const result = {
    ...plan.result,
    ...(after !== undefined && { after }),
    ...(state.submodules && { submodules_changed: true }),
  };
  return { result, changed: plan.differences.some((one) => one.how !== true) };
};
