import { type CommandState, probeCommand, readCommand } from '../command/run.ts';
import type { Applied, FoundDifference, Quote } from '../module.ts';
import {
  type AttributeChange,
  changeAttributes,
  havingOf,
  type Identities,
  newly,
  probeIdentities,
  readIdentities,
  setAttributes,
} from '../state/attributes.ts';
import { readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { UriArgs } from './arguments.ts';

/** What the host says beforehand. */
export interface UriState extends CommandState {
  /** Where the answer is to go, and what is there; undefined where it goes nowhere. */
  readonly dest?: { readonly path: string; readonly look: Look; readonly identities: Identities };
}

/** Looks for the files of `creates` and `removes`, and at the place for the answer. */
export function probeUri(args: UriArgs, quote: Quote): string | undefined {
  const command = probeCommand(args.when, quote);
  if (args.dest === undefined) return command;
  return [
    shellFunctions('hex', 'look', 'identities'),
    assignPath('p', args.dest, quote),
    `[ ! -d "$p" ] || p=\${p%/}/${quote(args.destName)}`,
    'echo "dest=$(hex "$p")"; look dest "$p" follow',
    probeIdentities(args.attributes, quote),
    command ?? 'echo end',
  ].join('\n');
}

/** Reads what the probe printed. */
export function readUri(output: Applied, args: UriArgs): UriState {
  const state = readCommand(output, args.when);
  if (args.dest === undefined) return state;
  const fields = readFields(output);
  const look = readLook(fields, 'dest');
  return {
    ...state,
    dest: { path: fields.text('dest') ?? args.dest, look, identities: readIdentities(fields, args.attributes) },
  };
}

/** What changes about the file besides what is in it. */
function attributesOf(args: UriArgs, dest: NonNullable<UriState['dest']>): AttributeChange {
  const having = dest.look.type === 'absent' ? newly(false, dest.identities.umask) : havingOf(dest.look);
  return changeAttributes(dest.path, having, args.attributes, dest.identities);
}

/** The file that the answer is put into: what is in it nobody knows before. */
export function destDifferences(args: UriArgs, { dest }: UriState): readonly FoundDifference[] {
  if (dest === undefined) return [];
  const before = dest.look.type === 'absent' ? 'absent' : 'whatever it is';
  return [
    { subject: dest.path, aspect: 'content', before, after: `what ${args.url} gives` },
    ...attributesOf(args, dest).differences,
  ];
}

/** Shell lines that put a wanted answer, which is in `$d/body`, into its place, in one step. */
export function destLines(args: UriArgs, { dest }: UriState, quote: Quote): readonly string[] {
  if (dest === undefined) return [];
  const change = attributesOf(args, dest);
  const { look, identities } = dest;
  const mode = change.mode ?? (look.type === 'absent' ? newly(false, identities.umask).mode : look.mode);
  const kept = look.type === 'absent' ? [] : [`chown ${look.uid}:${look.gid} "$t" 2>/dev/null || :`];
  const codes = args.statusCodes.filter((code) => code !== 304);
  return [
    `p=${quote(dest.path)}`,
    's=$(sed -n \'s/^HTTP\\/[^ ]* \\([0-9]*\\).*/\\1/p\' "$d/head" | tail -n 1)',
    'case $tool.$r in *.0 | wget.8) ok=yes ;; *) ok= ;; esac',
    `put=; for c in ${codes.join(' ')}; do [ "$ok.$s" != "yes.$c" ] || put=yes; done`,
    'if [ -n "$put" ]; then',
    '  u=${p%/*}; t=$(mktemp "${u:-/}/.quarterdeck.XXXXXX") || exit 1',
    `  trap 'rm -rf "$d"; rm -f "$t"' EXIT`,
    '  cat "$d/body" >"$t" || exit 1',
    ...kept,
    ...setAttributes('"$t"', { ...change, mode }),
    '  mv -f "$t" "$p" || exit 1',
    '  echo put=yes',
    'fi',
  ];
}
