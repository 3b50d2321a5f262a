import type { JsonObject } from '#core/json.ts';
import { iptablesArguments } from './iptables/arguments.ts';
import { counterWords, ruleWords } from './iptables/rule.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { missingTool, needFunction, sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface FilterArgs {
  readonly tool: 'iptables' | 'ip6tables';
  readonly table: string;
  /** Empty: every chain of the table, which only a flush may mean. */
  readonly chain: string;
  readonly wish: 'flush' | 'policy' | 'chain' | 'rule';
  readonly policy: string;
  readonly present: boolean;
  readonly insert: boolean;
  readonly number: string;
  readonly rule: readonly string[];
  readonly counters: readonly string[];
  readonly wait: string;
  readonly managesChain: boolean;
}

interface FilterState {
  readonly failed?: string;
  readonly chain: boolean;
  readonly rules: number;
  readonly policy: string | undefined;
  readonly rule: boolean;
}

const wishOf = (args: JsonObject, rule: readonly string[]): FilterArgs['wish'] => {
  if (args.flush === true) return 'flush';
  if (args.policy !== undefined) return 'policy';
  return rule.length === 0 && (args.state === 'absent' || args.chain_management === true) ? 'chain' : 'rule';
};

const check = (args: JsonObject): void => {
  const { chain, jump } = args;
  if (chain === undefined && args.flush !== true)
    throw wrong('iptables: chain or flush is needed.', 'iptables : il faut chain ou flush.');
  if (chain !== undefined && !/^[^\s!-]\S*$/.test(String(chain)))
    throw wrong(`iptables: “${chain}” is not a chain's name.`, `iptables : « ${chain} » n’est pas un nom de chaîne.`);
  if (args.flush === true && args.policy !== undefined)
    throw wrong('iptables: flush and policy exclude each other.', 'iptables : flush ou policy, pas les deux.');
  if (args.set_dscp_mark !== undefined && args.set_dscp_mark_class !== undefined)
    throw wrong(
      'iptables: set_dscp_mark and set_dscp_mark_class exclude each other.',
      'iptables : set_dscp_mark ou set_dscp_mark_class, pas les deux.',
    );
  const logs = args.log_prefix !== undefined || args.log_level !== undefined;
  if (logs && jump !== undefined && jump !== 'LOG')
    throw wrong(
      'iptables: log_prefix and log_level go with jump=LOG only.',
      'iptables : log_prefix et log_level ne vont qu’avec jump=LOG.',
    );
  if (String(jump ?? '').toUpperCase() === 'TEE' && args.gateway === undefined)
    throw wrong('iptables: jump=TEE needs a gateway.', 'iptables : jump=TEE demande gateway.');
  for (const name of ['rule_num', 'wait'])
    if (args[name] !== undefined && !/^\d+$/.test(String(args[name])))
      throw wrong(`iptables: ${name} must be a number.`, `iptables : ${name} doit être un nombre.`);
};

const prepare = (args: JsonObject): FilterArgs => {
  check(args);
  const rule = ruleWords(args);
  return {
    tool: args.ip_version === 'ipv6' ? 'ip6tables' : 'iptables',
    table: String(args.table),
    chain: String(args.chain ?? ''),
    wish: wishOf(args, rule),
    policy: String(args.policy ?? ''),
    present: args.state !== 'absent',
    insert: args.action === 'insert',
    number: String(args.rule_num ?? ''),
    rule,
    counters: counterWords(args),
    wait: String(args.wait ?? ''),
    managesChain: args.chain_management === true,
  };
};

/** `ipt` is the tool on this table; one older than 1.6 does not know how long to wait. */
const begin = (args: FilterArgs, quote: Quote): string =>
  [
    toolPath,
    ...(args.wait === ''
      ? ['w=']
      : [`w='-w ${args.wait}'; case $(${args.tool} --version 2>/dev/null) in *' v1.'[0-5].*) w= ;; esac`]),
    `ipt() { ${args.tool} $w -t ${quote(args.table)} "$@"; }`,
  ].join('\n');

const wordsOf = (args: FilterArgs, quote: Quote): string => [args.chain, ...args.rule].map(quote).join(' ');

const probe = (args: FilterArgs, quote: Quote): string =>
  [
    begin(args, quote),
    sayFunction,
    needFunction,
    `need ${args.tool}`,
    `if o=$(ipt -S ${args.chain === '' ? '' : quote(args.chain)} 2>/dev/null); then echo chain=yes; printf '%s\\n' "$o" | say list; else ipt -S >/dev/null 2>&1 || ipt -S 2>&1 | say closed; fi`,
    ...(args.wish === 'rule'
      ? [`e=$(ipt -C ${wordsOf(args, quote)} 2>&1 >/dev/null); echo "code=$?"; printf '%s\\n' "$e" | say error`]
      : []),
    'echo end',
  ].join('\n');

/* 1: there is no such rule; 2: the tool does not understand it, or something it speaks of is not there. */
const ruleFailure = (args: FilterArgs, code: number | undefined, error: string): string | undefined =>
  code === undefined || code <= 1 || (code === 2 && !args.present) ? undefined : error.trim();

const read = (output: Applied, args: FilterArgs): FilterState => {
  const fields = readFields(output);
  const lines = (fields.raw('list') ?? '').split('\n');
  const failed =
    missingTool(fields, 'iptables', 'Install iptables there.') ??
    fields.raw('closed')?.trim() ??
    ruleFailure(args, fields.number('code'), fields.raw('error') ?? '');
  return {
    ...(failed !== undefined && { failed }),
    chain: fields.get('chain') === 'yes',
    rules: lines.filter((line) => line.startsWith('-A ')).length,
    policy: lines.map((line) => /^-P \S+ (\S+)/.exec(line)?.[1]).find((found) => found !== undefined),
    rule: fields.get('code') === '0',
  };
};

type Part = 'table' | 'chain' | 'policy' | 'rule';

/** `iptables chain filter INPUT`: what differences are about, and what other tasks may depend on. */
const subjectOf = ({ tool, table, chain }: FilterArgs, part: Part): string =>
  part === 'table' ? `${tool} table ${table}` : `${tool} ${part} ${table} ${chain}`;

const placeOf = (args: FilterArgs): string => subjectOf(args, args.chain === '' ? 'table' : 'chain');

const presence = (subject: string, now: boolean, wanted: boolean): readonly FoundDifference[] =>
  now === wanted
    ? []
    : [{ subject, aspect: 'state', before: now ? 'present' : 'absent', after: wanted ? 'present' : 'absent' }];

const ruleDifferences = (args: FilterArgs, state: FilterState): readonly FoundDifference[] => {
  const subject = `${subjectOf(args, 'rule')} ${args.rule.join(' ')}`.trimEnd();
  const at = args.insert ? { sealed: ['first', args.number] } : {};
  const rule = presence(subject, state.rule, args.present).map((one) => ({ ...one, ...at }));
  const makesChain = rule.length > 0 && args.present && args.managesChain && !state.chain;
  return [...(makesChain ? presence(placeOf(args), false, true) : []), ...rule];
};

const differencesOf = (args: FilterArgs, state: FilterState): readonly FoundDifference[] => {
  switch (args.wish) {
    case 'flush':
      return state.rules === 0 ? [] : [{ subject: placeOf(args), aspect: 'rules', before: state.rules, after: 0 }];
    case 'policy':
      return state.policy === args.policy
        ? []
        : [{ subject: subjectOf(args, 'policy'), aspect: 'policy', before: state.policy ?? null, after: args.policy }];
    case 'chain':
      return args.managesChain ? presence(placeOf(args), state.chain, args.present) : [];
    case 'rule':
      return ruleDifferences(args, state);
  }
};

const resultOf = (args: FilterArgs): JsonObject => ({
  ip_version: args.tool === 'iptables' ? 'ipv4' : 'ipv6',
  table: args.table,
  chain: args.chain === '' ? null : args.chain,
  flush: args.wish === 'flush',
  rule: args.rule.join(' '),
  state: args.present ? 'present' : 'absent',
  chain_management: args.managesChain,
});

const failureIn = (args: FilterArgs, state: FilterState): string | undefined => {
  if (state.failed !== undefined) return state.failed;
  if (args.wish === 'policy' && state.policy === undefined) return "Can't detect current policy";
  if (args.wish === 'flush' && !state.chain) return `${args.tool}: the table ${args.table} has no chain ${args.chain}.`;
  const lacks = args.wish === 'rule' && args.present && !state.chain && !args.managesChain;
  return lacks ? `${args.tool}: the table ${args.table} has no chain ${args.chain}.` : undefined;
};

const plan = (args: FilterArgs, state: FilterState): ModulePlan => {
  const [result, failed] = [resultOf(args), failureIn(args, state)];
  if (failed !== undefined) return { differences: [], result: { ...result, msg: failed }, failed };
  return { differences: differencesOf(args, state), result };
};

const commandsOf = (args: FilterArgs, state: FilterState, quote: Quote): readonly string[] => {
  const chain = args.chain === '' ? '' : ` ${quote(args.chain)}`;
  if (args.wish === 'flush') return [`ipt -F${chain}`];
  if (args.wish === 'policy') return [`ipt -P${chain} ${args.policy}`];
  if (args.wish === 'chain') return [`ipt ${args.present ? '-N' : '-X'}${chain}`];
  const rule = wordsOf(args, quote);
  if (!args.present) return [`ipt -D ${rule}`];
  const words = [...args.rule, ...args.counters].map(quote).join(' ');
  const place = args.insert ? `-I${chain} ${args.number}` : `-A${chain}`;
  return [...(state.chain ? [] : [`ipt -N${chain}`]), `ipt ${place} ${words}`];
};

const apply = (args: FilterArgs, state: FilterState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const commands = commandsOf(args, state, quote).map((line) => `${line} || exit $?`);
  return { script: [begin(args, quote), ...commands].join('\n') };
};

const finish = (made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0) return { result: made.result, changed: true };
  const msg = failureOf(applied);
  return { result: { ...made.result, msg }, changed: false, failed: msg };
};

/** A rule depends on its table or chain being emptied or made; those on every rule there. */
const subjects = (args: FilterArgs): readonly string[] => {
  if (args.wish === 'policy') return [];
  if (args.wish === 'rule') return [`${subjectOf(args, 'table')}*`, `${subjectOf(args, 'chain')}*`];
  return [`${subjectOf(args, 'rule')}*`, `${subjectOf(args, 'chain')}*`];
};

/** A rule, a chain or a chain's policy of the kernel's packet filter, as it is now; what lasts after a start is another matter. */
export const iptables: Module<FilterArgs, FilterState> = {
  name: 'iptables',
  quick: true,
  args: iptablesArguments,
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  subjects,
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
