import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { packageDifferences, packageSubject } from '../packages/simulation.ts';
import { failureOf } from '../state/fields.ts';
import type { DnfArgs } from './arguments.ts';
import { type DnfState, dnfBegin, verbOf } from './probe.ts';

/** What the plan rests on: the named packages and, but for what goes, the repositories. */
export const dnfSubjects = (args: DnfArgs): readonly string[] => {
  const whole = args.job === 'upgrade' || args.job === 'autoremove' ? ['package *'] : [];
  const sources = args.job === 'remove' ? [] : ['/etc/yum.repos.d/*', 'package lists'];
  return [...args.names.map(packageSubject), ...whole, ...sources];
};

/** Packages that would come, go or become another version. */
export const planDnf = (args: DnfArgs, state: DnfState): ModulePlan => {
  if (state.failed !== undefined) {
    const result = { msg: state.failed, failures: state.failures, rc: 1, results: [] };
    return { differences: [], result, failed: state.failed };
  }
  const update = { subject: 'package lists', aspect: 'updated', before: false, after: true };
  const differences = [
    ...(args.update ? [{ ...update, ...(args.job !== 'nothing' && { how: true as const }) }] : []),
    ...packageDifferences(state.changes),
  ];
  return { differences, result: { msg: 'Nothing to do', rc: 0, results: [] } };
};

/** Lets dnf do what it said it would. */
export const applyDnf = (args: DnfArgs, state: DnfState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const options = args.options.map(quote).join(' ');
  const work = `$m -y ${options} ${verbOf(args)} ${state.wanted.map(quote).join(' ')} </dev/null || exit $?`;
  const lines = [
    dnfBegin,
    ...(args.update ? [`$m -y ${options} makecache </dev/null >/dev/null || exit $?`] : []),
    ...(state.changes.length > 0 ? [work] : []),
  ];
  return { script: lines.join('\n') };
};

/** The return values after dnf obeyed. */
export const finishDnf = (args: DnfArgs, state: DnfState, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { msg, rc: applied.code, results: [] }, changed: false, failed: msg };
  }
  const results = state.changes.map(({ name, before, after }) =>
    after === undefined ? `Removed: ${name}-${before}` : `Installed: ${name}-${after}`,
  );
  const changed = state.changes.length > 0;
  return { result: { msg: changed ? '' : args.update ? 'Cache updated' : 'Nothing to do', rc: 0, results }, changed };
};
