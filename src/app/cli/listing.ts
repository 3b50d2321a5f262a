import { Fault, type Refusal } from '#core/errors.ts';
import type { PlayRequest } from '#core/plan.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import { readLibrary, withLibrary } from '#playbook/modules/library.ts';
import { bundledModules, type ModuleRegistry } from '#playbook/modules/registry.ts';
import { createPartFiles, folderIsThere, type Given, parsePlaybook } from '#playbook/parse.ts';
import { type Play, type Task, tasksOf } from '#playbook/tree.ts';
import type { Vault } from '#playbook/vault.ts';
import { takesPart } from '#runs/execute/tags.ts';

/** What to show of a playbook without playing it. */
export interface Listing {
  readonly tasks: boolean;
  readonly hosts: boolean;
  readonly tags: boolean;
}

/** A playbook read for a look at it: its folder, and how to know its hosts. */
export interface Looking {
  readonly root: string;
  readonly request: PlayRequest;
  readonly vault: Vault;
  /** Playbooks that are in no file. */
  readonly given?: Given;
  inventory(): Promise<Inventory>;
}

const shownTags = (tags: Iterable<string>): string => `TAGS: [${[...new Set(tags)].sort().join(', ')}]`;

const tasksIn = (play: Play): readonly Task[] => play.sections.flatMap((section) => [...tasksOf(section)]);

const nameOf = (task: Task): string => (task.role ? `${task.role.name} : ${task.name.value}` : task.name.value);

/** The modules that playbooks of a folder may use. Throws a Fault when one of its own is none. */
export async function modulesOf(root: string): Promise<ModuleRegistry> {
  const known = await withLibrary(bundledModules(), await readLibrary(root));
  if (!known.ok) throw new Fault(known.refusal);
  return known.value;
}

/** Reads a playbook; throws a Fault with every fault in it. */
export async function readFor({ root, request, vault, given }: Looking): Promise<readonly Play[]> {
  const folder = await folderIsThere(root);
  if (!folder.ok) throw new Fault(folder.refusal);
  const files = createPartFiles(root, vault, given);
  const parsed = await parsePlaybook(request.playbook, { root, known: await modulesOf(root), files });
  if (!parsed.ok) throw new Fault(parsed.refusal);
  return parsed.value.plays;
}

/** The lines of `--list-hosts`, `--list-tasks` and `--list-tags`, as `ansible-playbook` prints them. */
export async function listingLines(looking: Looking, what: Listing): Promise<readonly string[]> {
  const plays = await readFor(looking);
  const inventory = what.hosts ? await looking.inventory() : undefined;
  const lines = ['', `playbook: ${looking.request.playbook}`];
  for (const [index, play] of plays.entries()) {
    lines.push('', `  play #${index + 1} (${play.hosts.value}): ${play.name.value}\t${shownTags(play.tags)}`);
    if (inventory) lines.push(...hostLines(inventory, play, looking.request.limit));
    const tasks = tasksIn(play).filter((task) => takesPart(task.tags, looking.request));
    if (what.tasks) lines.push('    tasks:', ...tasks.map((task) => `      ${nameOf(task)}\t${shownTags(task.tags)}`));
    if (what.tags) lines.push(`      TASK ${shownTags(tasks.flatMap((task) => task.tags))}`);
  }
  return lines;
}

/** The names of the hosts that a pattern and a limit leave. Throws a Fault where either means none. */
export function namesMeant(inventory: Inventory, pattern: string, limit: string | undefined): readonly string[] {
  const hosts = inventory.match(pattern, { lenient: true });
  if (!hosts.ok) throw new Fault(hosts.refusal);
  const limited = limit === undefined ? undefined : inventory.match(limit);
  if (limited && !limited.ok) throw new Fault(limited.refusal);
  return hosts.value
    .map((host) => host.name)
    .filter((name) => !limited || limited.value.some((host) => host.name === name));
}

function hostLines(inventory: Inventory, play: Play, limit: string | undefined): readonly string[] {
  const names = namesMeant(inventory, play.hosts.value, limit);
  return [
    `    pattern: ['${play.hosts.value}']`,
    `    hosts (${names.length}):`,
    ...names.map((name) => `      ${name}`),
  ];
}

/** `ansible-playbook` ends with 4 when a playbook cannot be read. */
export const isUnreadable = ({ code }: Refusal): boolean => code === 'playbook.invalid' || code === 'ansible.failed';
