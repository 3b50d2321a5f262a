import type { Difference } from '#core/plan.ts';
import { toBytes } from '../edit/bytes.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import {
  type Rewriting,
  readTextFile,
  rewriteContent,
  rewriteDifferences,
  rewriteLines,
  type TextFile,
  textFunctions,
} from '../place/rewrite.ts';
import { changeAttributes, havingOf, newly, setAttributes } from '../state/attributes.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { assignPath } from '../state/script.ts';
import type { KeyArgs } from './arguments.ts';
import { editKeys, readKey, readOptions } from './keys.ts';

/** The file of keys, and whose it is. */
export interface KeysState {
  readonly uid: number | undefined;
  readonly gid: number;
  readonly file: TextFile;
  readonly folder: { readonly path: string; readonly look: Look };
  readonly umask: number;
  /** What an address gave: the keys, or nothing when it could not be had. */
  readonly fetched: string | undefined;
}

const fetchLines = (args: KeyArgs, quote: Quote): readonly string[] => {
  if (!args.url) return [];
  return [
    `a=${quote(args.key)}`,
    `if command -v curl >/dev/null 2>&1; then f=$(curl -fsSL${args.verify ? '' : 'k'} --max-time 30 -- "$a" && echo x) && echo "fetched=$(hex "$f")"`,
    `elif command -v wget >/dev/null 2>&1; then f=$(wget -q -T 30${args.verify ? '' : ' --no-check-certificate'} -O - -- "$a" && echo x) && echo "fetched=$(hex "$f")"`,
    'fi',
  ];
};

/** Asks whose the file is, what is in it, and for the keys of an address. */
export const probeKeys = (args: KeyArgs, quote: Quote): string =>
  [
    textFunctions,
    `n=${quote(args.user)}`,
    'if command -v getent >/dev/null 2>&1; then l=$(getent passwd "$n"); else l=$(grep -F -- "$n:" /etc/passwd); fi',
    'l=$(printf \'%s\\n\' "$l" | while IFS= read -r i; do case $i in "$n":*) printf "%s\\n" "$i"; break ;; esac; done)',
    '[ -n "$l" ] || { echo user=missing; echo end; exit 0; }',
    'r=${l#*:*:}; echo "uid=${r%%:*}"; r=${r#*:}; echo "gid=${r%%:*}"; r=${r#*:*:}; h=${r%%:*}',
    args.path === undefined ? 'p=${h%/}/.ssh/authorized_keys' : assignPath('p', args.path, quote),
    ...(args.follow ? ['if [ -L "$p" ]; then p=$(readlink -f "$p"); fi'] : []),
    'text it "$p"; d=${p%/*}; d=${d:-/}; echo "folder=$(hex "$d")"; look folder "$d" follow; echo "umask=$(umask)"',
    ...fetchLines(args, quote),
    'echo end',
  ].join('\n');

/** Reads what the probe printed. */
export const readKeysState = (output: Applied): KeysState => {
  const fields = readFields(output);
  return {
    uid: fields.number('uid'),
    gid: fields.number('gid') ?? 0,
    file: readTextFile(fields, 'it'),
    folder: { path: fields.text('folder') ?? '', look: readLook(fields, 'folder') },
    umask: Number.parseInt(fields.get('umask') ?? '022', 8),
    fetched: fields.text('fetched')?.replace(/x$/, ''),
  };
};

const lines = (text: string): readonly string[] =>
  text.split(/\r\n|\n|\r/).filter((line) => line !== '' && !line.startsWith('#'));

type Edited = { readonly text: string | undefined } | { readonly failed: string };

const edited = (args: KeyArgs, state: KeysState): Edited => {
  if (state.uid === undefined) {
    return { failed: `Failed to lookup user ${args.user}: 'getpwnam(): name not found: ${args.user}'` };
  }
  const written = args.url ? state.fetched : args.key;
  if (written === undefined) return { failed: `Error getting key from: ${args.key}` };
  if (state.file.unread !== undefined) return { failed: state.file.unread };
  const options = args.options === undefined ? undefined : readOptions(toBytes(args.options));
  const keys = [];
  for (const line of lines(written)) {
    const key = readKey(toBytes(line));
    if (key === undefined) return { failed: `invalid key specified: ${line}` };
    const comment = args.comment === undefined ? key.comment : toBytes(args.comment);
    keys.push({ ...key, comment, options: options ?? key.options });
  }
  return { text: editKeys(state.file.text ?? '', { keys, present: args.present, exclusive: args.exclusive }) };
};

const ownersOf = (state: KeysState) => ({
  attributes: { owner: String(state.uid), group: String(state.gid) },
  identities: { umask: state.umask, ...(state.uid !== undefined && { uid: state.uid }), gid: state.gid },
});

/** The new file is the user's alone. */
const rewritingOf = (state: KeysState, text: string): Rewriting => {
  const { attributes, identities } = ownersOf(state);
  return { file: state.file, text, attributes: { ...attributes, mode: '0600' }, identities, follow: false };
};

const folderChange = (args: KeyArgs, { folder, ...state }: KeysState) => {
  if (!args.manageDir) return changeAttributes(folder.path, newly(true, state.umask), {}, { umask: state.umask });
  const { attributes, identities } = ownersOf({ folder, ...state });
  const having = folder.look.type === 'absent' ? newly(true, state.umask) : havingOf(folder.look);
  return changeAttributes(folder.path, having, { ...attributes, mode: '0700' }, identities);
};

const differencesOf = (args: KeyArgs, state: KeysState, text: string): readonly Difference[] => {
  const { path, look } = state.folder;
  const made: readonly Difference[] =
    look.type === 'absent' ? [{ subject: path, aspect: 'state', before: 'absent', after: 'directory' }] : [];
  return [...made, ...folderChange(args, state).differences, ...rewriteDifferences(rewritingOf(state, text))];
};

/** What would change in the file of keys. */
export const planKeys = (args: KeyArgs, state: KeysState): ModulePlan => {
  const done = edited(args, state);
  const result = { ...args.shown, keyfile: state.file.place.path };
  if ('failed' in done) return { differences: [], result: { ...result, msg: done.failed }, failed: done.failed };
  return { differences: done.text === undefined ? [] : differencesOf(args, state, done.text), result };
};

/** Makes the folder, puts the file, gives both to the user. */
export const applyKeys = (args: KeyArgs, state: KeysState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  const done = edited(args, state);
  if (plan.differences.length === 0 || 'failed' in done || done.text === undefined) return undefined;
  const rewriting = rewritingOf(state, done.text);
  const folder = quote(state.folder.path);
  const make = args.manageDir ? 'mkdir -m 0700' : 'mkdir -p';
  const script = [
    textFunctions,
    ...(state.folder.look.type === 'absent' ? [`${make} -- ${folder} || exit 1`] : []),
    ...setAttributes(folder, folderChange(args, state)),
    ...rewriteLines(rewriting, false, quote),
    'echo end',
  ].join('\n');
  return { script, contents: [rewriteContent(rewriting)] };
};

/** The return values once the keys are as wanted. */
export const finishKeys = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0) return { result: plan.result, changed: true };
  const msg = failureOf(applied);
  return { result: { ...plan.result, msg }, changed: false, failed: msg };
};
