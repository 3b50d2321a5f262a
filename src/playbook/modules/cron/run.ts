import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { unifiedDiff } from '../../diff.ts';
import { missingTool } from '../account/names.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { checksum } from '../place/placement.ts';
import {
  readable,
  readTextFile,
  rewriteContent,
  rewriteDifferences,
  rewriteLines,
  systemFile,
  type TextFile,
  textFunctions,
} from '../place/rewrite.ts';
import { failureOf, fromHex, readFields } from '../state/fields.ts';
import { toolPath } from '../state/tools.ts';
import type { CronArgs } from './arguments.ts';
import { cronLines, editCron, type Lines, namesIn, renderCron, userLines } from './table.ts';

/** The crontab as it is. */
export interface CronState {
  readonly lines: Lines;
  /** Its text, without what the system put before it. */
  readonly text: string;
  /** The file, when it is one. */
  readonly file: TextFile | undefined;
  /** Whose it is. */
  readonly user: string;
  readonly obstacle: string | undefined;
}

const probeUser = (args: CronArgs, quote: Quote): readonly string[] => [
  'echo "me=$(id -un)"',
  'command -v crontab >/dev/null 2>&1 || { echo tool=missing; echo end; exit 0; }',
  ...(args.user === undefined
    ? ['set --']
    : [
        `set -- -u ${quote(args.user)}`,
        'id -u -- "$2" >/dev/null 2>&1 || { echo user=missing; echo end; exit 0; }',
        '[ "$2" != "$(id -un)" ] || set --',
      ]),
  'c=$(crontab "$@" -l 2>/dev/null; echo "x$?")',
  'echo "code=${c##*x}"; echo "table=$(hex "${c%x*}")"',
];

/** Asks for the file, or the user's table. */
export const probeCron = (args: CronArgs, quote: Quote): string =>
  [
    toolPath,
    textFunctions,
    ...(args.file === undefined ? probeUser(args, quote) : [`text it ${quote(args.file)}`]),
    'echo end',
  ].join('\n');

const fromUser = (args: CronArgs, fields: ReturnType<typeof readFields>): CronState => {
  const table = fromHex(fields.get('table') ?? '', 'latin1');
  const lines = userLines(table);
  const user = args.user ?? fields.get('me') ?? '';
  const text = lines.length === cronLines(table).length ? table : renderCron(lines);
  const obstacles: readonly (readonly [boolean, string])[] = [
    [fields.get('tool') === 'missing', missingTool('crontab', 'cron (cronie)')],
    [fields.get('user') === 'missing', `crontab: user “${user}” does not exist`],
    [(fields.number('code') ?? 0) > 1, `Unable to read crontab of ${user}`],
  ];
  return { lines, text, file: undefined, user, obstacle: obstacles.find(([is]) => is)?.[1] };
};

/** Reads what the probe printed. */
export const readCron = (output: Applied, args: CronArgs): CronState => {
  const fields = readFields(output);
  if (args.file === undefined) return fromUser(args, fields);
  const file = readTextFile(fields, 'it');
  const text = file.text ?? '';
  return { lines: cronLines(text), text, file, user: '', obstacle: file.unread };
};

interface Edited {
  readonly lines: Lines;
  readonly text: string;
  readonly changed: boolean;
  /** Nothing is left in the file: it goes. */
  readonly removed: boolean;
}

const edited = (args: CronArgs, state: CronState): Edited | { readonly failed: string } => {
  const lines = editCron(state.lines, args.edit);
  if ('failed' in lines) return lines;
  const unended = state.text !== '' && !/[\r\n]$/.test(state.text);
  const empty = lines.every((line) => line.trim() === '');
  const changed = lines !== state.lines || unended;
  const removed = lines !== state.lines && args.edit.kind === 'no job' && state.file !== undefined && empty;
  return { lines, text: changed ? renderCron(lines) : state.text, changed, removed };
};

const sumOf = (text: string): string => `sha1:${checksum(Buffer.from(text, 'latin1'), 'sha1')}`;

const tableOf = (user: string): string => `crontab of ${user}`;

/** Whose table or which file it looks at. */
export const cronSubject = ({ file, user }: CronState): string => file?.place.path ?? tableOf(user);

const tableDifference = (state: CronState, text: string): Difference => {
  const subject = tableOf(state.user);
  const names = { before: `before: ${subject}`, after: `after: ${subject}` };
  return {
    subject,
    aspect: 'content',
    before: state.text === '' ? null : sumOf(state.text),
    after: sumOf(text),
    diff: unifiedDiff(readable(state.text), readable(text), names),
  };
};

const differencesOf = (state: CronState, { text, changed, removed }: Edited): readonly Difference[] => {
  if (!changed) return [];
  if (state.file === undefined) return [tableDifference(state, text)];
  if (removed) return [{ subject: state.file.place.path, aspect: 'state', before: 'file', after: 'absent' }];
  return rewriteDifferences(systemFile(state.file, text));
};

const resultOf = (args: CronArgs, lines: Lines): JsonObject => {
  const { jobs, envs } = namesIn(lines);
  return {
    jobs: jobs.map(readable),
    envs: envs.map(readable),
    ...(args.cronFile !== undefined && { cron_file: args.cronFile }),
  };
};

/** What would change in the crontab. */
export const planCron = (args: CronArgs, state: CronState): ModulePlan => {
  const done = state.obstacle === undefined ? edited(args, state) : { failed: state.obstacle };
  if ('failed' in done) return { differences: [], result: { msg: done.failed }, failed: done.failed };
  const result = done.removed ? { cron_file: args.cronFile ?? '', state: 'absent' } : resultOf(args, done.lines);
  return { differences: differencesOf(state, done), result };
};

/** The old table goes into a file of its own in `/tmp`, as Ansible keeps it. */
const backup = (quote: Quote, state: CronState): readonly string[] => [
  'b=$(mktemp /tmp/crontab.XXXXXX) || exit 1',
  `printf %s ${quote(readable(renderCron(state.lines)))} >"$b" || exit 1`,
  'echo "backup=$(hex "$b")"',
];

/** From a file in `/tmp`, whose name the system writes above the table, where Ansible knows it again. */
const install = [
  't=$(mktemp /tmp/crontab.XXXXXX) || exit 1',
  `trap 'rm -f "$t"' EXIT`,
  `trap 'exit 1' HUP INT TERM`,
  'cat "$CONTENT" >"$t" && crontab "$@" "$t" || exit 1',
];

/** Installs the new table. */
export const applyCron = (args: CronArgs, state: CronState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  const done = edited(args, state);
  if (plan.differences.length === 0 || 'failed' in done) return undefined;
  const start = [toolPath, textFunctions, ...(args.backup ? backup(quote, state) : [])];
  const end = ['echo end'];
  if (state.file !== undefined && done.removed) {
    return { script: [...start, `rm -f ${quote(state.file.place.path)} || exit 1`, ...end].join('\n') };
  }
  if (state.file !== undefined) {
    const rewriting = systemFile(state.file, done.text);
    const script = [...start, ...rewriteLines(rewriting, false, quote), ...end].join('\n');
    return { script, contents: [rewriteContent(rewriting)] };
  }
  const whose = args.user === undefined ? 'set --' : `set -- -u ${quote(args.user)}; [ "$2" != "$(id -un)" ] || set --`;
  const script = [...start, whose, ...install, ...end].join('\n');
  return { script, contents: [{ name: 'CONTENT', content: Buffer.from(done.text, 'latin1') }] };
};

/** The return values once the table is installed. */
export const finishCron = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const kept = readFields(applied).text('backup');
  return { result: { ...plan.result, ...(kept !== undefined && { backup_file: kept }) }, changed: true };
};
