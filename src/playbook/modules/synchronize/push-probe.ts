import type { Quote, TreeEntry } from '../module.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { PushArgs } from './push.ts';

/** Tells of those paths that are there: their names, ended by NUL each, in hexadecimal, and then a line for each. */
const batchFunction = `batch() {
  for f; do shift; if [ -e "$f" ] || [ -L "$f" ]; then set -- "$@" "$f"; fi; done
  [ $# -gt 0 ] || return 0
  echo "names=$(printf '%s\\0' "$@" | od -An -v -tx1 | tr -d ' \\n')"
  stat -c 'at=%f %u %g %s %Y' "$@" || exit 1
  for f; do
    if [ -L "$f" ]; then t=$(readlink "$f"; echo x); t=\${t%??}; echo "link=$(hex "$f"):$(hex "$t")"
    elif [ -n "$sums" ] && [ -f "$f" ]; then sum x "$f" >/dev/null; echo "sum=$(hex "$f"):$h"; fi
  done
}`;

/** Everything below a folder, and the folders among it: `below PATH`. */
const belowFunction = `below() {
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  for k in all dirs; do
    [ $k = all ] && set -- "$1" || set -- "$1" -type d
    echo "$k=$(find "$@" ! -name . -exec printf '%s\\0' {} + | od -An -v -tx1 | tr -d ' \\n')"
  done
}`;

const perBatch = 200;

const batches = (paths: readonly string[]): readonly (readonly string[])[] =>
  paths.length === 0 ? [] : [paths.slice(0, perBatch), ...batches(paths.slice(perBatch))];

const inFolder = (path: string): string => (path === '' ? '.' : `./${path}`);

/** Of one file: whether `dest` is a folder that it goes into, or its name. */
const singlePlace = (args: PushArgs, quote: Quote): string => {
  const name = `n=${quote(args.entries[0]?.path ?? '')}`;
  return args.intoFolder
    ? name
    : `if [ -d "$p" ]; then ${name}; else n=\${p##*/}; case $p in */*) p=\${p%/*}; p=\${p:-/} ;; *) p=. ;; esac; fi`;
};

/** The names of accounts or groups that are asked for. */
export const namesOf = (entries: readonly TreeEntry[], key: 'owner' | 'group'): readonly string[] =>
  [...new Set(entries.map((entry) => entry[key].name))].filter((name) => name !== '');

const askNames = ({ entries, flags }: PushArgs, quote: Quote): readonly string[] => [
  ...(flags.owner ? namesOf(entries, 'owner').map((name, index) => `user u${index} ${quote(name)}`) : []),
  ...(flags.group ? namesOf(entries, 'group').map((name, index) => `group g${index} ${quote(name)}`) : []),
];

/** Asks what is there of what is to be the same; with `delete`, everything else as well. */
export const probePush = (args: PushArgs, quote: Quote): string => {
  const { entries, flags, single } = args;
  const paths = single ? ['"./$n"'] : entries.map(({ path }) => quote(inFolder(path)));
  return [
    shellFunctions('hex', 'look', 'sum', 'identities'),
    batchFunction,
    belowFunction,
    'stat -c %Y . >/dev/null 2>&1 || { echo nostat=yes; echo end; exit 0; }',
    `sums=${flags.checksum || !flags.times ? 'yes' : ''}`,
    assignPath('p', args.dest, quote),
    ...(single ? [singlePlace(args, quote), 'echo "name=$(hex "$n")"'] : []),
    'echo "path=$(hex "$p")"; look root "$p" follow',
    'case $p in */*) u=${p%/*} ;; *) u=. ;; esac; [ ! -d "${u:-/}" ] || echo parent=yes',
    'echo "umask=$(umask)"; echo "uid=$(id -u)"; echo "groups=$(id -G)"',
    ...askNames(args, quote),
    '[ -d "$p" ] || { echo end; exit 0; }; cd "$p" || exit 1',
    ...batches(paths).map((batch) => `batch ${batch.join(' ')}`),
    ...(flags.deletes && !single ? [`below ${quote(inFolder(entries[0]?.path ?? ''))}`] : []),
    'echo end',
  ].join('\n');
};
