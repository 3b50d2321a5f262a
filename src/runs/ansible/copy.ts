import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readdir, readlink, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { type ForeignPlaybook, withoutEngine } from '#playbook/engine.ts';
import { openAtOnce } from '#playbook/regular-file.ts';

/** More than this is no folder of playbooks. */
const mostFiles = 20_000;
const mostBytes = 512 * 1024 * 1024;
const deepest = 40;

/** Copies of everything, and what others install or make: Ansible reads none of them for a playbook. */
const left = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__', '.venv', 'venv']);

const tooMuch = (root: string): Fault =>
  new Fault({
    code: 'ansible.too_much',
    say: t(
      `${root} holds too much to be handed to Ansible: at most ${mostFiles} files and 512 MB.`,
      `${root} contient trop pour être confié à Ansible : au plus ${mostFiles} fichiers et 512 Mo.`,
    ),
    next: t('Put the playbooks into a folder of their own.', 'Mettez les playbooks dans un dossier à part.'),
  });

/**
 * Copies the playbooks folder, so that Ansible reads what was looked at and nothing that came later. Gives each file's name
 * with its SHA-256, as it is in the folder itself; links are followed. Throws a Fault where it is too large.
 */
export async function copyPlaybooks(root: string, into: string): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, string> = {};
  const real = await realpath(root);
  let files = 0;
  let bytes = 0;

  const copyFile = async (from: string, name: string): Promise<void> => {
    const file = await openAtOnce(from).catch(() => undefined);
    if (file === undefined) return; // what cannot be read is not there for Ansible either
    try {
      const found = await file.stat();
      if (!found.isFile()) return;
      files += 1;
      bytes += found.size;
      if (files > mostFiles || bytes > mostBytes) throw tooMuch(root);
      const to = join(into, name);
      const copied = await open(to, 'wx', 0o600);
      const hash = createHash('sha256').update(`${found.mode & 0o111 ? 'x' : '-'} `);
      try {
        for await (const chunk of file.createReadStream({ autoClose: false })) {
          hash.update(chunk);
          await copied.write(chunk);
        }
      } finally {
        await copied.close();
      }
      await chmod(to, found.mode & 0o777);
      sums[name] = hash.digest('hex');
    } finally {
      await file.close();
    }
  };

  const copyFolder = async (from: string, name: string, above: readonly string[]): Promise<void> => {
    const here = await realpath(from);
    if (above.includes(here) || above.length > deepest) return;
    await mkdir(join(into, name), { recursive: true, mode: 0o700 });
    for (const entry of (await readdir(from)).sort()) {
      if (left.has(entry)) continue;
      const path = join(from, entry);
      const found = await stat(path).catch(() => undefined);
      if (found?.isDirectory()) await copyFolder(path, join(name, entry), [...above, here]);
      else if (found?.isFile()) await copyFile(path, join(name, entry));
      else if (found === undefined) sums[join(name, entry)] = await leadsNowhere(path);
    }
  };

  await copyFolder(real, '', []);
  return sums;
}

/** A link to nothing: Ansible may find something behind it later. */
const leadsNowhere = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(`link ${await readlink(path).catch(() => '')}`)
    .digest('hex');

/** Takes `engine: ansible` out of the copied playbooks, which Ansible would refuse. */
export async function takeMarks(copy: string, { marks }: ForeignPlaybook): Promise<void> {
  for (const [file, lines] of Object.entries(marks)) await takeMark(join(copy, file), lines);
}

async function takeMark(path: string, lines: readonly number[]): Promise<void> {
  const file = await open(path, 'r');
  const source = await file.readFile('utf8').finally(() => file.close());
  await chmod(path, 0o600);
  await writeFile(path, withoutEngine(source, lines));
}
