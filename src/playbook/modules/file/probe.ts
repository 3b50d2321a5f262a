import type { Quote } from '../module.ts';
import { type Identities, probeIdentities, readIdentities } from '../state/attributes.ts';
import { type Fields, fromHex } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { FileArgs } from './arguments.ts';

/** How many entries below a folder have the same mode and owners. */
export interface Below {
  readonly count: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly directory: boolean;
}

/** What the host said about a path. */
export interface FileState {
  /** The path with its home folder written out, and the source's name added where Ansible adds it. */
  readonly path: string;
  readonly look: Look;
  /** What a link leads to, and its real path. */
  readonly led: Look;
  readonly real: string;
  readonly identities: Identities;
  /** Folders above that are missing, outermost first. */
  readonly missing: readonly string[];
  readonly parentIsFolder: boolean;
  readonly empty: boolean;
  readonly src: Look;
  readonly below: readonly Below[];
}

/** Counts entries below a folder by mode and owners; links are left out. */
const belowScript = `if [ -d "$p" ] && [ ! -L "$p" ]; then
  find "$p/." ! -name . ! -type l -exec stat -c '%f %u %g' {} + | sort | uniq -c | while read -r c s; do echo "below=$c $s"; done
fi`;

const missingScript = `d=$p
while d=\${d%/*}; [ -n "$d" ] && [ ! -e "$d" ] && [ ! -L "$d" ]; do echo "missing=$(hex "$d")"; case $d in */*) ;; *) break ;; esac; done
u=\${p%/*}; [ -d "\${u:-/}" ] && echo parent=folder`;

/** Relative to the link's own folder, as the link itself will be. */
const sourceScript = (args: FileArgs, quote: Quote): string => {
  if (args.src === undefined) return '';
  const inside =
    args.src.startsWith('/') || args.src.startsWith('~')
      ? ''
      : 'case $s in ./*) s=${s#./} ;; esac; b=${p%/*}; s=${b:-/}/$s';
  const beside = args.state === 'link' ? inside : '';
  return `${assignPath('s', args.src, quote)}\n${beside}\nlook src "$s" follow`;
};

/** What is at the path, above it, and below it when that matters. */
export const probeFile = (args: FileArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look', 'identities'),
    assignPath('p', args.path, quote),
    args.state === 'hard' && args.src !== undefined
      ? `[ -d "$p" ] && p=$p/${quote(args.src.split('/').at(-1) ?? '')}`
      : '',
    'echo "path=$(hex "$p")"',
    'look it "$p"',
    'if [ -L "$p" ]; then look led "$p" follow; r=$(readlink -f "$p" && echo x); r=${r%??}; echo "real=$(hex "$r")"; fi',
    '[ -d "$p" ] && [ ! -L "$p" ] && [ -z "$(ls -A "$p" 2>/dev/null)" ] && echo empty=yes',
    missingScript,
    sourceScript(args, quote),
    probeIdentities(args.attributes, quote),
    args.recurse ? belowScript : '',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const readBelow = (line: string): Below => {
  const [count = '0', mode = '0', uid, gid] = line.trim().split(/\s+/);
  const bits = Number.parseInt(mode, 16);
  return {
    count: Number(count),
    mode: bits & 0o7777,
    directory: (bits & 0o170000) === 0o040000,
    uid: Number(uid),
    gid: Number(gid),
  };
};

/** Reads what the probe printed. */
export const readFileState = (fields: Fields, args: FileArgs): FileState => {
  const path = fields.text('path') ?? args.path;
  return {
    path,
    look: readLook(fields, 'it'),
    led: readLook(fields, 'led'),
    real: fields.text('real') ?? path,
    identities: readIdentities(fields, args.attributes),
    missing: fields
      .all('missing')
      .map((hex) => fromHex(hex))
      .reverse(),
    parentIsFolder: fields.get('parent') === 'folder',
    empty: fields.get('empty') === 'yes',
    src: readLook(fields, 'src'),
    below: fields.all('below').map(readBelow),
  };
};
