import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { ok, type Result, refused } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { createFaults, refusalOfFaults } from './faults.ts';
import { findPlaybook } from './find.ts';
import type { ModuleRegistry } from './modules/registry.ts';
import { readPlay } from './parse/play.ts';
import type { Playbook } from './tree.ts';
import type { Node } from './yaml/node.ts';
import { readYaml } from './yaml/read.ts';

export { findPlaybook, listPlaybooks } from './find.ts';

const next = t(
  'Correct the playbook, then try again; nothing was done.',
  'Corrigez le playbook, puis réessayez ; rien n’a été fait.',
);

const playNodes = (
  node: Node | undefined,
  file: string,
  add: ReturnType<typeof createFaults>['add'],
): readonly Node[] => {
  if (node?.kind === 'list' && node.items.length > 0) return node.items;
  add(
    node?.at ?? { file, line: 1, column: 1 },
    t('a playbook is a list of plays', 'un playbook est une liste de plays'),
  );
  return [];
};

/** Reads a playbook's text. All faults are told at once; `file` is the name that places show. */
export const readPlaybook = (source: string, file: string, known: ModuleRegistry): Result<Playbook> => {
  const faults = createFaults();
  const node = readYaml(source, file, faults);
  const nodes = faults.found.length > 0 && node === undefined ? [] : playNodes(node, file, faults.add);
  const plays = nodes.flatMap((play, index) => readPlay(play, index + 1, { faults, known }) ?? []);
  if (faults.found.length > 0) return refused(refusalOfFaults('playbook.invalid', faults.found, next));
  return ok({ file, plays, files: { [file]: createHash('sha256').update(source).digest('hex') } });
};

/**
 * Reads and checks a playbook of the folder `root`. `file` is relative to it, or an absolute path inside it. Refused
 * with `playbook.not_found`, `playbook.outside` or `playbook.invalid` (`details.faults`: every fault with its place).
 */
export const parsePlaybook = async (
  file: string,
  options: { readonly root: string; readonly known: ModuleRegistry },
): Promise<Result<Playbook>> => {
  const found = await findPlaybook(options.root, file);
  if (!found.ok) return found;
  const source = await readFile(found.value, 'utf8');
  return readPlaybook(source, relative(await realpath(options.root), found.value), options.known);
};
