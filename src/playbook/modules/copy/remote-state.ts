import type { Applied, Quote } from '../module.ts';
import { type Attributes, type Identities, probeIdentities, readIdentities } from '../state/attributes.ts';
import { type Fields, fromHex, readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { assignPath, diffLimit, shellFunctions } from '../state/script.ts';

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
