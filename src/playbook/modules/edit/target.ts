import type { JsonObject } from '#core/json.ts';
import type { Applied, ModuleArg, Quote } from '../module.ts';
import { type Place, readPlace } from '../place/placement.ts';
import { validateWords } from '../place/single.ts';
import {
  type Attributes,
  attributeArgs,
  type Identities,
  probeIdentities,
  readAttributes,
  readIdentities,
} from '../state/attributes.ts';
import { readBytes, type WholeFile } from '../state/bytes.ts';
import { fromHex, readFields } from '../state/fields.ts';
import { assignPath, bytesLimit, shellFunctions, tidyPath } from '../state/script.ts';

/** What every module takes that changes a part of a file. */
export const targetArgs = {
  path: { type: 'path', required: true, aliases: ['dest', 'destfile', 'name'] },
  backup: { type: 'bool', default: false },
  unsafe_writes: { type: 'bool', default: false },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

/** The file to be worked on, as asked for. */
export interface TargetArgs {
  readonly path: string;
  readonly backup: boolean;
  readonly overwrite: boolean;
  readonly attributes: Attributes;
  readonly validate?: readonly string[];
}

/** The file to be worked on, as it is. */
export interface TargetState {
  readonly place: Place;
  readonly file: WholeFile;
  readonly identities: Identities;
  /** Folders above that are missing, outermost first. */
  readonly missing: readonly string[];
  readonly parent: 'folder' | 'missing' | 'other' | 'closed';
}

/** Takes what is common out of the arguments. Throws a Fault for what cannot be. */
export const readTarget = (args: JsonObject): TargetArgs => ({
  path: tidyPath(String(args.path)),
  backup: args.backup === true,
  overwrite: args.unsafe_writes === true,
  attributes: readAttributes(args),
  ...(typeof args.validate === 'string' && { validate: validateWords(args.validate) }),
});

/** Lines that ask what is at the path, which is `$p` from then on, and for all of its text. */
export const targetLines = (args: TargetArgs, quote: Quote): readonly string[] =>
  [
    shellFunctions('hex', 'look', 'bytes', 'identities'),
    assignPath('p', args.path, quote),
    'u=${p%/*}; u=${u:-/}',
    'if [ ! -e "$u" ]; then echo parent=missing; elif [ ! -d "$u" ]; then echo parent=other; elif [ ! -w "$u" ]; then echo parent=closed; else echo parent=folder; fi',
    'd=$p; while d=${d%/*}; [ -n "$d" ] && [ ! -e "$d" ]; do echo "missing=$(hex "$d")"; case $d in */*) ;; *) break ;; esac; done',
    probeIdentities(args.attributes, quote),
    'printf "%s\\n" "it.path=$(hex "$p")"; look it "$p"',
    'if [ -L "$p" ]; then look it.led "$p" follow; r=$(readlink -f "$p" && echo x); r=${r%??}; echo "it.real=$(hex "$r")"; fi',
    `if [ -f "$p" ]; then bytes it "$p" ${bytesLimit}; fi`,
  ].filter((line) => line !== '');

/** Asks what is at the path, and for all of its text. */
export const probeTarget = (args: TargetArgs, quote: Quote): string =>
  [...targetLines(args, quote), 'echo end'].join('\n');

const parentOf = (word: string | undefined): TargetState['parent'] =>
  word === 'missing' || word === 'other' || word === 'closed' ? word : 'folder';

/** Reads what the probe printed. */
export const readTargetState = (output: Applied, args: TargetArgs): TargetState => {
  const fields = readFields(output);
  return {
    place: readPlace(fields, 'it'),
    file: readBytes(fields, 'it'),
    identities: readIdentities(fields, args.attributes),
    missing: fields
      .all('missing')
      .map((hex) => fromHex(hex))
      .reverse(),
    parent: parentOf(fields.get('parent')),
  };
};
