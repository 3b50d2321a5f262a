import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import type { ServiceArgs, ServiceState } from './probe.ts';

type Verb = 'start' | 'stop' | 'restart' | 'reload';

const verbs: Readonly<Record<string, Verb>> = {
  started: 'start',
  stopped: 'stop',
  restarted: 'restart',
  reloaded: 'reload',
};

const control = (kept: ServiceState['kept'], verb: Verb, name: string): string => {
  if (kept === 'systemd') return `systemctl ${verb} ${name}`;
  return kept === 'openrc' ? `rc-service ${name} ${verb}` : `/etc/init.d/${name} ${verb}`;
};

const enabling = (kept: ServiceState['kept'], enabled: boolean, name: string): string => {
  if (kept === 'systemd') return `systemctl ${enabled ? 'enable' : 'disable'} ${name}`;
  if (kept === 'openrc') return `rc-update ${enabled ? 'add' : 'del'} ${name} default`;
  return `if command -v update-rc.d >/dev/null 2>&1; then update-rc.d ${name} ${enabled ? 'defaults' : 'disable'}; else chkconfig ${name} ${enabled ? 'on' : 'off'}; fi`;
};

/** Enables or disables first, then starts or stops, as Ansible does. */
export const applyService = (
  args: ServiceArgs,
  state: ServiceState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  const name = quote(args.name);
  const lines = plan.differences.flatMap(({ aspect, after }) => {
    if (aspect === 'enabled') return [`{ ${enabling(state.kept, after === true, name)}; } </dev/null || exit 1`];
    const verb = verbs[String(after)];
    return verb === undefined ? [] : [`${control(state.kept, verb, name)} </dev/null || exit 1`];
  });
  return lines.length === 0 ? undefined : { script: lines.join('\n') };
};

/** The return values once the service obeyed. */
export const finishService = (
  args: ServiceArgs,
  _state: ServiceState,
  plan: ModulePlan,
  applied: Applied,
): ModuleResult => {
  if (applied.code !== 0) {
    const msg = `Unable to change service ${args.name}: ${failureOf(applied)}`;
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const wanted = args.state === 'stopped' ? 'stopped' : args.state === undefined ? plan.result.state : 'started';
  return { result: { ...plan.result, ...(wanted !== undefined && { state: wanted }) }, changed: true };
};
