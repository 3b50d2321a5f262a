import { type FirewalldArgs, firewalldArguments, prepareFirewalld } from './firewalld/arguments.ts';
import { type FirewalldState, probeFirewalld, readFirewalld } from './firewalld/probe.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf } from './state/fields.ts';
import { toolPath } from './state/tools.ts';

/** Where a change is made: on disk, or in what is in force. */
type Where = 'permanent' | 'immediate';

const zoneSubject = (zone: string): string => `firewalld zone ${zone}`;

const subjectOf = ({ subject }: FirewalldArgs, zone: string): string => {
  if (subject.about === 'zone') return zoneSubject(zone);
  if (subject.about === 'target') return `firewalld target of ${zone}`;
  const { kind, value } = subject.item;
  // An interface is in one zone only.
  return kind === 'interface' ? `firewalld ${kind} ${value}` : `firewalld ${zone} ${kind} ${value}`.trimEnd();
};

/** How it is and how it shall be. */
const valuesOf = (args: FirewalldArgs, state: FirewalldState, where: Where): readonly [string, string] => {
  const { subject, present } = args;
  const now = state[where];
  if (subject.about === 'item') return [now === 'yes' ? 'enabled' : 'disabled', present ? 'enabled' : 'disabled'];
  if (subject.about === 'zone')
    return [now.split(/\s+/).includes(state.zone) ? 'present' : 'absent', present ? 'present' : 'absent'];
  if (present) return [now, subject.target];
  return [now, now === subject.target ? 'default' : now];
};

/* Where firewalld is not running, nothing is in force. */
const placesOf = (args: FirewalldArgs, state: FirewalldState): readonly Where[] => [
  ...(args.permanent ? (['permanent'] as const) : []),
  ...(args.immediate && state.running ? (['immediate'] as const) : []),
];

const changesOf = (args: FirewalldArgs, state: FirewalldState) =>
  placesOf(args, state).flatMap((where) => {
    const [before, after] = valuesOf(args, state, where);
    return before === after ? [] : [{ where, before, after }];
  });

const aspectOf = ({ subject }: FirewalldArgs, where: Where): string => {
  if (subject.about === 'zone') return 'state';
  if (subject.about === 'target') return 'target';
  return where === 'permanent' ? 'permanent' : 'in force';
};

const operation = ({ permanent, immediate }: FirewalldArgs): string => {
  if (permanent && immediate) return 'Permanent and Non-Permanent(immediate) operation';
  return permanent ? 'Permanent operation' : 'Non-permanent operation';
};

const nameOf = ({ subject }: FirewalldArgs, zone: string): string => {
  if (subject.about === 'item') return `${subject.item.kind} ${subject.item.value}`.trimEnd();
  return subject.about === 'zone' ? `zone ${zone}` : `target ${subject.target}`;
};

const messageOf = (args: FirewalldArgs, state: FirewalldState, changed: boolean): string =>
  [
    operation(args),
    ...(changed ? [`Changed ${nameOf(args, state.zone)} to ${args.state}`] : []),
    ...(state.running ? [] : ['(offline operation: only on-disk configs were altered)']),
  ].join(', ');

const plan = (args: FirewalldArgs, state: FirewalldState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const differences = changesOf(args, state).map(
    ({ where, before, after }): FoundDifference => ({
      subject: subjectOf(args, state.zone),
      aspect: aspectOf(args, where),
      before,
      after,
      ...(args.timeout > 0 && where === 'immediate' && { sealed: args.timeout }),
    }),
  );
  return { differences, result: { msg: messageOf(args, state, differences.length > 0) } };
};

const optionsOf = (args: FirewalldArgs, state: FirewalldState, where: Where, after: string): readonly string[] => {
  const { subject, present } = args;
  const zone = `--zone=${state.zone}`;
  if (subject.about === 'zone') return [`--${present ? 'new' : 'delete'}-zone=${state.zone}`];
  if (subject.about === 'target') return [zone, `--set-target=${after}`];
  const { add, remove, removeOffline } = subject.item;
  if (!present) return [zone, state.running ? remove : removeOffline];
  return [zone, add, ...(where === 'immediate' && args.timeout > 0 ? [`--timeout=${args.timeout}`] : [])];
};

const apply = (args: FirewalldArgs, state: FirewalldState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const permanent = state.running ? 'firewall-cmd --permanent' : 'firewall-offline-cmd';
  const lines = changesOf(args, state).map(({ where, after }) => {
    const words = optionsOf(args, state, where, after).map(quote).join(' ');
    return `${where === 'permanent' ? permanent : 'firewall-cmd'} ${words} >/dev/null || exit $?`;
  });
  return { script: [toolPath, ...lines].join('\n'), exitCodes: 'any' };
};

const finish = (made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0) return { result: made.result, changed: true };
  const msg = `firewalld: ${failureOf(applied)}`;
  return { result: { ...made.result, msg }, changed: false, failed: msg };
};

/** One setting of a zone of the firewall `firewalld`, a zone's target, or a zone: in force, on disk, or both. */
export const firewalld: Module<FirewalldArgs, FirewalldState> = {
  name: 'firewalld',
  args: firewalldArguments,
  freeForm: 'kv',
  prepare: prepareFirewalld,
  probe: probeFirewalld,
  read: readFirewalld,
  plan,
  subjects: (args, state) => (args.subject.about === 'zone' ? [] : [zoneSubject(state.zone)]),
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
