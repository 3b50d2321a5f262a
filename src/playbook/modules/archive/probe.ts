import { globWord } from '../command/glob.ts';
import type { Applied, Quote } from '../module.ts';
import type { MadePlace } from '../place/made.ts';
import { probeIdentities, readIdentities } from '../state/attributes.ts';
import { type Fields, fromHex, readFields } from '../state/fields.ts';
import { readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import { missingTool, needFunction, toolPath } from '../state/tools.ts';
import { type ArchiveArgs, type Format, isGlob } from './arguments.ts';
import { type Entry, entriesIn, type Member, membersIn } from './entries.ts';

/** So much of a listing is read, packed for the way. */
const mostBytes = 24 * 1024 * 1024;

/** What is asked for, and what there is of it; texts are bytes. */
export interface Source {
  readonly path: string;
  readonly kind: 'absent' | 'directory' | 'other';
  /** Of a folder what is in it, else itself. */
  readonly entries: readonly Entry[];
}

/** What the host says. */
export interface ArchiveState {
  readonly failed?: string;
  readonly sources: readonly Source[];
  readonly excluded: readonly string[];
  readonly dest?: MadePlace;
  readonly parent: boolean;
  /** What is in the archive that is there. */
  readonly members: readonly Member[];
  /** True where one file alone is packed in it, as it is now. */
  readonly same: boolean;
}

/** The programs that pack, and the letter by which tar calls them. */
export const packers: Readonly<Record<Format, { readonly tool: string; readonly letter: string }>> = {
  bz2: { tool: 'bzip2', letter: 'j' },
  gz: { tool: 'gzip', letter: 'z' },
  tar: { tool: 'cat', letter: '' },
  xz: { tool: 'xz', letter: 'J' },
};

const homePattern = /^~(?:[a-z_][a-z0-9_-]*)?(?=\/|$)/;

/** A path as words for the shell: a pattern is all that fits it. */
function wordsOf(path: string, quote: Quote): { readonly lines: readonly string[]; readonly words: string } {
  const [home = ''] = homePattern.exec(path) ?? [];
  const rest = path.slice(home.length);
  const word = isGlob(path) ? globWord(rest, quote) : quote(rest);
  if (home === '') return { lines: [], words: word };
  return { lines: [assignPath('h', home, quote)], words: `"$h"${word}` };
}

const each = (path: string, work: string, quote: Quote): readonly string[] => {
  const { lines, words } = wordsOf(path, quote);
  const there = isGlob(path) ? '[ -e "$f" ] || [ -L "$f" ] || continue; ' : '';
  return [...lines, `for f in ${words}; do ${there}${work}; done`];
};

const sourceFunction = String.raw`
tell() { find -H "$@" -printf '%y %m %U %G %s %T@\0%l\0%p\0' 2>/dev/null | head -c ${mostBytes} | base64 | tr -d '\n'; }
source() {
  echo "path=$(hex "$1")"; last=$1
  if [ -d "$1" ]; then echo kind=directory; echo "tree=$(tell "$1" -mindepth 1)"
  elif [ -e "$1" ] || [ -L "$1" ]; then echo kind=other; echo "tree=$(find "$1" -maxdepth 0 -printf '%y %m %U %G %s %T@\0%l\0%p\0' | base64 | tr -d '\n')"
  else echo kind=absent; echo tree=; fi
}`.trim();

const missing = (tool: string): string => `{ echo "missing=${tool}"; echo end; exit 0; }`;

/** Asks what is to be archived, and what is in the archive that is there. */
export function probeArchive(args: ArchiveArgs, quote: Quote): string {
  const { tool, letter } = packers[args.format];
  return [
    toolPath,
    shellFunctions('hex', 'look', 'identities'),
    needFunction,
    `need find; need tar; need base64; need ${tool}`,
    `case $(tar --version 2>/dev/null) in *GNU*) ;; *) ${missing('GNU tar')} ;; esac`,
    `find / -maxdepth 0 -printf '' 2>/dev/null || ${missing('GNU find')}`,
    sourceFunction,
    'last=',
    ...args.paths.flatMap((path) => each(path, 'source "$f"', quote)),
    ...args.excluded.flatMap((path) => each(path, 'echo "excluded=$(hex "$f")"', quote)),
    args.dest === undefined ? `p=$last.${args.format}` : assignPath('p', args.dest, quote),
    'u=${p%/*}; [ -d "${u:-/}" ] && echo parent=yes',
    'echo "dest=$(hex "$p")"; look dest "$p" follow',
    probeIdentities(args.attributes, quote),
    'if [ -f "$p" ]; then',
    `  echo "members=$(TZ=UTC0 tar --numeric-owner --full-time --quoting-style=escape -tv${letter}f "$p" 2>/dev/null | head -c ${mostBytes} | base64 | tr -d '\\n')"`,
    `  [ -f "$last" ] && ${tool}${tool === 'cat' ? '' : ' -dc'} <"$p" 2>/dev/null | cmp -s - "$last" && echo same=yes`,
    'fi',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

const bytesOf = (fields: Fields, key: string): readonly string[] =>
  fields.all(key).map((hex) => fromHex(hex, 'latin1'));

/** Reads what the probe printed. */
export function readArchive(output: Applied, args: ArchiveArgs): ArchiveState {
  const fields = readFields(output);
  const tool = missingTool(fields, 'archive', 'Install it there.');
  const kinds = fields.all('kind');
  const trees = fields.all('tree').map((tree) => Buffer.from(tree, 'base64'));
  const large = trees.some((tree) => tree.length >= mostBytes)
    ? 'archive: there are too many files to compare.'
    : undefined;
  const failed = tool ?? large;
  const dest = fields.text('dest');
  const identities = readIdentities(fields, args.attributes);
  return {
    ...(failed !== undefined && { failed }),
    sources: bytesOf(fields, 'path').map((path, index) => ({
      path,
      kind: kinds[index] === 'directory' ? 'directory' : kinds[index] === 'other' ? 'other' : 'absent',
      entries: entriesIn(trees[index] ?? Buffer.alloc(0)),
    })),
    excluded: bytesOf(fields, 'excluded'),
    ...(dest !== undefined && { dest: { path: dest, look: readLook(fields, 'dest'), identities } }),
    parent: fields.get('parent') === 'yes',
    members: membersIn(Buffer.from(fields.get('members') ?? '', 'base64')),
    same: fields.get('same') === 'yes',
  };
}
