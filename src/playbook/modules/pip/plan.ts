import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, FoundDifference, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import type { PipArgs, Requirement } from './arguments.ts';
import { needsTrial, type PipState, pipBegin, pipWords } from './probe.ts';
import { satisfies } from './version.ts';

const change = (name: string, before: string | undefined, after: string): FoundDifference => ({
  subject: `python package ${name}`,
  aspect: 'version',
  before: before ?? 'absent',
  after,
});

const isThere = (state: PipState, one: Requirement): boolean => {
  const version = one.name === undefined ? undefined : state.installed.get(one.name);
  return version !== undefined && satisfies(version, one.specifiers);
};

/** What is asked for, when pip cannot say which versions that comes to. */
const asked = (args: PipArgs, state: PipState): readonly FoundDifference[] => {
  if (args.requirements !== undefined)
    return [{ subject: args.requirements, aspect: 'installed', before: null, after: true }];
  return args.packages
    .filter((one) => args.state !== 'present' || !isThere(state, one))
    .map((one) =>
      change(
        one.name ?? one.written,
        one.name === undefined ? undefined : state.installed.get(one.name),
        one.specifiers || 'newest',
      ),
    );
};

const installs = (args: PipArgs, state: PipState): readonly FoundDifference[] => {
  if (!needsTrial(args) && args.packages.every((one) => isThere(state, one))) return [];
  if (state.trial === undefined) return asked(args, state);
  const { installed, trial } = state;
  return [...trial].map(([name, after]) => change(name, installed.get(name), after));
};

const differencesOf = (args: PipArgs, state: PipState): readonly FoundDifference[] => {
  if (args.packages.length === 0 && args.requirements === undefined) return [];
  if (args.state !== 'absent') return installs(args, state);
  return args.packages
    .filter((one) => isThere(state, one))
    .map((one) => change(one.name ?? '', state.installed.get(one.name ?? ''), 'absent'));
};

const resultOf = (args: PipArgs): JsonObject => ({
  name: args.names.length === 0 ? null : args.names,
  version: args.version ?? null,
  state: args.state,
  requirements: args.requirements ?? null,
  virtualenv: args.virtualenv ?? null,
});

/** Packages that would come, go or become another version, and the environment that would be made for them. */
export const planPip = (args: PipArgs, state: PipState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const made = { subject: args.virtualenv ?? '', aspect: 'state', before: 'absent', after: 'virtual environment' };
  const differences = [...(state.missing ? [made] : []), ...differencesOf(args, state)];
  /* Of requirements that nobody could try, only the run tells whether they change anything. */
  const untold = args.requirements !== undefined && state.trial === undefined && !state.missing;
  return { differences, result: resultOf(args), ...(untold && { unknown: true }) };
};

const environmentLine = (args: PipArgs, quote: Quote): string => {
  const module = args.command.includes('venv') || args.command[0]?.endsWith('pyvenv') === true;
  const python = module ? '' : args.python === undefined ? ' -p"$(command -v python3)"' : ` -p${quote(args.python)}`;
  const site = args.sitePackages ? ' --system-site-packages' : '';
  return `${args.command.map(quote).join(' ')}${site}${python} "$v" </dev/null || exit $?`;
};

/** Makes the environment when it is missing, then lets pip do its work. */
export const applyPip = (args: PipArgs, state: PipState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const works = args.packages.length > 0 || args.requirements !== undefined;
  const lines = [
    pipBegin(args, quote),
    ...(state.missing ? [environmentLine(args, quote)] : []),
    ...(works
      ? ['pip_find || { echo "pip is not in the virtualenv" >&2; exit 1; }', `pip_run ${pipWords(args, quote, false)}`]
      : []),
  ];
  return { script: lines.join('\n') };
};

/** The return values after pip obeyed. */
export const finishPip = (state: PipState, plan: ModulePlan, applied: Applied): ModuleResult => {
  const { stdout, stderr } = applied;
  if (applied.code !== 0) {
    const msg = `stdout: ${stdout}\n:stderr: ${failureOf({ ...applied, stdout: '' })}`;
    return { result: { ...plan.result, stdout, stderr, msg }, changed: false, failed: msg };
  }
  const changed = plan.unknown !== true || state.missing || /^\s*Successfully (?:un)?installed/m.test(stdout);
  return { result: { ...plan.result, stdout, stderr }, changed };
};
