import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, FoundDifference, ModuleArg, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { type Place, type Placement, placeAttributes, putLines, readPlace } from '../place/placement.ts';
import {
  type Attributes,
  attributeArgs,
  type Identities,
  probeIdentities,
  readAttributes,
  readIdentities,
  setAttributes,
} from '../state/attributes.ts';
import { type Fields, failureOf, readFields } from '../state/fields.ts';
import { assignPath, shellFunctions, tidyPath } from '../state/script.ts';
import { needFunction, sayFunction, toolPath } from '../state/tools.ts';

/** What modules of keys, requests and certificates take about the file they make. */
export const madeArguments = {
  path: { type: 'path', required: true },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  force: { type: 'bool', default: false },
  backup: { type: 'bool', default: false },
  return_content: { type: 'bool', default: false },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

/** The file to be made, as asked for. */
export interface MadeArgs {
  readonly path: string;
  readonly present: boolean;
  readonly force: boolean;
  readonly backup: boolean;
  readonly returns: boolean;
  readonly attributes: Attributes;
}

/** The file to be made, as it is. */
export interface MadeState {
  readonly place: Place;
  readonly readable: boolean;
  readonly parent: 'folder' | 'missing' | 'closed';
  readonly identities: Identities;
}

/** Takes what is common out of the arguments. Throws a Fault for what cannot be. */
export const readMade = (args: JsonObject, mode?: string): MadeArgs => ({
  path: tidyPath(String(args.path)),
  present: args.state !== 'absent',
  force: args.force === true,
  backup: args.backup === true,
  returns: args.return_content === true,
  attributes: { ...(mode !== undefined && { mode }), ...readAttributes(args) },
});

/** Lines that ask what is at the path, which is `$p` from then on. */
export const madeLines = (args: MadeArgs, quote: Quote): readonly string[] =>
  [
    toolPath,
    sayFunction,
    needFunction,
    shellFunctions('hex', 'look', 'bytes', 'identities'),
    assignPath('p', args.path, quote),
    'u=${p%/*}; u=${u:-/}; if [ ! -d "$u" ]; then echo parent=missing; elif [ ! -w "$u" ]; then echo parent=closed; else echo parent=folder; fi',
    probeIdentities(args.attributes, quote),
    'printf "%s\\n" "it.path=$(hex "$p")"; look it "$p"; if [ -L "$p" ]; then look it.led "$p" follow; fi',
    'if [ ! -e "$p" ] || [ -r "$p" ]; then echo readable=yes; fi',
  ].filter((line) => line !== '');

/** Reads what these lines printed. A link counts as the file it leads to; the new file takes its place, or it goes itself. */
export const readMadeState = (fields: Fields, args: MadeArgs): MadeState => {
  const place = readPlace(fields, 'it');
  const parent = fields.get('parent');
  return {
    // What is to come is made on the host: no sum says whether it is there.
    place: { ...place, sum: '', look: args.present && place.look.type === 'link' ? place.led : place.look },
    readable: fields.get('readable') === 'yes',
    parent: parent === 'missing' || parent === 'closed' ? parent : 'folder',
    identities: readIdentities(fields, args.attributes),
  };
};

const placementOf = ({ attributes }: MadeArgs): Placement => ({
  content: Buffer.alloc(0),
  attributes,
  follow: false,
  force: true,
});

const obstacle = (args: MadeArgs, { place, parent, readable, identities }: MadeState): string | undefined => {
  const folder = place.path.replace(/\/[^/]*$/, '') || '/';
  const { type } = place.look;
  if (parent === 'missing') return `The directory ${folder} does not exist or the file is not a directory`;
  if (type === 'directory' || type === 'other') return `${place.path} is not a regular file`;
  if (parent === 'closed') return `Destination ${folder} not writable`;
  if (!args.present) return undefined;
  return readable ? identities.failed : `${place.path} cannot be read: permission denied`;
};

/** What is found out about a file that is to be there: the differences of its content, and return values. */
export interface Making {
  readonly differences: readonly FoundDifference[];
  readonly result: JsonObject;
  readonly failed?: string;
}

/** What would change about the file. `making` is asked only when the file is to be there and may be looked at. */
export const planMade = (args: MadeArgs, state: MadeState, result: JsonObject, making: () => Making): ModulePlan => {
  const { place, identities } = state;
  const base = { ...result, filename: place.path };
  const blocked = obstacle(args, state);
  if (blocked !== undefined) return { differences: [], result: { ...base, msg: blocked }, failed: blocked };
  if (!args.present) return { differences: goes(place), result: base };
  const made = making();
  if (made.failed !== undefined) return { differences: [], result: { ...base, msg: made.failed }, failed: made.failed };
  const isNew = place.look.type === 'absent';
  return {
    differences: [
      ...(isNew ? [{ subject: place.path, aspect: 'state', before: 'absent', after: 'file' }] : []),
      ...made.differences,
      ...placeAttributes(placementOf(args), place, identities).differences,
    ],
    result: { ...base, ...made.result },
    // What is made on the host is known only then: its digests, its content.
    ...(made.differences.length > 0 && { unknown: true }),
  };
};

const goes = ({ path, look }: Place): readonly FoundDifference[] =>
  look.type === 'absent' ? [] : [{ subject: path, aspect: 'state', before: look.type, after: 'absent' }];

const backupLine =
  '[ ! -e "$p" ] || { b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"; cp -p "$p" "$b" || exit 1; printf "%s\\n" "backup=$(hex "$b")"; }';

/** How the content is made: shell lines that leave it in the file `$MADE`, what they need, and what is asked afterwards. */
export interface Maker {
  readonly lines: readonly string[];
  readonly contents: readonly { readonly name: string; readonly content: Buffer }[];
  readonly after: readonly string[];
}

/** Makes the differences; `maker` says how, and is undefined when only attributes change. */
export const applyMade = (
  args: MadeArgs,
  { place, identities }: MadeState,
  plan: ModulePlan,
  maker: Maker | undefined,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const start = [toolPath, sayFunction, shellFunctions('hex', 'bytes'), `p=${quote(place.path)}`];
  if (!args.present) {
    const lines = [...start, ...(args.backup ? [backupLine] : []), 'rm -f "$p" || exit 1', 'echo end'];
    return { script: lines.join('\n') };
  }
  if (maker === undefined) {
    const change = placeAttributes(placementOf(args), place, identities);
    return { script: [...start, ...setAttributes('"$p"', change), 'echo end'].join('\n') };
  }
  const put = putLines(placementOf(args), place, identities, { from: '"$MADE"', backup: args.backup }, quote);
  return {
    script: [...start, ...maker.lines, ...put, ...maker.after, 'echo end'].join('\n'),
    contents: [{ name: 'MADE', content: Buffer.alloc(0) }, ...maker.contents],
  };
};

/** The return values; `more` are those that the new content tells. */
export const finishMade = (plan: ModulePlan, applied: Applied, more: (fields: Fields) => JsonObject): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const backup = fields.text('backup');
  return {
    result: { ...plan.result, ...more(fields), ...(backup !== undefined && { backup_file: backup }) },
    changed: true,
  };
};
