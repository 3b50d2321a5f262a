import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Case, casesFolder } from './case.ts';
import { type Ran, recapLines } from './ran.ts';

/** What one side gave: the state at first and after each of two runs. */
export interface Side {
  readonly runs: readonly [Ran, Ran];
  readonly before: string;
  readonly after: string;
  readonly again: string;
}

const folder = join(import.meta.dirname, 'recorded');

/** What is kept of what Ansible gave: states as checksums, for they hold what is of one machine only. */
const shape = z.strictObject({
  inputs: z.string(),
  ends: z.array(z.string()),
  recaps: z.array(z.array(z.string())),
  states: z.array(z.string()),
});

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

const kept = ({ runs, before, after, again }: Side) => ({
  ends: runs.map(({ ends }) => ends),
  recaps: runs.map(recapLines),
  states: [before, after, again].map(sum),
});

/** Every file beside the playbooks, by its path from the folder of the cases. */
const supporting = (): readonly string[] =>
  readdirSync(casesFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath !== casesFolder)
    .map((entry) => relative(casesFolder, join(entry.parentPath, entry.name)))
    .sort();

/** The word by which a playbook would name a file: its role's name, or its own without the ending. */
const wordOf = (path: string): string => /^roles\/([^/]+)\//.exec(path)?.[1] ?? basename(path).replace(/\..*$/, '');

/** The files a case may read: those that are for all, and those whose name is in it or in another that it reads. */
function filesOf(one: Case): readonly string[] {
  const found = new Set([one.playbook]);
  let text = readFileSync(join(casesFolder, one.playbook), 'utf8');
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const path of supporting()) {
      if (found.has(path) || !(/^(?:group|host)_vars\//.test(path) || text.includes(wordOf(path)))) continue;
      found.add(path);
      text += readFileSync(join(casesFolder, path), 'latin1');
    }
  }
  return [...found].sort();
}

/** A checksum of all that decides what Ansible does in a case. */
function inputsOf(one: Case): string {
  const hash = createHash('sha256');
  for (const path of filesOf(one))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(casesFolder, path)))
      .update('\0');
  return hash.digest('hex');
}

const pathOf = (one: Case): string => join(folder, `${one.name}.json`);

/**
 * Whether a side is as Ansible's was the last time it played this case as it is now. Only ever yes is an answer: after a
 * no, or where nothing is recorded, Ansible has to play.
 */
export function isAsRecorded(one: Case, side: Side): boolean {
  if (!existsSync(pathOf(one))) return false;
  const { inputs, ...recorded } = shape.parse(JSON.parse(readFileSync(pathOf(one), 'utf8')));
  return inputs === inputsOf(one) && isDeepStrictEqual(recorded, kept(side));
}

/** Keeps what Ansible gave. */
export function record(one: Case, side: Side): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(pathOf(one), `${JSON.stringify({ inputs: inputsOf(one), ...kept(side) }, null, 2)}\n`);
}
