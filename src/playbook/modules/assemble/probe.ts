import type { Applied, Quote } from '../module.ts';
import { type Place, placeFunction, readPlace } from '../place/placement.ts';
import { type Identities, probeIdentities, readIdentities } from '../state/attributes.ts';
import { readBytes, type WholeFile } from '../state/bytes.ts';
import { fromHex, readFields } from '../state/fields.ts';
import { assignPath, bytesLimit, shellFunctions } from '../state/script.ts';
import type { AssembleArgs } from './arguments.ts';

/** What the host said about fragments and destination. */
export interface AssembleState {
  readonly src: 'folder' | 'missing' | 'other' | 'closed';
  readonly fragments: readonly { readonly name: string; readonly file: WholeFile }[];
  readonly place: Place;
  readonly parent: 'folder' | 'missing' | 'other' | 'closed';
  readonly identities: Identities;
}

/** Each file of the folder with its bytes, as long as all of them together are not too many. */
const fragmentLines = (hidden: boolean): readonly string[] => [
  'if [ ! -e "$s" ]; then echo src=missing; elif [ ! -d "$s" ]; then echo src=other; elif [ ! -r "$s" ] || [ ! -x "$s" ]; then echo src=closed; else echo src=folder; fi',
  `i=0; left=${bytesLimit}`,
  `for f in "$s"/*${hidden ? ' "$s"/.*' : ''}; do [ -f "$f" ] || continue`,
  'printf "%s\\n" "name=$(hex "${f##*/}")"; bytes "f$i" "$f" "$left"',
  'i=$((i + 1)); [ ! -r "$f" ] || { n=$(wc -c <"$f"); [ "$n" -gt "$left" ] || left=$((left - n)); }',
  'done',
];

/** Asks for the fragments, when they are on the host, and for what is at the destination. */
export const probeAssemble = (args: AssembleArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look', 'sum', 'raw', 'bytes', 'identities'),
    placeFunction,
    ...(args.own === undefined ? [assignPath('s', args.src, quote), ...fragmentLines(!args.ignoreHidden)] : []),
    assignPath('p', args.dest, quote),
    'u=${p%/*}; u=${u:-/}',
    'if [ ! -e "$u" ]; then echo parent=missing; elif [ ! -d "$u" ]; then echo parent=other; elif [ ! -w "$u" ]; then echo parent=closed; else echo parent=folder; fi',
    probeIdentities(args.attributes, quote),
    'place it "$p" - -',
    'echo end',
  ].join('\n');

const wordOf = (word: string | undefined): AssembleState['parent'] =>
  word === 'missing' || word === 'other' || word === 'closed' ? word : 'folder';

/** Reads what the probe printed. */
export const readAssemble = (output: Applied, args: AssembleArgs): AssembleState => {
  const fields = readFields(output);
  const names = fields.all('name').map((name) => fromHex(name, 'latin1'));
  return {
    src: wordOf(fields.get('src')),
    fragments: names.map((name, index) => ({ name, file: readBytes(fields, `f${index}`) })),
    place: readPlace(fields, 'it'),
    parent: wordOf(fields.get('parent')),
    identities: readIdentities(fields, args.attributes),
  };
};
