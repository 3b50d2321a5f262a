import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { splitWords } from '../../words/split.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import {
  type Attributes,
  changeAttributes,
  type Identities,
  newly,
  probeIdentities,
  readIdentities,
  resultOf,
  setAttributes,
} from '../state/attributes.ts';
import { failureOf, fromHex, readFields } from '../state/fields.ts';
import { readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import {
  contentResult,
  type Place,
  type Placement,
  placeDifferences,
  placeFunction,
  probePlace,
  putLines,
  readPlace,
  targetOf,
} from './placement.ts';

/** One file to be put somewhere: the prepared arguments of `template`, and of `copy` of one file. */
export interface SingleArgs {
  readonly kind: 'single';
  readonly dest: string;
  /** `dest` was written with a slash at its end. */
  readonly intoFolder: boolean;
  /** The source's own name; empty for `content`, which cannot go into a folder. */
  readonly name: string;
  readonly src: string;
  readonly placement: Placement;
  readonly directoryMode: Attributes;
  readonly backup: boolean;
  readonly validate?: readonly string[];
}

/** What the host said about the place of one file. */
export interface SingleState {
  readonly kind: 'single';
  readonly place: Place;
  readonly identities: Identities;
  /** `dest` is a folder. */
  readonly folder: boolean;
  readonly parent: 'folder' | 'missing' | 'other' | 'closed';
  /** Folders to be made above, outermost first. */
  readonly missing: readonly string[];
}

/** The words of `validate`, one of which holds `%s`. */
export const validateWords = (written: string): readonly string[] => {
  const words = splitWords(written);
  if (words?.some((word) => word.includes('%s'))) return words;
  throw new Fault({
    code: 'module.arguments',
    say: t(`validate must contain %s: ${written}`, `validate doit contenir %s : ${written}`),
  });
};

/** The words of `validate` as a shell command about `"$t"`. */
export const validateLine = (words: readonly string[], quote: Quote): string =>
  words
    .map((word) =>
      word
        .split('%s')
        .map((part) => (part === '' ? '' : quote(part)))
        .join('"$t"'),
    )
    .join(' ');

/** Asks what is at the place, whose name is the source's when `dest` is a folder. */
export const probeSingle = (args: SingleArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look', 'sum', 'raw', 'identities'),
    placeFunction,
    assignPath('p', args.dest, quote),
    `if [ -d "$p" ]${args.intoFolder ? ' || :' : ''}; then [ -d "$p" ] && echo folder=yes; p=\${p%/}/${quote(args.name)}; fi`,
    'u=${p%/*}; u=${u:-/}',
    'if [ ! -e "$u" ]; then echo parent=missing; elif [ ! -d "$u" ]; then echo parent=other; elif [ ! -w "$u" ]; then echo parent=closed; else echo parent=folder; fi',
    'd=$p; while d=${d%/*}; [ -n "$d" ] && [ ! -e "$d" ]; do echo "missing=$(hex "$d")"; case $d in */*) ;; *) break ;; esac; done',
    probeIdentities(args.placement.attributes, quote),
    probePlace('it', '"$p"', args.placement.content),
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const parentOf = (word: string | undefined): SingleState['parent'] =>
  word === 'missing' || word === 'other' || word === 'closed' ? word : 'folder';

/** Reads what the probe printed. */
export const readSingle = (output: Applied, args: SingleArgs): SingleState => {
  const fields = readFields(output);
  return {
    kind: 'single',
    place: readPlace(fields, 'it'),
    identities: readIdentities(fields, args.placement.attributes),
    folder: fields.get('folder') === 'yes',
    parent: parentOf(fields.get('parent')),
    missing: fields
      .all('missing')
      .map((hex) => fromHex(hex))
      .reverse(),
  };
};

const parentPath = (path: string): string => path.replace(/\/[^/]*$/, '') || '/';

const obstacle = (args: SingleArgs, state: SingleState): string | undefined => {
  const { place, parent } = state;
  const folder = parentPath(place.path);
  if (args.name === '' && (state.folder || args.intoFolder)) return 'can not use content with a dir as dest';
  if (state.identities.failed !== undefined) return state.identities.failed;
  if (parent === 'missing' && !args.intoFolder) return `Destination directory ${folder} does not exist`;
  if (parent === 'other') return `Destination directory ${folder} is not a directory`;
  if (parent === 'closed') return `Destination ${folder} not writable`;
  if (targetOf(args.placement, place).look.type === 'directory') return `${place.path} is a directory`;
  return undefined;
};

const baseResult = (args: SingleArgs, path: string): JsonObject => ({
  dest: path,
  src: args.src,
  ...contentResult(args.placement.content),
});

/** What would change: folders made for it, the content, mode and owners. */
export const planSingle = (args: SingleArgs, state: SingleState): ModulePlan => {
  const { placement } = args;
  const { path, look } = targetOf(placement, state.place);
  const msg = obstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { ...baseResult(args, path), msg }, failed: msg };
  const made = state.missing.map((folder) => ({
    subject: folder,
    aspect: 'state',
    before: 'absent',
    after: 'directory',
  }));
  const differences = [...made, ...placeDifferences(placement, state.place, state.identities)];
  const exists = !placement.force && look.type !== 'absent';
  const now = look.type === 'absent' ? {} : resultOf(look);
  return { differences, result: { ...baseResult(args, path), ...now, ...(exists && { msg: 'file already exists' }) } };
};

const folderLines = (args: SingleArgs, state: SingleState, quote: Quote): readonly string[] => {
  const change = changeAttributes('', newly(true, state.identities.umask), args.directoryMode, state.identities);
  return state.missing.flatMap((folder) => [
    `mkdir ${quote(folder)} || exit 1`,
    ...setAttributes(quote(folder), change),
  ]);
};

/** Puts the file into its place, then says what is there. */
export const applySingle = (
  args: SingleArgs,
  state: SingleState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const validate = args.validate && validateLine(args.validate, quote);
  const putting = { from: '"$CONTENT"', backup: args.backup, ...(validate !== undefined && { validate }) };
  const lines = putLines(args.placement, state.place, state.identities, putting, quote);
  const script = [
    shellFunctions('hex', 'look'),
    ...folderLines(args, state, quote),
    ...lines,
    'look now "$p"',
    'echo end',
  ].join('\n');
  return { script, contents: [{ name: 'CONTENT', content: args.placement.content }] };
};

/** The return values after the file was put. */
export const finishSingle = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const backup = fields.text('backup');
  const result = {
    ...plan.result,
    ...resultOf(readLook(fields, 'now')),
    ...(backup !== undefined && { backup_file: backup }),
  };
  return { result, changed: true };
};
