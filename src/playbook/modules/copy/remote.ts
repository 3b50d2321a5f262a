import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { unifiedDiff } from '../../diff.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import {
  type AttributeChange,
  type Attributes,
  changeAttributes,
  type Having,
  havingOf,
  type Identities,
  newly,
  probeIdentities,
  readIdentities,
  resultOf,
  setAttributes,
} from '../state/attributes.ts';
import { type Fields, failureOf, fromHex, readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { chmodMode, showMode } from '../state/mode.ts';
import { assignPath, diffLimit, shellFunctions, temporaryBeside } from '../state/script.ts';

/** Something on the host to be copied on the host. */
export interface RemoteArgs {
  readonly kind: 'remote';
  readonly src: string;
  /** `src` was written with a slash at its end: what is in it, rather than itself. */
  readonly contents: boolean;
  readonly dest: string;
  readonly intoFolder: boolean;
  readonly attributes: Attributes;
  readonly directoryMode: Attributes;
  readonly backup: boolean;
  readonly validate?: readonly string[];
  readonly follow: boolean;
  readonly force: boolean;
}

/** What the host said about source and destination. */
export interface RemoteState {
  readonly kind: 'remote';
  readonly src: Look;
  readonly readable: boolean;
  readonly path: string;
  readonly dest: Look;
  readonly parent: boolean;
  readonly sums: { readonly src: string; readonly dest: string };
  readonly texts: { readonly src: string | undefined; readonly dest: string | undefined };
  /** Of a folder: paths below that are new or differ. */
  readonly folders: readonly string[];
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly identities: Identities;
}

/** Compares a folder with its copy: each path that is missing or differs. */
const compareScript = `if [ -d "$s" ]; then
  export p
  ( cd "$s" && find . -type d ! -name . -exec sh -c 'for f; do [ -d "$p/$f" ] || { printf dir=; printf %s "$f" | od -An -v -tx1 | tr -d " \\n"; echo; }; done' sh {} + )
  ( cd "$s" && find . -type f -exec sh -c 'for f; do if [ ! -f "$p/$f" ]; then k=new; elif cmp -s "$f" "$p/$f"; then continue; else k=changed; fi; printf "$k="; printf %s "$f" | od -An -v -tx1 | tr -d " \\n"; echo; done' sh {} + )
fi`;

const nameOf = (path: string): string => path.split('/').at(-1) ?? '';

/** Asks about both ends. A destination that is a folder takes the source's name, unless only the contents are meant. */
export const probeRemote = (args: RemoteArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look', 'sum', 'raw', 'identities'),
    assignPath('s', args.src, quote),
    assignPath('p', args.dest, quote),
    `if [ -d "$s" ]; then ${args.contents ? ':' : `p=\${p%/}/${quote(nameOf(args.src))}`}; elif [ -d "$p" ]${args.intoFolder ? ' || :' : ''}; then p=\${p%/}/${quote(nameOf(args.src))}; fi`,
    args.follow ? 'if [ -L "$p" ] && [ -e "$p" ]; then r=$(readlink -f "$p" && echo x); p=${r%??}; fi' : '',
    'echo "path=$(hex "$p")"',
    'look src "$s" follow; [ -r "$s" ] && echo readable=yes',
    'look dest "$p"',
    'u=${p%/*}; [ -d "${u:-/}" ] && echo parent=yes',
    'if [ -f "$s" ]; then sum src "$s"; a=$h; if [ -f "$p" ]; then sum dest "$p"; else h=; fi',
    `if [ "$a" != "$h" ]; then raw src "$s" ${diffLimit}; [ -f "$p" ] && raw dest "$p" ${diffLimit}; fi; fi`,
    compareScript,
    probeIdentities(args.attributes, quote),
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const paths = (fields: Fields, key: string): readonly string[] =>
  fields
    .all(key)
    .map((hex) => fromHex(hex).replace(/^\.\//, ''))
    .sort();

/** Reads what the probe printed. */
export const readRemote = (output: Applied, args: RemoteArgs): RemoteState => {
  const fields = readFields(output);
  return {
    kind: 'remote',
    src: readLook(fields, 'src'),
    readable: fields.get('readable') === 'yes',
    path: fields.text('path') ?? args.dest,
    dest: readLook(fields, 'dest'),
    parent: fields.get('parent') === 'yes',
    sums: { src: fields.get('src.sum') ?? '', dest: fields.get('dest.sum') ?? '' },
    texts: { src: fields.raw('src'), dest: fields.raw('dest') },
    folders: paths(fields, 'dir'),
    added: paths(fields, 'new'),
    changed: paths(fields, 'changed'),
    identities: readIdentities(fields, args.attributes),
  };
};

const obstacle = (args: RemoteArgs, state: RemoteState): string | undefined => {
  if (state.src.type === 'absent') return `Source ${args.src} not found`;
  if (!state.readable) return `Source ${args.src} not readable`;
  if (state.src.type === 'other') return `Cannot copy invalid source '${args.src}': not a file`;
  if (state.identities.failed !== undefined) return state.identities.failed;
  const folder = state.path.replace(/\/[^/]*$/, '') || '/';
  if (state.src.type === 'file' && !state.parent && !args.intoFolder)
    return `Destination directory ${folder} does not exist`;
  if (state.src.type === 'directory' && state.dest.type === 'file') return `${state.path} is not a directory`;
  return undefined;
};

/** A file that is there keeps its mode; a new one takes the source's, as Ansible's copy on the host does. */
const startOf = (state: RemoteState): Having => {
  if (state.dest.type === 'file' || state.dest.type === 'directory') return havingOf(state.dest);
  const start = newly(state.src.type === 'directory', state.identities.umask);
  return state.src.type === 'absent' ? start : { ...start, mode: state.src.mode };
};

const wantedOf = (args: RemoteArgs, state: RemoteState): Attributes => {
  if (args.attributes.mode !== 'preserve' || state.src.type === 'absent') return args.attributes;
  return { ...args.attributes, mode: showMode(state.src.mode) };
};

const attributeChange = (args: RemoteArgs, state: RemoteState): AttributeChange =>
  changeAttributes(state.path, startOf(state), wantedOf(args, state), state.identities);

const isSame = (state: RemoteState): boolean =>
  state.dest.type === 'file' && state.sums.src !== '' && state.sums.src === state.sums.dest;

const fileDifferences = (state: RemoteState): readonly Difference[] => {
  if (isSame(state)) return [];
  const { src, dest } = state.texts;
  const isNew = state.dest.type === 'absent';
  const names = { before: isNew ? '/dev/null' : `before: ${state.path}`, after: `after: ${state.path}` };
  const diff = src !== undefined && (isNew || dest !== undefined) ? unifiedDiff(dest ?? '', src, names) : undefined;
  const before = state.dest.type === 'file' ? state.sums.dest : null;
  const content: Difference = {
    subject: state.path,
    aspect: 'content',
    before,
    after: state.sums.src,
    ...(diff && { diff }),
  };
  if (state.dest.type === 'file') return [content];
  return [{ subject: state.path, aspect: 'state', before: state.dest.type, after: 'file' }, content];
};

const folderDifferences = (args: RemoteArgs, state: RemoteState): readonly Difference[] => {
  const below = (path: string): string => `${state.path}/${path}`;
  const root = state.dest.type === 'absent' ? [state.path] : [];
  return [
    ...[...root, ...state.folders.map(below)].map(
      (subject): Difference => ({ subject, aspect: 'state', before: 'absent', after: 'directory' }),
    ),
    ...state.added.map(
      (path): Difference => ({ subject: below(path), aspect: 'state', before: 'absent', after: 'file' }),
    ),
    ...state.changed.map(
      (path): Difference => ({
        subject: below(path),
        aspect: 'content',
        before: 'other',
        after: `as ${args.src}/${path}`,
      }),
    ),
  ];
};

const resultFor = (args: RemoteArgs, state: RemoteState): JsonObject => ({
  src: args.src,
  dest: state.path,
  ...(state.sums.src.startsWith('sha1:') && { checksum: state.sums.src.slice(5) }),
});

/** What would change at the destination. */
export const planRemote = (args: RemoteArgs, state: RemoteState): ModulePlan => {
  const result = resultFor(args, state);
  const msg = obstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { ...result, msg }, failed: msg };
  if (!args.force && state.dest.type !== 'absent' && state.src.type === 'file') {
    return { differences: [], result: { ...result, msg: 'file already exists' } };
  }
  const content = state.src.type === 'directory' ? folderDifferences(args, state) : fileDifferences(state);
  const now = state.dest.type === 'absent' ? {} : resultOf(state.dest);
  return { differences: [...content, ...attributeChange(args, state).differences], result: { ...result, ...now } };
};

const validateLine = (words: readonly string[], quote: Quote): string =>
  `${words
    .map((word) =>
      word
        .split('%s')
        .map((part) => (part === '' ? '' : quote(part)))
        .join('"$t"'),
    )
    .join(' ')} >&2 || { echo "failed to validate" >&2; exit 1; }`;

const fileLines = (args: RemoteArgs, state: RemoteState, quote: Quote): readonly string[] => {
  const change = attributeChange(args, state);
  if (isSame(state)) return setAttributes('"$p"', change);
  const keep = state.dest.type === 'file' ? [`chown ${state.dest.uid}:${state.dest.gid} "$t" 2>/dev/null || :`] : [];
  return [
    'u=${p%/*}; u=${u:-/}; mkdir -p "$u" || exit 1',
    ...(args.backup && state.dest.type !== 'absent'
      ? ['b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"', 'cp -p "$p" "$b" || exit 1', 'echo "backup=$(hex "$b")"']
      : []),
    temporaryBeside('"$u"'),
    'cat "$s" >"$t" || exit 1',
    ...keep,
    ...setAttributes('"$t"', { ...change, mode: change.mode ?? startOf(state).mode }),
    ...(args.validate === undefined ? [] : [validateLine(args.validate, quote)]),
    'mv -f "$t" "$p" || exit 1',
  ];
};

const copyOne = (state: RemoteState, path: string, quote: Quote): string => {
  const { uid, gid } = state.identities;
  const owners = setAttributes('"$t"', { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) });
  return [
    `( f=${quote(path)}; u="$p/$f"; u=\${u%/*}`,
    temporaryBeside('"$u"'),
    'cp -p "$s/$f" "$t" || exit 1',
    ...(uid === undefined && gid === undefined ? ['chown "$(id -u):$(id -g)" "$t" || exit 1'] : owners),
    'mv -f "$t" "$p/$f" ) || exit 1',
  ].join('\n');
};

const folderLines = (args: RemoteArgs, state: RemoteState, quote: Quote): readonly string[] => {
  const { mode } = args.directoryMode;
  const chmod =
    mode !== undefined && /^[0-7]+$/.test(mode) ? ` && chmod ${chmodMode(Number.parseInt(mode, 8))} "$p"/` : undefined;
  const folders = state.folders.map(
    (path) => `mkdir "$p"/${quote(path)}${chmod === undefined ? '' : `${chmod}${quote(path)}`} || exit 1`,
  );
  const files = [...state.added, ...state.changed].map((path) => copyOne(state, path, quote));
  return ['mkdir -p "$p" || exit 1', ...folders, ...files, ...setAttributes('"$p"', attributeChange(args, state))];
};

/** Copies on the host, each file by way of a temporary one. */
export const applyRemote = (
  args: RemoteArgs,
  state: RemoteState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const lines = state.src.type === 'directory' ? folderLines(args, state, quote) : fileLines(args, state, quote);
  const start = [shellFunctions('hex', 'look'), assignPath('s', args.src, quote), `p=${quote(state.path)}`];
  return { script: [...start, ...lines, 'look now "$p"', 'echo end'].join('\n') };
};

/** The return values after the copy. */
export const finishRemote = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const backup = fields.text('backup');
  return {
    result: {
      ...plan.result,
      ...resultOf(readLook(fields, 'now')),
      ...(backup !== undefined && { backup_file: backup }),
    },
    changed: true,
  };
};
