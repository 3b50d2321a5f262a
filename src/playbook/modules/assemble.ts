import type { JsonObject } from '#core/json.ts';
import { type AssembleArgs, assembleArguments, prepareAssemble } from './assemble/arguments.ts';
import { chosen, type Fragment, joined } from './assemble/join.ts';
import { type AssembleState, probeAssemble, readAssemble } from './assemble/probe.ts';
import { mistakeOf } from './edit/pattern.ts';
import type { Applied, Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { contentResult, type Place, type Placement, placeDifferences, putLines } from './place/placement.ts';
import { readable } from './place/rewrite.ts';
import { validateLine } from './place/single.ts';
import { resultOf } from './state/attributes.ts';
import { whyUnread } from './state/bytes.ts';
import { failureOf, readFields } from './state/fields.ts';
import { readLook } from './state/look.ts';
import { shellFunctions } from './state/script.ts';

const obstacle = ({ src }: AssembleArgs, state: AssembleState): string | undefined => {
  const folder = state.place.path.replace(/\/[^/]*$/, '') || '/';
  if (state.src === 'missing') return `Source (${src}) does not exist`;
  if (state.src === 'other') return `Source (${src}) is not a directory`;
  if (state.src === 'closed') return `Source (${src}) cannot be read: permission denied`;
  if (state.identities.failed !== undefined) return state.identities.failed;
  if (state.parent === 'missing') return `Destination directory ${folder} does not exist`;
  if (state.parent === 'other') return `Destination directory ${folder} is not a directory`;
  if (state.parent === 'closed') return `Destination ${folder} not writable`;
  const { type } = placeOf(state).look;
  return type === 'directory' || type === 'other' ? `${state.place.path} is not a regular file` : undefined;
};

/** A link counts as the file it leads to; the new file takes its place. */
const placeOf = ({ place }: AssembleState): Place =>
  place.look.type === 'link' ? { ...place, look: place.led } : place;

/** The fragments that are meant, or why they are not to be had. */
const fragmentsOf = (args: AssembleArgs, state: AssembleState): readonly Fragment[] | string => {
  const there = args.own?.map(({ name }) => name) ?? state.fragments.map(({ name }) => name);
  try {
    const wanted = chosen(there, args);
    if (args.own) return args.own.filter(({ name }) => wanted.has(name));
    const files = state.fragments.filter(({ name }) => wanted.has(name));
    const unread = files.map(({ name, file }) => whyUnread(file, `${args.src}/${readable(name)}`));
    return (
      unread.find((why) => why !== undefined) ??
      files.flatMap(({ name, file }) => (file.kind === 'content' ? [{ name, content: file.content }] : []))
    );
  } catch (thrown) {
    const msg = mistakeOf(thrown);
    if (msg === undefined) throw thrown;
    return msg;
  }
};

const placementOf = (args: AssembleArgs, fragments: readonly Fragment[]): Placement => ({
  content: joined(fragments, args.delimiter),
  attributes: args.attributes,
  follow: false,
  force: true,
});

const plan = (args: AssembleArgs, state: AssembleState): ModulePlan => {
  const names: JsonObject = { src: args.src, dest: state.place.path };
  const fragments = fragmentsOf(args, state);
  const msg = obstacle(args, state) ?? (typeof fragments === 'string' ? fragments : undefined);
  if (msg !== undefined || typeof fragments === 'string')
    return { differences: [], result: { ...names, msg: msg ?? '' }, failed: msg ?? '' };
  const placement = placementOf(args, fragments);
  const place = placeOf(state);
  return {
    differences: placeDifferences(placement, place, state.identities),
    result: {
      ...names,
      ...contentResult(placement.content),
      ...(place.look.type === 'absent' ? {} : resultOf(place.look)),
      msg: 'OK',
    },
  };
};

const apply = (args: AssembleArgs, state: AssembleState, made: ModulePlan, quote: Quote): Apply | undefined => {
  const fragments = fragmentsOf(args, state);
  if (made.differences.length === 0 || typeof fragments === 'string') return undefined;
  const placement = placementOf(args, fragments);
  const putting = {
    from: '"$CONTENT"',
    backup: args.backup,
    ...(args.validate !== undefined && { validate: validateLine(args.validate, quote) }),
  };
  const lines = putLines(placement, placeOf(state), state.identities, putting, quote);
  return {
    script: [shellFunctions('hex', 'look'), ...lines, 'look now "$p" follow', 'echo end'].join('\n'),
    contents: [{ name: 'CONTENT', content: placement.content }],
  };
};

const finish = (made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const backup = fields.text('backup');
  const now = resultOf(readLook(fields, 'now'));
  return { result: { ...made.result, ...now, ...(backup !== undefined && { backup_file: backup }) }, changed: true };
};

/** Makes one file of the files in a folder, which is on the host or here. */
export const assemble: Module<AssembleArgs, AssembleState> = {
  name: 'assemble',
  interpreted: { validate: 'words' },
  quick: true,
  args: assembleArguments,
  freeForm: 'kv',
  prepare: prepareAssemble,
  probe: probeAssemble,
  read: readAssemble,
  plan,
  // Any step before that writes into the folder changes what there is to put together.
  subjects: ({ src, own }) => (own === undefined ? [`${src}/*`] : []),
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
