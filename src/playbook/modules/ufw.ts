import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { sayFunction, toolPath } from './state/tools.ts';
import { checkUfw, ufwArguments } from './ufw/arguments.ts';
import { type Place, probeUfw, readUfw, ruleFunction, type UfwState } from './ufw/probe.ts';
import { type RuleWords, ruleDifferences, ruleWords } from './ufw/rule.ts';

interface UfwArgs {
  readonly state: string;
  readonly policy: string;
  readonly direction: string;
  readonly logging: string;
  readonly rule: RuleWords | undefined;
  readonly place: Place | undefined;
}

const textOf = (value: unknown): string => (value === undefined ? '' : String(value));

const prepare = (args: JsonObject): UfwArgs => {
  checkUfw(args);
  const inserts = args.insert !== undefined && args.delete !== true;
  return {
    state: textOf(args.state),
    policy: textOf(args.default),
    direction: textOf(args.direction) || 'incoming',
    logging: textOf(args.logging),
    rule: args.rule === undefined ? undefined : ruleWords(args),
    place: inserts ? { number: Number(args.insert), from: String(args.insert_relative_to) } : undefined,
  };
};

const stateNow = ({ active, starts }: UfwState): string => {
  if (active) return starts ? 'enabled' : 'active until the next start';
  return starts ? 'inactive until the next start' : 'disabled';
};

const switched = (args: UfwArgs, state: UfwState): readonly FoundDifference[] => {
  const before = stateNow(state);
  if (args.state === 'reset') return [{ subject: 'ufw reset', aspect: 'runs', before, after: 'disabled' }];
  // A firewall that is off has nothing to be read again.
  if (args.state === '' || args.state === before || (args.state === 'reloaded' && !state.active)) return [];
  return [{ subject: 'ufw', aspect: 'state', before, after: args.state }];
};

const isLevel = (wanted: string, level: string): boolean => (wanted === 'on' ? level !== 'off' : wanted === level);

/** What a task wishes, each with what it would change; after a reset nothing is known to be there. */
const wishes = (args: UfwArgs, state: UfwState) => {
  const reset = args.state === 'reset';
  const { policy, direction, logging } = args;
  const set = (subject: string, aspect: string, now: string | undefined, after: string, holds: boolean) =>
    holds && !reset ? [] : [{ subject, aspect, before: reset ? null : (now ?? null), after }];
  const now = state.policies[direction];
  const nothing = { v4: [], v6: [] };
  return {
    state: switched(args, state),
    policy: policy === '' ? [] : set(`ufw default ${direction}`, 'policy', now, policy, now === policy),
    rule: args.rule === undefined ? [] : ruleDifferences(reset ? nothing : state.rules, state.after, state.place),
    logging: logging === '' ? [] : set('ufw logging', 'level', state.level, logging, isLevel(logging, state.level)),
  };
};

const stateCommands: Readonly<Record<string, string>> = {
  enabled: 'ufw --force enable',
  disabled: 'ufw disable',
  reloaded: 'ufw reload',
  reset: 'ufw --force reset',
};

/** The commands that are run, in Ansible's order. */
const commandsOf = (args: UfwArgs, state: UfwState): readonly { readonly shown: string; readonly script: string }[] => {
  const wish = wishes(args, state);
  const plain = (line: string) => ({ shown: line, script: line });
  const { before, after, comment } = args.rule ?? { before: [], after: [], comment: '' };
  const place = state.place === '' ? [] : ['insert', state.place];
  const words = ['ufw', ...before, ...place, ...after, ...(comment === '' ? [] : [`comment '${comment}'`])];
  return [
    ...(wish.state.length > 0 ? [plain(stateCommands[args.state] ?? '')] : []),
    ...(wish.policy.length > 0 ? [plain(`ufw default ${args.policy} ${args.direction}`)] : []),
    ...(wish.rule.length > 0 ? [{ shown: words.join(' '), script: 'rule' }] : []),
    ...(wish.logging.length > 0 ? [plain(`ufw logging ${args.logging}`)] : []),
  ];
};

const plan = (args: UfwArgs, state: UfwState): ModulePlan => {
  if (state.failed !== undefined)
    return { differences: [], result: { commands: [], msg: state.failed }, failed: state.failed };
  const differences = Object.values(wishes(args, state)).flat();
  const commands = commandsOf(args, state).map(({ shown }) => shown);
  return { differences, result: { commands, ...(differences.length === 0 && { msg: state.status }) } };
};

const apply = (args: UfwArgs, state: UfwState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  return {
    script: [
      toolPath,
      sayFunction,
      `n=${/^\d*$/.test(state.place) ? state.place : ''}`,
      ...(args.rule === undefined ? [] : [ruleFunction(args.rule, quote)]),
      ...commandsOf(args, state).map(({ script }) => `${script} >/dev/null || exit $?`),
      'ufw status verbose | say status',
      'echo end',
    ].join('\n'),
  };
};

const finish = (made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  }
  return { result: { ...made.result, msg: readFields(applied).raw('status')?.trimEnd() ?? '' }, changed: true };
};

/** The number of a rule depends on every other, and everything on a reset. */
const subjects = ({ place, state }: UfwArgs): readonly string[] => [
  ...(state === 'reset' ? [] : ['ufw reset']),
  ...(state === 'reloaded' ? ['ufw'] : []),
  ...(place === undefined ? [] : ['ufw rule*', ...(place.from === 'zero' ? [] : ['ufw'])]),
];

/** The firewall `ufw`: whether it is on, what it does by default, what it logs, and one of its rules. */
export const ufw: Module<UfwArgs, UfwState> = {
  name: 'ufw',
  args: ufwArguments,
  freeForm: 'kv',
  prepare,
  probe: ({ rule, place }, quote) => probeUfw(rule, place, quote),
  read: readUfw,
  plan,
  subjects,
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
