import { toBytes } from './edit/bytes.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import {
  type Rewriting,
  readable,
  readTextFile,
  rewriteContent,
  rewriteDifferences,
  rewriteLines,
  type TextFile,
  textFunctions,
} from './place/rewrite.ts';
import { type Identities, probeIdentities, readIdentities } from './state/attributes.ts';
import { failureOf, readFields } from './state/fields.ts';
import { assignPath } from './state/script.ts';
import {
  hiddenOptions,
  prepareRepository,
  type RepositoryArgs,
  repositoryArguments,
} from './yum_repository/arguments.ts';
import { readSections, type Sections, sameSection, writeSections } from './yum_repository/sections.ts';

interface RepositoryState {
  readonly folder: boolean;
  readonly file: TextFile;
  readonly identities: Identities;
}

const probe = (args: RepositoryArgs, quote: Quote): string =>
  [
    textFunctions,
    assignPath('d', args.folder, quote),
    '[ -d "$d" ] && echo folder=yes',
    probeIdentities(args.attributes, quote),
    `text it "$d"/${quote(args.file)}`,
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

function read(output: Applied, args: RepositoryArgs): RepositoryState {
  const fields = readFields(output);
  return {
    folder: fields.get('folder') === 'yes',
    file: readTextFile(fields, 'it'),
    identities: readIdentities(fields, args.attributes),
  };
}

/** What the file is to hold; nothing where no repository is left in it, undefined where it is as it should be. */
function wantedText(args: RepositoryArgs, sections: Sections): string | undefined {
  const name = toBytes(args.name);
  const others = new Map([...sections].filter(([one]) => one !== name));
  if (!args.present) return sections.has(name) ? writeSections(others) : undefined;
  return sameSection(sections.get(name), args.section)
    ? undefined
    : writeSections(new Map([...others, [name, args.section]]));
}

type Work =
  | { readonly kind: 'failed'; readonly msg: string }
  | { readonly kind: 'remove' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'write'; readonly rewriting: Rewriting };

function workOf(args: RepositoryArgs, { folder, file, identities }: RepositoryState): Work {
  if (!folder) return { kind: 'failed', msg: `Repo directory '${args.folder}' does not exist.` };
  const sections = readSections(file.text ?? '');
  const why = file.unread ?? identities.failed;
  if (why !== undefined) return { kind: 'failed', msg: why };
  if ('line' in sections)
    return { kind: 'failed', msg: `yum_repository: line ${sections.line} of ${file.place.path} cannot be read.` };
  const text = wantedText(args, sections) ?? file.text;
  if (text === undefined) return { kind: 'nothing' };
  if (text === '' && file.text !== '') return { kind: 'remove' };
  return { kind: 'write', rewriting: { file, text, attributes: args.attributes, identities, follow: true } };
}

/** A text without what is nobody’s to see. */
const hidden = (text: string): string =>
  text.replace(/^(\s*([\w-]+)\s*[=:]\s*).*$/gm, (line, begin: string, option: string) =>
    hiddenOptions.has(option.toLowerCase()) ? `${begin}…` : line,
  );

/** The differences, with passwords out of sight but compared. */
function differencesOf(rewriting: Rewriting): readonly FoundDifference[] {
  const { file, text } = rewriting;
  const shown = {
    ...rewriting,
    text: hidden(text),
    file: { ...file, place: { ...file.place, text: file.place.text && hidden(file.place.text) } },
  };
  const real = rewriteDifferences(rewriting);
  if (shown.text === text) return real;
  const others = rewriteDifferences(shown);
  return real.map((one, index) => ({ ...(others[index] ?? one), sealed: text }));
}

function plan(args: RepositoryArgs, state: RepositoryState): ModulePlan {
  const work = workOf(args, state);
  const result = { repo: args.name, state: args.present ? 'present' : 'absent' };
  if (work.kind === 'failed') return { differences: [], result: { ...result, msg: work.msg }, failed: work.msg };
  if (work.kind === 'nothing') return { differences: [], result };
  const { path } = state.file.place;
  const gone = { subject: path, aspect: 'state', before: 'file', after: 'absent' };
  return { differences: work.kind === 'remove' ? [gone] : differencesOf(work.rewriting), result };
}

function apply(args: RepositoryArgs, state: RepositoryState, made: ModulePlan, quote: Quote): Apply | undefined {
  const work = workOf(args, state);
  if (made.differences.length === 0 || work.kind === 'failed' || work.kind === 'nothing') return undefined;
  if (work.kind === 'remove') return { script: `rm -f -- ${quote(state.file.place.path)}` };
  const lines = [textFunctions, ...rewriteLines(work.rewriting, false, quote)];
  return { script: lines.join('\n'), contents: [rewriteContent(work.rewriting)] };
}

/** A repository of yum’s or dnf’s: a section in a file of repositories. */
export const yumRepository: Module<RepositoryArgs, RepositoryState> = {
  name: 'yum_repository',
  quick: true,
  args: repositoryArguments,
  freeForm: 'kv',
  prepare: prepareRepository,
  probe,
  read,
  plan,
  subjects: (_args, { file }) => [file.place.path],
  apply,
  finish: (_args, _state, { result }, applied) => {
    if (applied.code === 0) return { result, changed: true };
    const msg = readable(failureOf(applied));
    return { result: { ...result, msg }, changed: false, failed: msg };
  },
};
