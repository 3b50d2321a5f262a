import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { missingTool } from './state/tools.ts';
import { wrong } from './state/wrong.ts';
import { type Client, clientLines, clientOf } from './supervisorctl/client.ts';

type Wish = 'present' | 'started' | 'restarted' | 'stopped' | 'absent' | 'signalled';

interface SupervisorArgs {
  readonly client: Client;
  readonly name: string;
  /** Every process of a group is meant: its name was written with a colon at its end. */
  readonly group: boolean;
  readonly state: Wish;
  readonly signal: string;
}

interface Process {
  readonly name: string;
  readonly status: string;
}

interface SupervisorState {
  readonly failed?: string;
  /** Those that are meant. */
  readonly processes: readonly Process[];
}

const prepare = (args: JsonObject): SupervisorArgs => {
  const [written, signal] = [String(args.name), args.signal === undefined ? '' : String(args.signal)];
  const name = written.replace(/:+$/, '');
  // It reads its words as one line: what holds a blank is several names.
  if (!/^[^\s-]\S*$/.test(name))
    throw wrong(
      `supervisorctl: “${written}” is not the name of a program.`,
      `supervisorctl : « ${written} » n’est pas un nom de programme.`,
    );
  if (args.state === 'signalled' && signal === '')
    throw wrong('supervisorctl: state=signalled needs a signal.', 'supervisorctl : state=signalled demande signal.');
  if (!/^\w*$/.test(signal))
    throw wrong(`supervisorctl: “${signal}” is not a signal.`, `supervisorctl : « ${signal} » n’est pas un signal.`);
  return { client: clientOf(args), name, group: written.endsWith(':'), state: args.state as Wish, signal };
};

const statusLine = /^(\S+)\s+(STOPPED|STARTING|RUNNING|BACKOFF|STOPPING|EXITED|FATAL|UNKNOWN)\b/;

const isMeant = ({ name, group }: SupervisorArgs, process: string): boolean => {
  if (group) return process.startsWith(`${name}:`);
  return process === name || name === 'all';
};

const read = (output: Applied, args: SupervisorArgs): SupervisorState => {
  const fields = readFields(output);
  const status = fields.raw('status')?.trim() ?? '';
  const all = status.split('\n').flatMap((line): Process[] => {
    const [, name = '', its = ''] = statusLine.exec(line) ?? [];
    return name === '' ? [] : [{ name, status: its }];
  });
  const failed =
    (fields.get('notool') === 'yes'
      ? `Provided path to supervisorctl does not exist or isn't executable: ${args.client.tool}`
      : missingTool(fields, 'supervisorctl', 'Install supervisor there.')) ??
    (all.length === 0 && status !== '' ? `supervisorctl: ${status.slice(-500)}` : undefined);
  return { ...(failed !== undefined && { failed }), processes: all.filter(({ name }) => isMeant(args, name)) };
};

const runs = ({ status }: Process): boolean => status === 'RUNNING' || status === 'STARTING';

/** Those on which something is to be done. */
const concerned = ({ state }: SupervisorArgs, { processes }: SupervisorState): readonly Process[] => {
  switch (state) {
    case 'started':
      return processes.filter((one) => !runs(one));
    case 'stopped':
      return processes.filter(runs);
    case 'signalled':
      return processes.filter(({ status }) => status === 'RUNNING');
    case 'restarted':
      return processes;
    default:
      return [];
  }
};

const subjectOf = (name: string): string => `supervisor ${name}`;

const differencesOf = (args: SupervisorArgs, state: SupervisorState): readonly FoundDifference[] => {
  const { processes } = state;
  const whole = { subject: subjectOf(args.name), aspect: 'state' };
  if (args.state === 'present' && processes.length === 0) return [{ ...whole, before: 'absent', after: 'present' }];
  if (args.state === 'absent' && processes.length > 0) return [{ ...whole, before: 'present', after: 'absent' }];
  // It reads its configuration again first, and may have it only then.
  if (args.state === 'restarted' && processes.length === 0) return [{ ...whole, before: 'absent', after: 'restarted' }];
  return concerned(args, state).map(({ name, status }) =>
    args.state === 'signalled'
      ? { subject: subjectOf(name), aspect: 'runs', before: null, after: `signal ${args.signal}` }
      : { subject: subjectOf(name), aspect: 'state', before: status.toLowerCase(), after: args.state },
  );
};

const noProcess = 'ERROR (no such process)';

const plan = (args: SupervisorArgs, state: SupervisorState): ModulePlan => {
  const result = { name: args.name, state: args.state };
  const lacks = state.processes.length === 0 && ['started', 'stopped', 'signalled'].includes(args.state);
  const failed = state.failed ?? (lacks ? noProcess : undefined);
  if (failed !== undefined) return { differences: [], result: { ...result, msg: failed }, failed };
  const affected = concerned(args, state).map(({ name }) => name);
  return {
    differences: differencesOf(args, state),
    result: { ...result, ...(affected.length > 0 && { affected }) },
  };
};

/** `act COMMAND PROCESS WORD`: does it, and fails unless the tool says that word of the process. */
const actFunction = [
  'act() {',
  '  o=$(ctl $1 "$2" 2>&1); r=$?',
  '  case $r:$o in 0:*"$2: $3"*) printf "did=%s\\n" "$2" ;; *) printf "%s\\n" "$o" >&2; exit 1 ;; esac',
  '}',
].join('\n');

const check = (line: string): string => `o=$(${line} 2>&1) || { printf "%s\\n" "$o" >&2; exit 1; }`;

const restartLines = ({ name, group }: SupervisorArgs, quote: Quote): readonly string[] => {
  const pattern = group ? `${quote(name)}:*` : name === 'all' ? '*' : quote(name);
  return [
    check('ctl update'),
    `s=$(ctl status | sed 's/[[:blank:]].*//'); set -f; any=`,
    `for p in $s; do case $p in ${pattern}) any=yes; act restart "$p" started ;; esac; done`,
    `[ -n "$any" ] || { echo '${noProcess}' >&2; exit 1; }`,
  ];
};

const linesOf = (args: SupervisorArgs, state: SupervisorState, quote: Quote): readonly string[] => {
  const each = (command: string, word: string) =>
    concerned(args, state).map(({ name }) => `act ${quote(command)} ${quote(name)} ${word}`);
  const whole = (command: string, says: string) => [
    check('ctl reread'),
    `o=$(ctl ${command} ${quote(args.name)} 2>&1)`,
    `case $o in *${quote(args.name)}': ${says}'*) ;; *) printf "%s\\n" "$o" >&2; exit 1 ;; esac`,
  ];
  switch (args.state) {
    case 'present':
      return whole('add', 'added process group');
    case 'absent':
      return whole('remove', 'removed process group');
    case 'restarted':
      return restartLines(args, quote);
    case 'started':
      return each('start', 'started');
    case 'stopped':
      return each('stop', 'stopped');
    case 'signalled':
      return each(`signal ${args.signal}`, 'signalled');
  }
};

const apply = (args: SupervisorArgs, state: SupervisorState, made: ModulePlan, quote: Quote): Apply | undefined =>
  made.differences.length === 0
    ? undefined
    : { script: [clientLines(args.client, quote), actFunction, ...linesOf(args, state, quote), 'echo end'].join('\n') };

const finish = (made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  }
  const affected = readFields(applied).all('did');
  return { result: { ...made.result, ...(affected.length > 0 && { affected }) }, changed: true };
};

/** The server itself may be restarted first; a group is its processes, and they are it. */
const subjects = ({ name }: SupervisorArgs): readonly string[] => [
  ...['supervisor', 'supervisord', subjectOf(name), subjectOf(name.replace(/:.*/, ''))],
  subjectOf(name === 'all' ? '*' : `${name}:*`),
];

/** A program that supervisor keeps running: known to it or not, started, stopped, restarted, or sent a signal. */
export const supervisorctl: Module<SupervisorArgs, SupervisorState> = {
  name: 'supervisorctl',
  args: {
    name: { type: 'str', required: true },
    config: { type: 'path' },
    server_url: { type: 'str' },
    username: { type: 'str' },
    password: { type: 'str' },
    supervisorctl_path: { type: 'path' },
    state: {
      type: 'str',
      required: true,
      choices: ['present', 'started', 'restarted', 'stopped', 'absent', 'signalled'],
    },
    signal: { type: 'str' },
  },
  freeForm: 'kv',
  prepare,
  probe: ({ client }, quote) => [clientLines(client, quote), 'ctl status 2>&1 | say status', 'echo end'].join('\n'),
  read,
  plan,
  subjects,
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
