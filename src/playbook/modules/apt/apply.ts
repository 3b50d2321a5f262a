import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { fetchFunction } from '../packages/fetch.ts';
import { assignPath } from '../state/script.ts';
import type { AptArgs } from './arguments.ts';
import { type AptState, cacheResult, jobDifferences, onlyUpdates } from './plan.ts';
import { aptBegin, aptWords, cacheFunctions, updateFunction } from './shell.ts';

/** Packages of the job by exactly the version that was planned. */
const pinned = (state: AptState): readonly string[] =>
  state.wanted.map((word) => {
    const [name = word] = word.split('=');
    const after = state.changes.find((change) => change.name === name)?.after;
    return after === undefined ? word : `${name}=${after}`;
  });

const debLines = (state: AptState, quote: Quote): readonly string[] => [
  fetchFunction,
  'a=$(mktemp -d) || exit 1',
  `clean() { rm -rf "$a"; }`,
  'set --',
  ...state.debs.map((file, index) => {
    if (file.includes('://')) return `fetch ${quote(file)} "$a/${index}.deb" || exit 1; set -- "$@" "$a/${index}.deb"`;
    return `${assignPath('p', file, quote)}; case $p in /*) ;; *) p=$PWD/$p ;; esac; set -- "$@" "$p"`;
  }),
];

/** Services are started by the answer of policy-rc.d while packages come; the one that was there comes back. */
const policyLines = (code: number): readonly string[] => [
  'f=/usr/sbin/policy-rc.d; k=; if [ -e "$f" ]; then k=$(mktemp -d) || exit 1; mv "$f" "$k/" || exit 1; fi',
  'policy() { if [ -n "$k" ]; then mv "$k/policy-rc.d" "$f"; rmdir "$k"; else rm -f "$f"; fi; }',
  `printf '#!/bin/sh\\nexit ${code}\\n' >"$f" && chmod 0755 "$f" || { policy; exit 1; }`,
];

const aboutOf = (args: AptArgs, state: AptState, quote: Quote): string => {
  if (args.job.kind === 'deb') return '"$@"';
  if (args.job.kind === 'install') return pinned(state).map(quote).join(' ');
  return ['remove', 'build-dep'].includes(args.job.kind) ? state.wanted.map(quote).join(' ') : '';
};

/** The exit code of the work is kept until everything is as it was around it. */
const workLines = (args: AptArgs, state: AptState, quote: Quote): readonly string[] => [
  ...(args.job.kind === 'deb' ? debLines(state, quote) : []),
  ...(args.policy === undefined ? [] : policyLines(args.policy)),
  `trap '${args.policy === undefined ? '' : 'policy; '}${args.job.kind === 'deb' ? 'clean; ' : ''}' EXIT`,
  "trap 'exit 1' HUP INT TERM",
  `apt-get -y -o DPkg::Lock::Timeout=${args.lockSeconds} ${aptWords(args, quote)} ${aboutOf(args, state, quote)} </dev/null || exit $?`,
];

const marker = 'quarterdeck-cache-time';

const markLine = (names: readonly string[], quote: Quote): string =>
  `apt-mark manual ${names.map(quote).join(' ')} >/dev/null || exit 1`;

/** Fetches lists, then lets apt-get do what it said it would. */
export const applyApt = (args: AptArgs, state: AptState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const updates = args.update !== undefined && state.stale;
  const lines = [
    aptBegin,
    cacheFunctions,
    ...(args.clean ? ['apt-get clean || exit 1'] : []),
    ...(updates ? [updateFunction(args), `update ${args.update?.retries ?? 1} || exit 1`] : []),
    ...(jobDifferences(args, state).length > 0 ? workLines(args, state, quote) : []),
    ...(state.automatic.length > 0 ? [markLine(state.automatic, quote)] : []),
    `echo "${marker} $(cache_time)"`,
  ];
  return { script: lines.join('\n') };
};

/** The return values after apt-get obeyed. */
export const finishApt = (args: AptArgs, state: AptState, plan: ModulePlan, applied: Applied): ModuleResult => {
  const at = applied.stdout.lastIndexOf(`${marker} `);
  const stdout = at < 0 ? applied.stdout : applied.stdout.slice(0, at);
  const time = at < 0 ? state.cacheTime : Number(applied.stdout.slice(at + marker.length).trim());
  const outputs = { stdout, stderr: applied.stderr };
  if (applied.code !== 0) {
    const reason = applied.stderr.trim() || stdout.trim().split('\n').at(-1) || `code ${applied.code}`;
    const msg = reason.startsWith('Failed to update apt cache') ? reason : `apt-get failed: ${reason}`;
    return { result: { ...plan.result, ...outputs, rc: applied.code, msg }, changed: false, failed: msg };
  }
  const updated = state.stale && args.update !== undefined && time !== state.cacheTime;
  const worked = plan.differences.some((one) => one.how !== true && one.subject !== 'apt lists');
  const msg = args.job.kind === 'upgrade' ? { msg: stdout } : {};
  return {
    result: { ...outputs, ...msg, ...cacheResult(args, updated, time) },
    changed: worked || (onlyUpdates(args) && updated),
  };
};
