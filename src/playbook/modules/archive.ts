import { createHash } from 'node:crypto';
import type { JsonObject } from '#core/json.ts';
import { type ArchiveArgs, archiveArguments, isGlob, prepareArchive } from './archive/arguments.ts';
import { type ArchiveState, packers, probeArchive, readArchive, type Source } from './archive/probe.ts';
import { namesFor, type Work, workOf } from './archive/work.ts';
import { toBytes, toText } from './edit/bytes.ts';
import type { Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import { madeAttributes, madeLines } from './place/made.ts';
import { setAttributes } from './state/attributes.ts';
import { failureOf } from './state/fields.ts';
import { toolPath } from './state/tools.ts';

const isArchive = /\.(?:tar|tar\.(?:gz|bz2|xz)|tgz|tbz2|zip)$/i;

/** Where an archive would be gone with what it is made of. */
const swallows = ({ sources }: Work, dest: string): boolean =>
  sources.some(({ path, kind }) => kind === 'directory' && dest.startsWith(toText(path.replace(/\/*$/, '/'))));

function obstacle(args: ArchiveArgs, state: ArchiveState, work: Work | undefined): string | undefined {
  if (state.failed !== undefined) return state.failed;
  if (work === undefined) return 'Error, no source paths were found';
  if (args.dest === undefined && work.several)
    return 'Error, must specify "dest" when archiving multiple files or trees';
  const odd = [work.root, ...work.sources.map((one) => one.path)].find((one) => toBytes(toText(one)) !== one);
  if (odd !== undefined) return `archive: the name ${toText(odd)} is no UTF-8`;
  const path = state.dest?.path ?? '';
  if (args.remove && swallows(work, path))
    return 'Error, created archive can not be contained in source paths when remove=true';
  if (state.dest?.look.type === 'directory') return `${path} is a directory`;
  if (work.sources.length > 0 && !state.parent) return `The folder of ${path} does not exist`;
  return state.dest?.identities.failed;
}

function stateAfter({ look }: NonNullable<ArchiveState['dest']>, path: string, work: Work): string {
  if (work.sources.length === 0)
    return look.type === 'absent' ? 'absent' : isArchive.test(path) ? 'archive' : 'compress';
  if (!work.archives) return 'compress';
  return work.missing.length > 0 ? 'incomplete' : 'archive';
}

function resultOf(state: ArchiveState, work: Work): JsonObject {
  const { dest } = state;
  return {
    archived: work.entries.map(({ path }) => toText(path)),
    arcroot: toText(work.root),
    dest: dest?.path ?? null,
    dest_state: dest === undefined ? 'absent' : stateAfter(dest, dest.path, work),
    expanded_exclude_paths: state.excluded.map(toText),
    expanded_paths: state.sources.map(({ path }) => toText(path)),
    missing: work.missing.map(toText),
  };
}

const removals = (args: ArchiveArgs, work: Work): readonly FoundDifference[] =>
  args.remove
    ? work.sources.map(({ path, kind }) => ({
        subject: toText(path),
        aspect: 'state',
        before: kind === 'directory' ? 'directory' : 'file',
        after: 'absent',
      }))
    : [];

function differencesOf(args: ArchiveArgs, { dest }: ArchiveState, work: Work): readonly FoundDifference[] {
  if (dest === undefined) return [];
  const attributes =
    dest.look.type === 'absent' && work.sources.length === 0 ? [] : madeAttributes(dest, args.attributes).differences;
  if (work.sources.length === 0) return attributes;
  const what = work.archives ? `an archive of ${work.members.length}` : 'the file, packed';
  const content = {
    subject: dest.path,
    aspect: 'content',
    before: dest.look.type === 'absent' ? 'absent' : 'another',
    after: what,
    sealed: createHash('sha256').update(JSON.stringify(work.members)).digest('hex'),
  };
  return [...(work.same ? [] : [content]), ...attributes, ...removals(args, work)];
}

function plan(args: ArchiveArgs, state: ArchiveState): ModulePlan {
  const work = workOf(args, state);
  const msg = obstacle(args, state, work);
  if (msg !== undefined || work === undefined) {
    const failed = msg ?? '';
    const expanded = state.sources.map(({ path }) => toText(path)).join(', ');
    return { differences: [], result: { msg: failed, expanded_paths: expanded, path: args.paths.join(', ') }, failed };
  }
  return { differences: differencesOf(args, state, work), result: resultOf(state, work) };
}

/** Shell lines that write the archive, or the packed file, to `$t`. */
function fillLines(args: ArchiveArgs, work: Work, quote: Quote): readonly string[] {
  const { tool, letter } = packers[args.format];
  if (!work.archives) return [`${tool} -c <${quote(toText(work.entries[0]?.path ?? ''))} >"$t" || exit 1`];
  const root = quote(toText(work.root));
  return [
    // It ends with 1 where a file changed meanwhile: then it is in the archive as it was.
    `tar -C ${root} --format=posix --no-recursion --null -T "$LIST" -c${letter}f "$t" || [ $? -eq 1 ] || exit 1`,
  ];
}

function apply(args: ArchiveArgs, state: ArchiveState, made: ModulePlan, quote: Quote): Apply | undefined {
  const work = workOf(args, state);
  const { dest } = state;
  if (made.differences.length === 0 || work === undefined || dest === undefined) return undefined;
  const writes = work.sources.length > 0 && !work.same;
  const lines = [
    toolPath,
    `p=${quote(dest.path)}`,
    ...(writes
      ? madeLines(dest, args.attributes, fillLines(args, work, quote))
      : setAttributes('"$p"', madeAttributes(dest, args.attributes))),
    ...(args.remove
      ? work.sources.map(
          ({ path, kind }) => `rm ${kind === 'directory' ? '-rf' : '-f'} -- ${quote(toText(path))} || exit 1`,
        )
      : []),
  ];
  return { script: lines.join('\n'), ...(writes && { contents: [{ name: 'LIST', content: namesFor(work) }] }) };
}

/** All that may fit a pattern. */
const begun = (pattern: string): string => `${pattern.slice(0, pattern.search(/[*?]/))}*`;

/** What is named, and all that is in it. */
function below({ path, kind }: Source): readonly string[] {
  const own = toText(path).replace(/(?<=.)\/+$/, '');
  return kind === 'directory' ? [own, `${own}/*`] : [own];
}

/** Files and folders of the host put into an archive there, or one file packed. */
export const archive: Module<ArchiveArgs, ArchiveState> = {
  name: 'archive',
  args: archiveArguments,
  freeForm: 'kv',
  prepare: prepareArchive,
  probe: probeArchive,
  read: readArchive,
  plan,
  subjects: ({ paths }, { sources }) => [...paths.filter(isGlob).map(begun), ...sources.flatMap(below)],
  apply,
  finish: (_args, _state, { result }, applied) => {
    if (applied.code === 0) return { result, changed: true };
    const msg = failureOf(applied);
    return { result: { ...result, msg }, changed: false, failed: msg };
  },
};
