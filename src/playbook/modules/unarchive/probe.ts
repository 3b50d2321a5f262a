import type { Difference } from '#core/plan.ts';
import { probeGlob } from '../command/glob.ts';
import type { Applied, ModulePlan, Quote } from '../module.ts';
import { checksum } from '../place/placement.ts';
import {
  changeAttributes,
  havingOf,
  type Identities,
  probeIdentities,
  readIdentities,
  resultOf,
} from '../state/attributes.ts';
import { fromHex, readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { wantedMode } from '../state/mode.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { ArchiveArgs } from './arguments.ts';
import { unpack } from './unpack.ts';

/** What the host said about the destination and what is to be in it. */
export interface ArchiveState {
  readonly created: boolean;
  readonly dest: Look;
  readonly path: string;
  /** Of an archive on the host: is it there, and what of it is missing or differs. */
  readonly source: Look;
  readonly trouble?: string;
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  /** Entries that are there with other attributes than those asked for. */
  readonly entries: ReadonlyMap<string, Look>;
  readonly identities: Identities;
}

/** Of an archive of ours: each entry is looked at where it should be. */
const compareEntries = (args: ArchiveArgs, quote: Quote): string =>
  (args.entries ?? [])
    .map((entry, index) => {
      const word = `"$p"/${quote(entry.path)}`;
      if (entry.type !== 'file') return `look e${index} ${word}`;
      const sums = `${checksum(entry.content, 'sha1')} ${checksum(entry.content, 'sha256')}`;
      return `same e${index} ${word} ${sums}`;
    })
    .join('\n');

const sameFunction = `same() {
  look "$1" "$2"
  if [ -f "$2" ]; then sum "$1" "$2"; case $h in "sha1:$3" | "sha256:$4") echo "$1.same=yes" ;; esac; fi
}`;

/** Of an archive on the host: it is unpacked aside and compared, which tells the truth whatever tools made it. */
const compareOnHost = (args: ArchiveArgs, quote: Quote): string => `look source "$s" follow
if [ -r "$s" ]; then
  w=$(mktemp -d) || exit 1
  trap 'rm -rf "$w"' EXIT
  if said=$( { ${unpack(args, '"$s"', '"$w"', quote)}; } 2>&1); then
    export p; cd "$w" && find . ! -name . -exec sh -c 'for f; do
      if [ -h "$f" ]; then [ "$(readlink "$f")" = "$(readlink "$p/$f" 2>/dev/null)" ] && continue
      elif [ -d "$f" ]; then [ -d "$p/$f" ] && continue
      elif [ -f "$f" ] && [ -f "$p/$f" ] && cmp -s "$f" "$p/$f"; then continue; fi
      if [ -e "$p/$f" ] || [ -h "$p/$f" ]; then k=changed; else k=missing; fi
      printf "%s=" $k; printf %s "$f" | od -An -v -tx1 | tr -d " \\n"; echo
    done' sh {} +
    cd "$w" && find . ! -name . ! -type l -exec sh -c 'for f; do printf "name="; printf %s "$f" | od -An -v -tx1 | tr -d " \\n"; echo; done' sh {} +
  else echo "trouble=$(hex "$said")"; fi
fi`;

/** Asks what of the archive is there already. */
export const probeArchive = (args: ArchiveArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look', 'sum', 'identities'),
    sameFunction,
    assignPath('p', args.dest, quote),
    'case $p in /*) ;; *) p=$PWD/$p ;; esac',
    'echo "path=$(hex "$p")"',
    'look dest "$p" follow',
    args.creates === undefined ? '' : probeGlob('created', args.creates, quote),
    probeIdentities(args.attributes, quote),
    args.content === undefined
      ? `${assignPath('s', args.src, quote)}\ncase $s in /*) ;; *) s=$PWD/$s ;; esac\n${compareOnHost(args, quote)}`
      : compareEntries(args, quote),
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const tidy = (hex: string): string => fromHex(hex).replace(/^\.\//, '');

/** Reads what the probe printed. */
export const readArchive = (output: Applied, args: ArchiveArgs): ArchiveState => {
  const fields = readFields(output);
  const entries = (args.entries ?? []).map((entry, index) => ({
    entry,
    look: readLook(fields, `e${index}`),
    same: fields.get(`e${index}.same`) === 'yes',
  }));
  const differs = entries.filter(({ entry, look, same }) => {
    if (entry.type === 'file') return !same;
    return entry.type === 'link' ? look.type !== 'link' || look.target !== entry.target : look.type !== 'directory';
  });
  const trouble = fields.text('trouble');
  return {
    created: fields.get('created') === 'yes',
    path: fields.text('path') ?? args.dest,
    dest: readLook(fields, 'dest'),
    source: readLook(fields, 'source'),
    ...(trouble !== undefined && { trouble }),
    missing: [
      ...fields.all('missing').map(tidy),
      ...differs.filter(({ look }) => look.type === 'absent').map(({ entry }) => entry.path),
    ],
    changed: [
      ...fields.all('changed').map(tidy),
      ...differs.filter(({ look }) => look.type !== 'absent').map(({ entry }) => entry.path),
    ],
    entries: new Map(entries.map(({ entry, look }) => [entry.path, look])),
    identities: readIdentities(fields, args.attributes),
  };
};

const obstacle = (args: ArchiveArgs, state: ArchiveState): string | undefined => {
  if (state.identities.failed !== undefined) return state.identities.failed;
  if (args.content === undefined && state.source.type === 'absent') return `Source '${args.src}' does not exist`;
  if (state.dest.type !== 'directory') return `Destination '${state.path}' is not a directory`;
  if (state.trouble === undefined) return undefined;
  const said = state.trouble.trim().split('\n').at(-1) ?? '';
  return `Failed to find handler for "${args.src}". Make sure the required command to extract the file is installed. ${said}`;
};

/** Entries whose owner, group or mode is not as asked. */
const attributeDifferences = (args: ArchiveArgs, state: ArchiveState): readonly Difference[] =>
  [...state.entries].flatMap(([path, look]) =>
    look.type === 'absent' || look.type === 'link'
      ? []
      : changeAttributes(`${state.path}/${path}`, havingOf(look), args.attributes, state.identities).differences,
  );

/** What would come into the folder, and what would change there. */
export const planArchive = (args: ArchiveArgs, state: ArchiveState): ModulePlan => {
  const handler = args.kind === 'zip' ? 'ZipArchive' : 'TgzArchive';
  const result = { dest: state.path, src: args.src, handler };
  if (state.created) {
    return { differences: [], skipped: true, result: { ...result, msg: `skipped, since ${args.creates} exists` } };
  }
  const msg = obstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { ...result, msg }, failed: msg };
  if (args.content !== undefined && args.entries === undefined) {
    return { differences: [{ subject: state.path, aspect: 'unpacked', before: false, after: args.src }], result };
  }
  const at = (path: string): string => `${state.path}/${path}`;
  const differences = [
    ...state.missing.map(
      (path): Difference => ({ subject: at(path), aspect: 'state', before: 'absent', after: 'as in the archive' }),
    ),
    ...state.changed.map(
      (path): Difference => ({ subject: at(path), aspect: 'content', before: 'other', after: 'as in the archive' }),
    ),
    ...attributeDifferences(args, state),
  ];
  return { differences, result: { ...result, ...resultOf(state.dest) } };
};

/** The mode every entry is to have, for folders and for files, when the mode is the same for all. */
export const modesOf = (mode: string | undefined): string | undefined =>
  mode === undefined
    ? undefined
    : /^[0-7]+$/.test(mode)
      ? wantedMode(mode, { mode: 0, directory: false, umask: 0 }).toString(8).padStart(5, '0')
      : mode;
