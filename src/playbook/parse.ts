import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { posix, relative } from 'node:path';
import { Fault, ok, type Result, refusalOf, refused } from '#core/errors.ts';
import { type Text, t } from '#core/text.ts';
import { createFaults, type Faults, refusalOfFaults } from './faults.ts';
import { findPlaybook } from './find.ts';
import type { ModuleRegistry } from './modules/registry.ts';
import { nothingCommon } from './parse/common.ts';
import type { PlayParts, Reading } from './parse/context.ts';
import { importIn, readAround } from './parse/import-playbook.ts';
import { readIncluded } from './parse/include.ts';
import { createPartFiles, type PartFiles } from './parse/part-files.ts';
import { readPlay } from './parse/play.ts';
import type { Common, Include, Item, Play, Playbook, Vars } from './tree.ts';
import { type Entry, type Node, toJson } from './yaml/node.ts';
import { readYaml } from './yaml/read.ts';

export { aFolder, findPlaybook, folderIsThere, isFolder, withExtension } from './find.ts';
export { listPlaybooks } from './list.ts';
export { createPartFiles, type Given, type PartFiles } from './parse/part-files.ts';

const next = t(
  'Correct the playbook, then try again; nothing was done.',
  'Corrigez le playbook, puis réessayez ; rien n’a été fait.',
);

const orAnsible = t(
  'Correct the playbook, then try again; nothing was done. What only Ansible has, a real ansible-playbook plays: write “engine: ansible” into the first play.',
  'Corrigez le playbook, puis réessayez ; rien n’a été fait. Ce que seul Ansible connaît, un vrai ansible-playbook le joue : écrivez « engine: ansible » dans le premier play.',
);

const nextFor = ({ found }: Faults): Text => (found.some(({ ansible }) => ansible) ? orAnsible : next);

/** What reading a playbook needs. */
export interface Parsing {
  readonly known: ModuleRegistry;
  readonly files: PartFiles;
}

const playNodes = (node: Node | undefined, file: string, faults: Faults): readonly Node[] => {
  if (node?.kind === 'list' && node.items.length > 0) return node.items;
  faults.add(
    node?.at ?? { file, line: 1, column: 1 },
    t('a playbook is a list of plays', 'un playbook est une liste de plays'),
  );
  return [];
};

type Top = Omit<Reading, 'play'>;

/** The plays of another playbook, numbered on. */
const readImported = (entry: Entry, number: () => number, reading: Top, around: Common): readonly Play[] => {
  const { value } = entry;
  if (value.kind !== 'scalar' || value.value === null) {
    reading.faults.add(value.at, t('import_playbook names no file', 'import_playbook ne nomme aucun fichier'));
    return [];
  }
  const part = reading.files.first([posix.join(posix.dirname(reading.file), value.text)]);
  if (part === undefined) {
    reading.faults.add(
      value.at,
      t(`there is no playbook “${value.text}”`, `il n’y a pas de playbook « ${value.text} »`),
    );
    return [];
  }
  if (reading.trail.includes(part.shown)) {
    reading.faults.add(value.at, t(`“${part.shown}” imports itself`, `« ${part.shown} » s’importe lui-même`));
    return [];
  }
  return readPlays(part.text, part.shown, number, { ...reading, trail: [...reading.trail, part.shown] }, around);
};

const readPlays = (
  source: string,
  file: string,
  number: () => number,
  above: Top,
  around: Common = nothingCommon,
): readonly Play[] => {
  const before = above.faults.found.length;
  const node = readYaml(source, file, above.faults, above.files.vault);
  if (node === undefined && above.faults.found.length > before) return [];
  const reading = { ...above, file, folder: posix.dirname(file) };
  return playNodes(node, file, above.faults).flatMap((play): readonly Play[] => {
    const imported = importIn(play);
    if (imported) return readImported(imported, number, reading, readAround(play, around, reading));
    const read = readPlay(play, number(), reading, around);
    return read ? [read] : [];
  });
};

const counter = (): (() => number) => {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
};

/** Reads a playbook's text. All faults are told at once; `file` is its path in the playbooks folder. */
export const readPlaybook = (source: string, file: string, { known, files }: Parsing): Result<Playbook> => {
  const faults = createFaults();
  const plays = readPlays(source, file, counter(), { faults, known, files, folder: '', file, trail: [file] });
  if (faults.found.length > 0) return refused(refusalOfFaults('playbook.invalid', faults.found, nextFor(faults)));
  const own = createHash('sha256').update(source).digest('hex');
  return ok({ file, plays, files: { [file]: own, ...files.sums } });
};

/**
 * Reads and checks a playbook of the folder `root`, with the roles, tasks and playbooks it imports. `file` is relative to
 * it, or an absolute path inside it. Refused with `playbook.not_found`, `playbook.outside` or `playbook.invalid`
 * (`details.faults`: every fault with its place).
 */
export const parsePlaybook = async (
  file: string,
  options: { readonly root: string; readonly known: ModuleRegistry; readonly files?: PartFiles },
): Promise<Result<Playbook>> => {
  const files = options.files ?? createPartFiles(options.root);
  const found = files.isGiven(file) ? ok(file) : await findPlaybook(options.root, file);
  if (!found.ok) return found;
  const shown = files.isGiven(file) ? file : relative(await realpath(options.root), found.value);
  return refusedWhenThrown(() =>
    readPlaybook(files.first([shown])?.text ?? '', shown, { known: options.known, files }),
  );
};

/** A file that is there and cannot be read ends the reading wherever it is met. */
const refusedWhenThrown = <T>(read: () => Result<T>): Result<T> => {
  try {
    return read();
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    return refused(refusal);
  }
};

/** What an include brings in, now that its name is known. Refused with `playbook.invalid`. */
export const parseIncluded = (
  include: Include,
  name: string,
  place: { readonly id: string; readonly file: string; readonly folder: string; readonly parts: PlayParts },
  { known, files }: Parsing,
): Result<readonly Item[]> =>
  refusedWhenThrown(() => {
    const faults = createFaults();
    const { file, folder, parts } = place;
    const items = readIncluded(include, name, place.id, { faults, known, files, folder, file, play: parts, trail: [] });
    return faults.found.length > 0 ? refused(refusalOfFaults('playbook.invalid', faults.found, next)) : ok(items);
  });

/** The variables of the first of these files that is there, as written; undefined when none is. Throws a Fault `playbook.invalid`. */
export const readVariables = (paths: readonly string[], files: PartFiles): Vars | undefined => {
  const part = files.first(paths);
  if (part === undefined) return undefined;
  const faults = createFaults();
  const node = readYaml(part.text, part.shown, faults, files.vault);
  const vars = node && readVarsNode(node, part.shown, faults);
  if (faults.found.length > 0) throw new Fault(refusalOfFaults('playbook.invalid', faults.found, next));
  return vars ?? {};
};

const readVarsNode = (node: Node, file: string, faults: Faults): Vars => {
  if (node.kind === 'scalar' && node.value === null) return {};
  if (node.kind === 'map') {
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, { value: toJson(value), at: value.at }]));
  }
  faults.add(node.at, t(`${file} must be a mapping of variables`, `${file} doit être une suite de variables`));
  return {};
};
