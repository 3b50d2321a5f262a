import type { Applied, Apply, FoundDifference, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import type { SystemdArgs } from './arguments.ts';
import { systemdBegin } from './probe.ts';

const verbs: Readonly<Record<string, string>> = {
  started: 'start',
  stopped: 'stop',
  restarted: 'restart',
  reloaded: 'reload',
};

const verbOf = ({ aspect, after }: FoundDifference): string => {
  if (aspect === 'masked') return after === true ? 'mask' : 'unmask';
  if (aspect === 'enabled') return after === true ? 'enable' : 'disable';
  return aspect === 'state' ? (verbs[String(after)] ?? 'start') : aspect;
};

/** In Ansible's order: systemd itself, mask, enable, state. */
export const applySystemd = (args: SystemdArgs, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const systemctl = ['systemctl', ...args.options].join(' ');
  const lines = plan.differences.map((one) => {
    const verb = verbOf(one);
    const about = one.subject === 'systemd' && one.how === true ? '' : ` ${quote(one.subject)}`;
    return `${systemctl} ${verb}${about} </dev/null || { r=$?; echo "verb=${verb}"; exit $r; }`;
  });
  return { script: [systemdBegin, ...lines].join('\n') };
};

/** The return values once the unit obeyed. */
export const finishSystemd = (args: SystemdArgs, plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const [, verb = 'change'] = /^verb=(.*)$/m.exec(applied.stdout) ?? [];
    const own = verb.startsWith('daemon-');
    const said = failureOf({ ...applied, stdout: '' });
    const msg = own
      ? `failure ${applied.code} during ${verb}: ${said}`
      : `Unable to ${verb} service ${args.name}: ${said}`;
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  return { result: plan.result, changed: plan.differences.some((one) => one.how !== true) };
};
