import { readFile, realpath } from 'node:fs/promises';
import { posix, relative, resolve } from 'node:path';
import { Fault, ok, type Result, refused } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { createFaults, type Faults, refusalOfFaults } from './faults.ts';
import { findPlaybook } from './find.ts';
import { importIn } from './parse/import-playbook.ts';
import { hasTemplate } from './templates/index.ts';
import type { Position } from './tree.ts';
import { noVault, type Vault } from './vault.ts';
import { type Entry, entryOf, type MapNode, type Node } from './yaml/node.ts';
import { readYaml } from './yaml/read.ts';

/** What a playbook for Ansible's own engine asks for before it begins. */
export interface AskedVariable {
  readonly name: string;
  readonly hasDefault: boolean;
}

/** A play as far as it is read here: the rest is for Ansible. */
export interface ForeignPlay {
  readonly name: string;
  readonly hosts: string;
  readonly asks: readonly AskedVariable[];
  readonly at: Position;
}

/** A playbook that a real `ansible-playbook` plays, as a whole. */
export interface ForeignPlaybook {
  /** Its path in the playbooks folder. */
  readonly file: string;
  readonly plays: readonly ForeignPlay[];
  /** Where `engine: ansible` stands, by file: Ansible has no such keyword. */
  readonly marks: Readonly<Record<string, readonly number[]>>;
}

/** The keyword, and the one engine that can be named beside ours. */
const engineKey = 'engine';
const ansible = 'ansible';

const next = t(
  'Correct the playbook, then try again; nothing was done.',
  'Corrigez le playbook, puis réessayez ; rien n’a été fait.',
);

interface Reading {
  readonly root: string;
  readonly faults: Faults;
  readonly vault: Vault;
  readonly plays: ForeignPlay[];
  readonly marks: Record<string, number[]>;
}

/** What every place says that `engine` may not stand at. */
export const engineMisplaced = t(
  '“engine: ansible” hands over a whole playbook: write it into its first play, and play that file by itself',
  '« engine: ansible » confie tout un playbook : écrivez-le dans son premier play, et jouez ce fichier lui-même',
);

const engineUnknown = (engine: string) =>
  t(
    `there is no engine “${engine}”: leave “engine” out, or write “engine: ansible”`,
    `il n’y a pas de moteur « ${engine} » : omettez « engine », ou écrivez « engine: ansible »`,
  );

const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && node.value !== null ? node.text : undefined;

/**
 * Reads a playbook as far as Ansible does not do that itself. Undefined when it is played by our engine. Refused with
 * `playbook.invalid` where what is to be known before anything is asked of a host cannot be read.
 */
export async function foreignPlaybook(
  file: string,
  options: { readonly root: string; readonly vault?: Vault | undefined },
): Promise<Result<ForeignPlaybook | undefined>> {
  const found = await findPlaybook(options.root, file);
  if (!found.ok) return ok(undefined); // our engine says what is wrong with the name
  const root = resolve(options.root);
  const shown = relative(await realRoot(root), found.value);
  const source = await readFile(found.value, 'utf8').catch(() => '');
  if (!/\bengine\b/.test(source)) return ok(undefined);
  const faults = createFaults();
  const node = nodeOf(source, shown, options.vault);
  if (!node || !isForeign(node)) return ok(undefined);
  const reading: Reading = {
    root: await realRoot(root),
    faults,
    vault: options.vault ?? noVault,
    plays: [],
    marks: {},
  };
  await readPlays(node, shown, source, reading, [shown]);
  if (faults.found.length > 0) return refused(refusalOfFaults('playbook.invalid', faults.found, next));
  return ok({ file: shown, plays: reading.plays, marks: reading.marks });
}

const realRoot = (root: string): Promise<string> => realpath(root).catch(() => root);

/** A file that is no YAML is told by our engine. */
function nodeOf(source: string, file: string, vault?: Vault): Node | undefined {
  const faults = createFaults();
  try {
    const node = readYaml(source, file, faults, vault ?? noVault);
    return faults.found.length === 0 ? node : undefined;
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

/** True when the first play names an engine: it speaks for the playbook. */
function isForeign(node: Node): boolean {
  const [first] = node.kind === 'list' ? node.items : [];
  return first?.kind === 'map' && entryOf(first, engineKey) !== undefined;
}

async function readPlays(
  node: Node | undefined,
  file: string,
  source: string,
  reading: Reading,
  trail: readonly string[],
): Promise<void> {
  const marks: number[] = [];
  for (const play of node?.kind === 'list' ? node.items : []) {
    if (play.kind !== 'map') continue; // Ansible says what that is
    const mark = markIn(play, source, reading.faults);
    if (mark !== undefined) marks.push(mark);
    const imported = importIn(play);
    if (imported) await readImported(imported, file, reading, trail);
    else readPlay(play, reading);
  }
  if (marks.length > 0) reading.marks[file] = marks;
}

/** The line of `engine: ansible` in a play. It stands alone on its line: that is taken out before Ansible reads the file. */
function markIn(play: MapNode, source: string, faults: Faults): number | undefined {
  const entry = entryOf(play, engineKey);
  if (entry === undefined) return undefined;
  const named = textOf(entry.value) ?? '';
  if (named !== ansible) {
    faults.add(entry.at, engineUnknown(named));
    return undefined;
  }
  if (!engineLine.test(source.split('\n')[entry.at.line - 1] ?? '')) {
    faults.add(
      entry.at,
      t('write “engine: ansible” on a line of its own', 'écrivez « engine: ansible » seul sur sa ligne'),
    );
    return undefined;
  }
  return entry.at.line;
}

const engineLine = /^(\s*(?:-\s+)?)(?:engine|'engine'|"engine")\s*:\s*(?:ansible|'ansible'|"ansible")\s*(?:#.*)?\r?$/;

/** The text of a file as Ansible reads it: all lines in their places. */
export function withoutEngine(source: string, lines: readonly number[]): string {
  const all = source.split('\n');
  // A play that begins with this key goes on in its next line.
  for (const line of lines) all[line - 1] = (all[line - 1] ?? '').replace(engineLine, '$1');
  return all.join('\n');
}

async function readImported(entry: Entry, file: string, reading: Reading, trail: readonly string[]): Promise<void> {
  const named = textOf(entry.value) ?? '';
  if (hasTemplate(named)) {
    reading.faults.add(entry.value.at, templated('import_playbook'));
    return;
  }
  const shown = posix.join(posix.dirname(file), named);
  if (trail.includes(shown) || shown.startsWith('..')) return; // Ansible says so
  const source = await readFile(resolve(reading.root, shown), 'utf8').catch(() => undefined);
  if (source === undefined) {
    reading.faults.add(entry.value.at, t(`there is no playbook “${named}”`, `il n’y a pas de playbook « ${named} »`));
    return;
  }
  await readPlays(nodeOf(source, shown, reading.vault), shown, source, reading, [...trail, shown]);
}

const templated = (key: string) =>
  t(
    `“${key}” holds a template: with “engine: ansible” the hosts must be known before Ansible begins`,
    `« ${key} » contient un gabarit : avec « engine: ansible », les hôtes doivent être connus avant qu’Ansible commence`,
  );

function readPlay(play: MapNode, { faults, plays }: Reading): void {
  const entry = entryOf(play, 'hosts');
  if (entry === undefined) {
    faults.add(play.at, t('a play needs “hosts”', 'un play a besoin de « hosts »'));
    return;
  }
  const { value } = entry;
  const words = (value.kind === 'list' ? value.items : [value]).map((node) => textOf(node) ?? '');
  const hosts = words.join(',');
  if (hosts === '' || hasTemplate(hosts)) faults.add(value.at, templated('hosts'));
  const prompts = entryOf(play, 'vars_prompt')?.value;
  const asks = prompts?.kind === 'list' ? prompts.items.flatMap(askedOf) : [];
  plays.push({ name: textOf(entryOf(play, 'name')?.value) ?? hosts, hosts, asks, at: play.at });
}

function askedOf(node: Node): readonly AskedVariable[] {
  const name = node.kind === 'map' ? textOf(entryOf(node, 'name')?.value) : undefined;
  if (node.kind !== 'map' || name === undefined) return [];
  const byDefault = entryOf(node, 'default')?.value;
  return [{ name, hasDefault: byDefault !== undefined && !(byDefault.kind === 'scalar' && byDefault.value === null) }];
}
