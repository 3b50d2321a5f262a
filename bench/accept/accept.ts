import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { inLanguage } from '#core/text.ts';
import { createFaults } from '#playbook/faults.ts';
import { bundledModules, type ModuleRegistry } from '#playbook/modules/registry.ts';
import { readBody } from '#playbook/parse/body.ts';
import { nothingCommon } from '#playbook/parse/common.ts';
import { createPartFiles, type PartFiles } from '#playbook/parse.ts';
import { entryOf, type Node } from '#playbook/yaml/node.ts';
import { readYaml } from '#playbook/yaml/read.ts';

/** How many tasks of a folder the engine accepts, and why not the others. */
export interface Acceptance {
  readonly folder: string;
  readonly tasks: number;
  readonly accepted: number;
  /** Sentences, without places, by how often they were said. */
  readonly reasons: ReadonlyMap<string, number>;
}

const skipped = new Set(['.git', 'node_modules', 'docs']);

const yamlBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : yamlBelow(join(folder, entry.name));
    return entry.isFile() && /\.ya?ml$/.test(entry.name) ? [join(folder, entry.name)] : [];
  });

const listIn = (node: Node, key: string): readonly Node[] => {
  const value = node.kind === 'map' ? entryOf(node, key)?.value : undefined;
  return value?.kind === 'list' ? value.items : [];
};

/** The tasks of a list, blocks opened. */
const leaves = (node: Node): readonly Node[] => {
  if (node.kind !== 'map') return [];
  if (!entryOf(node, 'block')) return [node];
  return ['block', 'rescue', 'always'].flatMap((key) => listIn(node, key).flatMap(leaves));
};

const taskNodes = (node: Node | undefined, path: string): readonly Node[] => {
  if (node?.kind !== 'list') return [];
  const isPlaybook = node.items.some((item) => item.kind === 'map' && entryOf(item, 'hosts'));
  if (isPlaybook) {
    const keys = ['pre_tasks', 'tasks', 'post_tasks', 'handlers'];
    return node.items.flatMap((play) => keys.flatMap((key) => listIn(play, key))).flatMap(leaves);
  }
  return /(?:^|\/)(?:tasks|handlers)\//.test(path) ? node.items.flatMap(leaves) : [];
};

/** Why a task is refused, for a reason of its own: roles and files that are somewhere else do not count. */
const reasonAgainst = (node: Node, shown: string, known: ModuleRegistry, files: PartFiles): string | undefined => {
  const faults = createFaults();
  const play = { number: 1, common: nothingCommon, roles: [], handlers: [] };
  const reading = { faults, known, files, folder: dirname(shown), file: shown, play, trail: [] };
  readBody([node], { id: '1', common: nothingCommon }, reading);
  const said = faults.found.filter(({ at }) => at.file === shown).map(({ message }) => inLanguage(message, 'en'));
  return said.find((message) => !/^there is no (?:role|file)/.test(message))?.replace(/; did you mean.*/, '');
};

/** Reads every task of a folder of playbooks and roles, each by itself. */
export function accept(folder: string): Acceptance {
  const known = bundledModules();
  const files = createPartFiles(folder);
  const reasons = new Map<string, number>();
  let tasks = 0;
  let refused = 0;
  for (const path of yamlBelow(folder)) {
    const shown = relative(folder, path);
    for (const node of taskNodes(readYaml(readFileSync(path, 'utf8'), shown, createFaults()), shown)) {
      tasks += 1;
      const reason = reasonAgainst(node, shown, known, files);
      if (reason === undefined) continue;
      refused += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return { folder: basename(folder), tasks, accepted: tasks - refused, reasons };
}
