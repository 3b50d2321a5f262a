import type { Json, JsonObject } from '#core/json.ts';
import { unifiedDiff } from '../../diff.ts';
import type { Applied, Apply, FoundDifference, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';
import { assignPath } from '../state/script.ts';
import type { CommandArgs } from './arguments.ts';
import { probeGlob } from './glob.ts';

/** What decides whether a command runs at all. */
export interface CommandState {
  readonly chdirFailed: boolean;
  readonly created: boolean;
  readonly removable: boolean;
}

/** Looks for the files of `creates` and `removes`, from the command's own folder. Nothing to ask without them. */
export const probeCommand = (args: CommandArgs, quote: Quote): string | undefined => {
  const { creates, removes, chdir } = args;
  if (creates === undefined && removes === undefined && chdir === undefined) return undefined;
  const enter =
    chdir === undefined
      ? ''
      : `${assignPath('d', chdir, quote)}\ncd "$d" 2>/dev/null || { echo chdir=failed; echo end; exit 0; }`;
  return [
    enter,
    creates === undefined ? '' : probeGlob('created', creates, quote),
    removes === undefined ? '' : probeGlob('removable', removes, quote),
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');
};

/** Reads what the probe printed. */
export const readCommand = (output: Applied, args: CommandArgs): CommandState => {
  if (args.creates === undefined && args.removes === undefined && args.chdir === undefined) {
    return { chdirFailed: false, created: false, removable: true };
  }
  const fields = readFields(output);
  return {
    chdirFailed: fields.get('chdir') === 'failed',
    created: fields.get('created') === 'yes',
    removable: args.removes === undefined || fields.get('removable') === 'yes',
  };
};

const cmdOf = (args: CommandArgs): Json => args.line ?? args.words;

const notRun = (args: CommandArgs, reason: string, stdout: string): ModulePlan => ({
  differences: [],
  result: {
    cmd: cmdOf(args),
    rc: 0,
    stdout,
    stdout_lines: [stdout],
    stderr: '',
    stderr_lines: [],
    msg: `Did not run command since ${reason}`,
  },
});

/** A word as one would type it, so that no two lists of words look the same. */
const shownWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Where, by what and with what input it runs. */
const howOf = (args: CommandArgs, subject: string): readonly FoundDifference[] => {
  const how = (aspect: string, after: Json): FoundDifference => ({ subject, aspect, before: null, after, how: true });
  return [
    ...(args.chdir === undefined ? [] : [how('chdir', args.chdir)]),
    ...(args.shell === undefined ? [] : [how('executable', args.shell)]),
    ...(args.expand ? [how('expands variables', true)] : []),
    ...(args.stdin === undefined
      ? []
      : [{ ...how('stdin', args.stdin), diff: unifiedDiff('', args.stdin, { before: '/dev/null', after: 'stdin' }) }]),
  ];
};

/** A command runs unless what it creates is there, or what it removes is gone. */
export const planCommand = (args: CommandArgs, state: CommandState): ModulePlan => {
  if (state.chdirFailed) {
    const msg = `Unable to change directory before execution: [Errno 2] No such file or directory: b'${args.chdir}'`;
    return { differences: [], result: { cmd: cmdOf(args), rc: null, msg }, failed: msg };
  }
  if (state.created) return notRun(args, `'${args.creates}' exists`, `skipped, since ${args.creates} exists`);
  if (!state.removable) {
    return notRun(args, `'${args.removes}' does not exist`, `skipped, since ${args.removes} does not exist`);
  }
  const subject = `command: ${args.line ?? args.words.map(shownWord).join(' ')}`;
  return {
    differences: [{ subject, aspect: 'runs', before: false, after: true }, ...howOf(args, subject)],
    result: { cmd: cmdOf(args) },
    unknown: true,
  };
};

/** `$NAME` and `${NAME}` of a word as the host's variables, everything else as itself. */
const expandedWord = (word: string, quote: Quote): string => {
  const parts = word.split(/(\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})/);
  const quoted = parts.map((part, index) => {
    if (index % 2 === 0) return part === '' ? '' : quote(part);
    const name = part.replace(/[${}]/g, '');
    const itself = part.replace(/[${}]/g, (char) => (char === '{' ? char : `\\${char}`));
    return `"\${${name}-${itself}}"`;
  });
  return quoted.join('') || quote('');
};

const marker = 'quarterdeck-times';

/** Looks whether the program is there: a code of 127 alone may be its own. */
const lookFor = (word: string): string => `p=${word}
gone=$(
  case $p in
    (*/*) [ -e "$p" ] && exit ;;
    (*)
      IFS=:
      set -f
      for d in $PATH; do [ -e "\${d:-.}/$p" ] && exit; done
      ;;
  esac
  echo ' missing'
)`;

/** Runs the command with its own input, then says when it began and ended, and whether its program was not there. */
export const applyCommand = (args: CommandArgs, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const words = args.words.map((word) => (args.expand ? expandedWord(word, quote) : quote(word)));
  const run =
    args.line === undefined
      ? `exec ${words.join(' ')}`
      : `exec ${quote(args.shell ?? '/bin/sh')} -c ${quote(args.line)}`;
  const enter = args.chdir === undefined ? [] : [assignPath('d', args.chdir, quote), 'cd "$d" || exit 1'];
  const input = args.stdin === undefined ? ' </dev/null' : '';
  const script = [
    ...enter,
    args.line === undefined ? lookFor(words[0] ?? '') : 'gone=',
    'b=$(date +%s.%N)',
    `( ${run} )${input}`,
    'r=$?',
    '[ "$r" = 127 ] || gone=',
    `echo "${marker} $b $(date +%s.%N)$gone" >&2`,
    'exit $r',
  ];
  return { script: script.join('\n'), exitCodes: 'any', ...(args.stdin !== undefined && { stdin: args.stdin }) };
};

const stamp = (seconds: number): string => {
  const whole = new Date(Math.floor(seconds * 1000)).toISOString().slice(0, 19).replace('T', ' ');
  return `${whole}.${String(Math.floor((seconds % 1) * 1e6)).padStart(6, '0')}`;
};

const lasted = (seconds: number): string => {
  const whole = Math.max(0, seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours}:${String(minutes).padStart(2, '0')}:${(whole % 60).toFixed(6).padStart(9, '0')}`;
};

const timesOf = (line: string | undefined): JsonObject => {
  const [, from, to] = (line ?? '').split(' ');
  const [start, end] = [Number.parseFloat(from ?? ''), Number.parseFloat(to ?? '')];
  if (!Number.isFinite(start) || !Number.isFinite(end)) return {};
  return { start: stamp(start), end: stamp(end), delta: lasted(end - start) };
};

/** Text in lines, as Ansible splits it. */
export const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};

/** Nothing ran: there is no such program. As Ansible says it. */
function notThere({ words }: CommandArgs): ModuleResult {
  const msg = `[Errno 2] No such file or directory: b'${words[0]}'`;
  const said = { stdout: '', stdout_lines: [], stderr: '', stderr_lines: [] };
  return { result: { cmd: words.map(shownWord).join(' '), rc: 2, msg, ...said }, changed: false, failed: msg };
}

/** The return values of a command that ran. A code other than 0 is a failure, which the playbook may see otherwise. */
export const finishCommand = (args: CommandArgs, applied: Applied): ModuleResult => {
  const trimmed = (text: string): string => (args.strip ? text.replace(/[\r\n]+$/, '') : text);
  const at = applied.stderr.lastIndexOf(`${marker} `);
  if (applied.code === 127 && at >= 0 && applied.stderr.trimEnd().endsWith(' missing')) return notThere(args);
  const stdout = trimmed(applied.stdout);
  const stderr = trimmed(at < 0 ? applied.stderr : applied.stderr.slice(0, at));
  const times = timesOf(at < 0 ? undefined : applied.stderr.slice(at).trim());
  const failed = applied.code === 0 ? undefined : 'non-zero return code';
  const result = {
    cmd: cmdOf(args),
    rc: applied.code,
    stdout,
    stdout_lines: linesOf(stdout),
    stderr,
    stderr_lines: linesOf(stderr),
    msg: failed ?? '',
    ...times,
  };
  return { result, changed: true, ...(failed !== undefined && { failed }) };
};
