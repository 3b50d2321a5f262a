import { createHash } from 'node:crypto';
import { ok, type Result, refused } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import { t } from '#core/text.ts';
import { createFaults, type Faults, refusalOfFaults } from '../faults.ts';
import { createGraph, type Graph, settle } from './graph.ts';
import { readIni } from './ini.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { readFolderVariables } from './layers.ts';
import { filesOfSource, folderOf, type SourceFile } from './sources.ts';
import { readYamlInventory } from './yaml.ts';

export type { HostConnection, Inventory } from './inventory.ts';

const next = t('Correct the inventory.', 'Corrigez l’inventaire.');

const readFile = (file: SourceFile, graph: Graph, faults: Faults): void => {
  const at = { file: file.shown, line: 1, column: 1 };
  if (file.text.startsWith('#!')) {
    faults.add(at, t('inventory scripts are not supported', 'les scripts d’inventaire ne sont pas pris en charge'));
  } else if (/\.(?:ya?ml|json)$/.test(file.path)) readYamlInventory(file.text, file.shown, graph, faults);
  else readIni(file.text, file.shown, graph, faults);
};

const readSources = async (sources: readonly string[], graph: Graph, faults: Faults, sums: Map<string, string>) => {
  for (const source of sources) {
    for (const file of await filesOfSource(source, faults)) {
      sums.set(file.shown, createHash('sha256').update(file.text).digest('hex'));
      readFile(file, graph, faults);
    }
  }
};

/**
 * Reads inventory files and folders (INI, YAML, JSON), merged in order, with `group_vars` and `host_vars` beside them
 * and, over those, beside the playbooks (`beside`). All faults are told at once: `inventory.invalid`, `details.faults`.
 */
export const loadInventory = async (
  sources: readonly string[],
  options: { readonly beside?: string } = {},
): Promise<Result<Inventory>> => {
  const faults = createFaults();
  const graph = createGraph();
  const sums = new Map<string, string>();
  await readSources(sources, graph, faults, sums);
  settle(graph);
  const beside = options.beside === undefined ? [] : [options.beside];
  const folders = new Set([...(await Promise.all(sources.map(folderOf))), ...beside]);
  const variables = [];
  for (const folder of folders) variables.push(await readFolderVariables(folder, graph, faults, sums));
  if (faults.found.length > 0) return refused(refusalOfFaults('inventory.invalid', faults.found, next));
  const [folder = '.'] = folders;
  return ok(createInventory({ graph, folders: variables, files: Object.fromEntries(sums), folder }));
};

/** The inventory as the order path sees it. */
export const fleetOf = (inventory: Inventory): Fleet => ({
  hosts: () => inventory.hosts(),
  groups: () => inventory.groups(),
  match: (pattern) => inventory.match(pattern),
});
