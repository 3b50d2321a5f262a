import type { Json, JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { toBytes } from '../edit/bytes.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import {
  type Rewriting,
  readTextFile,
  rewriteContent,
  rewriteDifferences,
  rewriteLines,
  systemFile,
  type TextFile,
  textFunctions,
} from '../place/rewrite.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { toolPath } from '../state/tools.ts';
import type { FstabLine, MountArgs } from './arguments.ts';
import { mountedAt, withMount, withoutMount } from './fstab.ts';

/** The table, and what is mounted. */
export interface MountState {
  readonly fstab: TextFile;
  /** Sources of what is mounted at the path; undefined when nothing is. */
  readonly sources: readonly string[] | undefined;
  readonly there: boolean;
}

/** Asks for the table and for the kernel's own. */
export const probeMount = (args: MountArgs, quote: Quote): string =>
  [
    toolPath,
    textFunctions,
    `text it ${quote(args.fstab)}`,
    'echo raw=mounts; { cat /proc/self/mountinfo 2>/dev/null; echo x; } | sed "s/^/|/"',
    `[ -e ${quote(args.line.name)} ] && echo there=yes`,
    'echo end',
  ].join('\n');

/** Reads what the probe printed. */
export const readMount = (output: Applied, args: MountArgs): MountState => {
  const fields = readFields(output);
  const sources = mountedAt(fields.raw('mounts') ?? '', args.line.name);
  return {
    fstab: readTextFile(fields, 'it'),
    sources: sources.length === 0 ? undefined : sources,
    there: fields.get('there') === 'yes',
  };
};

const inBytes = (line: FstabLine): FstabLine => ({
  src: toBytes(line.src),
  name: toBytes(line.name),
  fstype: toBytes(line.fstype),
  opts: toBytes(line.opts),
  dump: toBytes(line.dump),
  passno: toBytes(line.passno),
});

/** The new table; undefined when it is not touched. */
const newTable = (args: MountArgs, { fstab }: MountState): Rewriting | undefined => {
  const edit =
    args.wish === 'mounted' || args.wish === 'present'
      ? withMount
      : args.wish === 'absent' || args.wish === 'absent_from_fstab'
        ? withoutMount
        : () => undefined;
  const text = edit(fstab.text ?? '', inBytes(args.line));
  return text === undefined ? undefined : systemFile(fstab, text);
};

type Action = 'mount' | 'unmount' | 'remount' | 'remove';

/** What is done besides the table, in order. */
const actionsOf = (args: MountArgs, state: MountState): readonly Action[] => {
  const mounted = state.sources !== undefined;
  const rewritten = newTable(args, state) !== undefined;
  if (args.wish === 'unmounted') return mounted ? ['unmount'] : [];
  if (args.wish === 'absent' && rewritten)
    return [...(mounted ? (['unmount'] as const) : []), ...(state.there ? (['remove'] as const) : [])];
  if (args.wish === 'mounted') return mounted ? (rewritten ? ['remount'] : []) : ['mount'];
  if (args.wish === 'ephemeral') return [mounted ? 'remount' : 'mount'];
  return args.wish === 'remounted' ? ['remount'] : [];
};

const words: Readonly<Record<Action, readonly [aspect: string, before: Json, after: Json]>> = {
  mount: ['mounted', false, true],
  unmount: ['mounted', true, false],
  remount: ['runs', false, true],
  remove: ['state', 'directory', 'absent'],
};

const differencesOf = (args: MountArgs, state: MountState): readonly Difference[] => {
  const actions = actionsOf(args, state);
  const table = newTable(args, state);
  const path = args.line.name;
  const folder: readonly Difference[] =
    actions.includes('mount') && !state.there
      ? [{ subject: path, aspect: 'state', before: 'absent', after: 'directory' }]
      : [];
  const done = actions.map((action): Difference => {
    const [aspect, before, after] = words[action];
    return { subject: action === 'remount' ? `remount ${path}` : path, aspect, before, after };
  });
  return [...(table === undefined ? [] : rewriteDifferences(table)), ...folder, ...done];
};

const otherSource = (args: MountArgs, { sources }: MountState): boolean =>
  args.wish === 'ephemeral' && sources !== undefined && !sources.includes(args.line.src);

const resultOf = (args: MountArgs): JsonObject => {
  const { src, fstype, ...line } = args.line;
  return {
    ...line,
    ...(src !== '' && { src }),
    ...(fstype !== '' && { fstype }),
    fstab: args.fstab,
    boot: args.boot ? 'yes' : 'no',
    backup_file: '',
  };
};

/** What would change in the table, and what would be mounted or not. */
export const planMount = (args: MountArgs, state: MountState): ModulePlan => {
  const msg = otherSource(args, state)
    ? 'Ephemeral mount point is already mounted with a different source than the specified one. Failing in order to prevent an unwanted unmount or override operation.'
    : state.fstab.unread;
  if (msg !== undefined) return { differences: [], result: { ...resultOf(args), msg }, failed: msg };
  return { differences: differencesOf(args, state), result: resultOf(args) };
};

const mountWords = (args: MountArgs, quote: Quote): string => {
  const { src, fstype, opts, name } = args.line;
  if (args.wish !== 'ephemeral') return `${args.ownFstab ? `-T ${quote(args.fstab)} ` : ''}${quote(name)}`;
  const options = opts === 'defaults' ? '' : `-o ${quote(opts)} `;
  return `-t ${quote(fstype)} ${options}${quote(src)} ${quote(name)}`;
};

/** A failed mount leaves the table and the folders as they were, and says what it was about. */
const undoing = (args: MountArgs, table: boolean, quote: Quote): readonly string[] => [
  'undo() {',
  ...(table ? ['[ -z "$o" ] || cat "$o" >"$p"; rm -f "$o"'] : []),
  'while [ "$n" != "$k" ]; do rmdir "$n" 2>/dev/null; n=${n%/*}; n=${n:-/}; done',
  `printf '%s\\n' ${quote(`Error mounting ${args.line.name}`)} >&2; exit 1`,
  '}',
];

const remount = (args: MountArgs, quote: Quote): string => {
  const own = args.wish === 'remounted' && args.line.opts !== 'defaults';
  const how = `mount -o ${own ? quote(`remount,${args.line.opts}`) : 'remount'} ${mountWords(args, quote)}`;
  if (own) return `${how}`;
  return `{ ${how} || { umount ${quote(args.line.name)} && mount ${mountWords(args, quote)}; }; }`;
};

const actionLine = (action: Action, args: MountArgs, quote: Quote): string => {
  const name = quote(args.line.name);
  if (action === 'unmount') return `umount ${name} || exit 1`;
  if (action === 'remove') return `rmdir ${name} || exit 1`;
  return action === 'remount' ? `${remount(args, quote)} || undo` : `mount ${mountWords(args, quote)} || undo`;
};

/** The folder to mount on; `$k` is the one above it that was there before. */
const makeFolder = (args: MountArgs, quote: Quote): readonly string[] => [
  `n=${quote(args.line.name.replace(/(?<=.)\/+$/, ''))}; k=$n`,
  'while [ ! -e "$k" ]; do k=${k%/*}; k=${k:-/}; done',
  'mkdir -p -- "$n" || exit 1',
];

const keepTable = (table: Rewriting, quote: Quote): readonly string[] => [
  `o=; [ ! -e ${quote(table.file.place.path)} ] || { o=$(mktemp) && cat ${quote(table.file.place.path)} >"$o"; } || exit 1`,
];

/** Writes the table, then mounts or unmounts. */
export const applyMount = (args: MountArgs, state: MountState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const table = newTable(args, state);
  const actions = actionsOf(args, state);
  const mounts = actions.includes('mount') || actions.includes('remount');
  const script = [
    toolPath,
    textFunctions,
    ...(mounts ? [...undoing(args, table !== undefined, quote), ...makeFolder(args, quote)] : []),
    ...(mounts && table !== undefined ? keepTable(table, quote) : []),
    ...(table === undefined ? [] : rewriteLines(table, args.backup, quote)),
    ...actions.map((action) => actionLine(action, args, quote)),
    ...(mounts && table !== undefined ? ['rm -f "$o"'] : []),
    'echo end',
  ].join('\n');
  return { script, ...(table && { contents: [rewriteContent(table)] }) };
};

/** What it was about comes last from the script, and first in the sentence. */
const inOneSentence = (words: string): string => words.replace(/^([\s\S]*)\n(Error mounting .*)$/, '$2: $1');

/** The return values once it is as wanted. */
export const finishMount = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = inOneSentence(failureOf(applied));
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const backup = readFields(applied).text('backup');
  return { result: { ...plan.result, ...(backup !== undefined && { backup_file: backup }) }, changed: true };
};
