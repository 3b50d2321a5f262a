import { createHash } from 'node:crypto';
import { ok, type Result, refused } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import { t } from '#core/text.ts';
import { createFaults, type Faults, refusalOfFaults } from '../faults.ts';
import { noVault, type Vault } from '../vault.ts';
import { createGraph, type Graph, settle } from './graph.ts';
import { readIni } from './ini.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { readFolderVariables } from './layers.ts';
import { readScript } from './script.ts';
import { filesOfSource, folderOf, type SourceFile } from './sources.ts';
import { readYamlInventory } from './yaml.ts';

export type { HostConnection, Inventory } from './inventory.ts';

const next = t('Correct the inventory.', 'Corrigez l’inventaire.');

const isProgram = ({ text, executable }: SourceFile): boolean =>
  executable && (text.startsWith('#!') || text.startsWith('\u007fELF'));

const readFile = async (file: SourceFile, graph: Graph, faults: Faults, vault: Vault): Promise<void> => {
  const at = { file: file.shown, line: 1, column: 1 };
  if (isProgram(file)) await readScript(file.path, file.shown, graph, faults);
  else if (file.text.startsWith('#!')) {
    faults.add(
      at,
      t(
        'this inventory script may not be executed: chmod +x',
        'ce script d’inventaire n’est pas exécutable : chmod +x',
      ),
    );
  } else if (/\.(?:ya?ml|json)$/.test(file.path)) readYamlInventory(file.text, file.shown, graph, faults, vault);
  else readIni(file.text, file.shown, graph, faults);
};

const readSources = async (
  sources: readonly string[],
  graph: Graph,
  faults: Faults,
  sums: Map<string, string>,
  vault: Vault,
): Promise<{ readonly isPrinted: boolean }> => {
  let isPrinted = false;
  for (const source of sources) {
    for (const file of await filesOfSource(source, faults)) {
      isPrinted ||= isProgram(file);
      sums.set(file.shown, createHash('sha256').update(file.text).digest('hex'));
      await readFile(file, graph, faults, vault);
    }
  }
  return { isPrinted };
};

/**
 * Reads inventory files and folders (INI, YAML, JSON), merged in order, with `group_vars` and `host_vars` beside them
 * and, over those, beside the playbooks (`beside`). All faults are told at once: `inventory.invalid`, `details.faults`.
 */
export const loadInventory = async (
  sources: readonly string[],
  options: { readonly beside?: string; readonly vault?: Vault } = {},
): Promise<Result<Inventory>> => {
  const faults = createFaults();
  const graph = createGraph();
  const sums = new Map<string, string>();
  const vault = options.vault ?? noVault;
  const { isPrinted } = await readSources(sources, graph, faults, sums, vault);
  settle(graph);
  const beside = options.beside === undefined ? [] : [options.beside];
  const folders = new Set([...(await Promise.all(sources.map(folderOf))), ...beside]);
  const variables = [];
  for (const folder of folders) variables.push(await readFolderVariables(folder, graph, faults, sums, vault));
  if (faults.found.length > 0) return refused(refusalOfFaults('inventory.invalid', faults.found, next));
  const [folder = '.'] = folders;
  return ok(createInventory({ graph, folders: variables, files: Object.fromEntries(sums), folder, isPrinted }));
};

/** The inventory as the order path sees it. */
export const fleetOf = (inventory: Inventory): Fleet => ({
  hosts: () => inventory.hosts(),
  groups: () => inventory.groups(),
  match: (pattern) => inventory.match(pattern),
});
