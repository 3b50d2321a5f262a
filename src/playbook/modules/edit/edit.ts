import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { Applied, Apply, Module, ModuleArg, ModulePlan, ModuleResult, Quote } from '../module.ts';
import {
  checksum,
  contentDifferences,
  type Place,
  type Placement,
  placeAttributes,
  placeDifferences,
  putLines,
} from '../place/placement.ts';
import { validateLine } from '../place/single.ts';
import { changeAttributes, havingOf, newly, resultOf, setAttributes } from '../state/attributes.ts';
import { whyUnread } from '../state/bytes.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { readLook } from '../state/look.ts';
import { diffLimit, shellFunctions } from '../state/script.ts';
import { mistakeOf } from './pattern.ts';
import { probeTarget, readTarget, readTargetState, type TargetArgs, type TargetState, targetArgs } from './target.ts';

/** What becomes of a file's text. */
export type Edited =
  /** Its new text, and Ansible's word for what was done; the text as it was when there is nothing to do. */
  | { readonly kind: 'text'; readonly text: string | undefined; readonly msg: string; readonly result?: JsonObject }
  /** Nothing is done here, neither to the text nor to its attributes. */
  | { readonly kind: 'stop'; readonly msg: string; readonly result?: JsonObject }
  | { readonly kind: 'failed'; readonly msg: string; readonly result?: JsonObject };

/** A module that changes a part of a file. Texts are bytes, one character each; undefined where there is no file. */
export interface Editor<E> {
  readonly name: string;
  readonly args: Readonly<Record<string, ModuleArg>>;
  prepare(args: JsonObject): E;
  edit(edit: E, text: string | undefined, path: string): Edited;
  /** False when the new file takes the place of a link. */
  followsLinks(edit: E): boolean;
  /** The return values that the module gives besides `msg`. */
  result(done: { readonly path: string; readonly backup: string | undefined; readonly now: JsonObject }): JsonObject;
}

/** Prepared arguments: the file, and what is to be done to its text. */
export type EditArgs<E> = TargetArgs & { readonly edit: E };

const textOf = (content: Buffer): string | undefined => {
  const text = content.toString('utf8');
  const shown = content.length <= diffLimit && !content.includes(0) && Buffer.from(text).equals(content);
  return shown ? text : undefined;
};

/**
 * The place as placements see it. A link that leads nowhere is written through; one that is not followed counts as the
 * file it leads to, and the new file takes its place.
 */
const placeOf = (state: TargetState, follows: boolean): Place => {
  const { place, file } = state;
  const known =
    file.kind === 'content'
      ? { ...place, sum: `sha1:${checksum(file.content, 'sha1')}`, text: textOf(file.content) }
      : place;
  if (place.look.type !== 'link' || (follows && place.led.type !== 'absent')) return known;
  return follows ? { ...known, path: place.real, look: place.led } : { ...known, look: place.led };
};

/** What a link itself would have to change: its owners, for its mode means nothing. */
const linkChange = (args: TargetArgs, state: TargetState) => {
  const { look, path } = state.place;
  if (look.type !== 'link') return undefined;
  const { mode: _mode, ...owners } = args.attributes;
  return changeAttributes(path, havingOf(look), owners, state.identities);
};

interface Work {
  readonly placement: Placement;
  readonly place: Place;
  /** The link's own owners; undefined when there is no link, or a file takes its place. */
  readonly link: ReturnType<typeof linkChange>;
  readonly writes: boolean;
}

const workOf = <E>(editor: Editor<E>, args: EditArgs<E>, state: TargetState, text: string | undefined): Work => {
  const follow = editor.followsLinks(args.edit);
  const before = state.file.kind === 'content' ? state.file.content : Buffer.alloc(0);
  const after = text === undefined ? before : Buffer.from(text, 'latin1');
  const writes = state.file.kind !== 'content' || !after.equals(before);
  const link = state.place.led.type !== 'absent' && (follow || !writes) ? linkChange(args, state) : undefined;
  return {
    placement: { content: after, attributes: link === undefined ? args.attributes : {}, follow, force: true },
    place: placeOf(state, follow),
    link,
    writes,
  };
};

const obstacle = (state: TargetState, writes: boolean): string | undefined => {
  const folder = state.place.path.replace(/\/[^/]*$/, '') || '/';
  if (!writes || state.place.look.type === 'link') return undefined;
  if (state.parent === 'other') return `Destination directory ${folder} is not a directory`;
  return state.parent === 'closed' ? `Destination ${folder} not writable` : undefined;
};

/** The folders above the file that would be made. */
export const folderDifferences = (state: TargetState): readonly Difference[] =>
  state.missing.map((folder) => ({ subject: folder, aspect: 'state', before: 'absent', after: 'directory' }));

const failed = (msg: string, result: JsonObject = {}): ModulePlan => ({
  differences: [],
  result: { ...result, msg },
  failed: msg,
});

const typeOf = ({ place }: TargetState): string => (place.look.type === 'link' ? place.led : place.look).type;

const editText = <E>(editor: Editor<E>, args: EditArgs<E>, state: TargetState): Edited => {
  const { file, place } = state;
  const type = typeOf(state);
  if (type === 'other') return { kind: 'failed', msg: `${place.path} is not a regular file` };
  if (type === 'directory') return { kind: 'failed', msg: `Path ${place.path} is a directory !`, result: { rc: 256 } };
  const unread = whyUnread(file, place.path) ?? state.identities.failed;
  if (unread !== undefined) return { kind: 'failed', msg: unread };
  const text = file.kind === 'content' ? file.content.toString('latin1') : undefined;
  try {
    return editor.edit(args.edit, text, place.path);
  } catch (thrown) {
    const msg = mistakeOf(thrown);
    if (msg === undefined) throw thrown;
    return { kind: 'failed', msg };
  }
};

const attributesToo = 'ownership, perms or SE linux context changed';

const planEdit = <E>(editor: Editor<E>, args: EditArgs<E>, state: TargetState): ModulePlan => {
  const { path, look } = state.place;
  const edited = editText(editor, args, state);
  const now = look.type === 'absent' ? {} : resultOf(look);
  const base = editor.result({ path, backup: undefined, now });
  if (edited.kind === 'failed') return failed(edited.msg, { ...base, ...edited.result });
  const said = { ...base, ...edited.result, msg: edited.msg };
  if (edited.kind === 'stop') return { differences: [], result: said };
  if (state.file.kind === 'none' && edited.text === undefined) return { differences: [], result: said };
  const { placement, place, link, writes } = workOf(editor, args, state, edited.text);
  const blocked = obstacle(state, writes);
  if (blocked !== undefined) return failed(blocked, base);
  const attributes = link?.differences ?? placeAttributes(placement, place, state.identities).differences;
  const content = writes ? [...folderDifferences(state), ...contentDifferences(placement, place)] : [];
  const msg = [...(edited.msg === '' ? [] : [edited.msg]), ...(attributes.length > 0 ? [attributesToo] : [])];
  return { differences: [...content, ...attributes], result: { ...said, msg: msg.join(' and ') } };
};

/** Shell lines that make the folders above the file. */
export const makeFolders = (state: TargetState, quote: Quote): readonly string[] => {
  const { mode } = newly(true, state.identities.umask);
  return state.missing.flatMap((folder) => [
    `mkdir ${quote(folder)} || exit 1`,
    ...setAttributes(quote(folder), { mode }),
  ]);
};

const applyEdit = <E>(
  editor: Editor<E>,
  args: EditArgs<E>,
  state: TargetState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  const edited = editText(editor, args, state);
  if (plan.differences.length === 0 || edited.kind !== 'text') return undefined;
  const { placement, place, link, writes } = workOf(editor, args, state, edited.text);
  const validate = args.validate && validateLine(args.validate, quote);
  const putting = {
    from: '"$CONTENT"',
    backup: args.backup,
    overwrite: args.overwrite,
    ...(validate !== undefined && { validate }),
  };
  const puts = writes || placeDifferences(placement, place, state.identities).length > 0;
  const own = link === undefined ? [] : setAttributes('"$p"', link).map((line) => line.replace(' ', ' -h '));
  const script = [
    shellFunctions('hex', 'look'),
    ...makeFolders(state, quote),
    ...(puts ? putLines(placement, place, state.identities, putting, quote) : []),
    `p=${quote(state.place.path)}`,
    ...own,
    'look now "$p"',
    'echo end',
  ].join('\n');
  return { script, ...(writes && { contents: [{ name: 'CONTENT', content: placement.content }] }) };
};

const finishEdit = <E>(editor: Editor<E>, state: TargetState, plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const now = resultOf(readLook(fields, 'now'));
  const own = editor.result({ path: state.place.path, backup: fields.text('backup'), now });
  return { result: { ...plan.result, ...own }, changed: true };
};

/** A module that changes a part of a file: its text is read whole, changed here, and put back in one step. */
export const editing = <E>(editor: Editor<E>): Module<EditArgs<E>, TargetState> => ({
  name: editor.name,
  quick: true,
  args: { ...targetArgs, ...editor.args },
  interpreted: { validate: 'words' },
  freeForm: 'kv',
  prepare: (args) => ({ ...readTarget(args), edit: editor.prepare(args) }),
  probe: probeTarget,
  read: readTargetState,
  plan: (args, state) => planEdit(editor, args, state),
  apply: (args, state, plan, quote) => applyEdit(editor, args, state, plan, quote),
  finish: (_args, state, plan, applied) => finishEdit(editor, state, plan, applied),
});
