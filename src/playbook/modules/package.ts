import type { JsonObject } from '#core/json.ts';
import { applyApt, finishApt } from './apt/apply.ts';
import { type AptArgs, aptArguments, prepareApt } from './apt/arguments.ts';
import { type AptState, aptSubjects, planApt, readApt } from './apt/plan.ts';
import { probeApt } from './apt/probe.ts';
import { type DnfArgs, dnfArguments, prepareDnf } from './dnf/arguments.ts';
import { applyDnf, dnfSubjects, finishDnf, planDnf } from './dnf/plan.ts';
import { type DnfState, probeDnf, readDnf } from './dnf/probe.ts';
import type { Module } from './module.ts';

interface PackageArgs {
  readonly apt: AptArgs;
  readonly dnf: DnfArgs;
  /** Which manager to use; undefined for the one the host has. */
  readonly use?: 'apt' | 'dnf';
}

/** What the manager of this host said. */
type PackageState =
  | { readonly kind: 'apt'; readonly state: AptState }
  | { readonly kind: 'dnf'; readonly state: DnfState };

/** States the two managers call differently. */
const aptStates: Readonly<Record<string, string>> = { installed: 'present', removed: 'absent' };

const prepare = (args: JsonObject): PackageArgs => {
  const { use, ...given } = args;
  const wanted = String(given.state);
  const forDnf = { ...given, state: wanted === 'fixed' || wanted === 'build-dep' ? 'present' : wanted };
  return {
    apt: prepareApt({ ...given, state: aptStates[wanted] ?? wanted }),
    dnf: prepareDnf('package')(forDnf),
    ...(use === 'apt' && { use: 'apt' as const }),
    ...((use === 'dnf' || use === 'yum') && { use: 'dnf' as const }),
  };
};

const { use_backend: _backend, ...dnfOnly } = dnfArguments;

/** Packages with whatever manager the host has: apt, dnf or yum. Takes the arguments of each. */
export const packageModule: Module<PackageArgs, PackageState> = {
  name: 'package',
  args: {
    ...dnfOnly,
    ...aptArguments,
    name: { type: 'list', required: true, aliases: ['package', 'pkg'] },
    state: {
      type: 'str',
      default: 'present',
      choices: ['absent', 'build-dep', 'fixed', 'installed', 'latest', 'present', 'removed'],
    },
    use: { type: 'str', default: 'auto', choices: ['auto', 'apt', 'dnf', 'yum'] },
  },
  freeForm: 'kv',
  prepare,
  probe: (args, quote) => {
    const apt = `echo manager=apt\n${probeApt(args.apt, quote)}`;
    const dnf = `echo manager=dnf\n${probeDnf(args.dnf, quote)}`;
    if (args.use !== undefined) return args.use === 'apt' ? apt : dnf;
    return `if command -v apt-get >/dev/null 2>&1; then\n${apt}\nelse\n${dnf}\nfi`;
  },
  read: (output, args) =>
    /^manager=apt$/m.test(output.stdout)
      ? { kind: 'apt', state: readApt(output, args.apt) }
      : { kind: 'dnf', state: readDnf(output, args.dnf) },
  plan: (args, state) => (state.kind === 'apt' ? planApt(args.apt, state.state) : planDnf(args.dnf, state.state)),
  subjects: (args, state) => (state.kind === 'apt' ? aptSubjects(args.apt, state.state) : dnfSubjects(args.dnf)),
  apply: (args, state, plan, quote) =>
    state.kind === 'apt' ? applyApt(args.apt, state.state, plan, quote) : applyDnf(args.dnf, state.state, plan, quote),
  finish: (args, state, plan, applied) =>
    state.kind === 'apt' ? finishApt(args.apt, state.state, plan, applied) : finishDnf(args.dnf, state.state, applied),
};
