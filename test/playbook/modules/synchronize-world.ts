import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Controller } from '#playbook/modules/module.ts';
import { readTree } from '#runs/execute/tree.ts';

/** Two folders: one of the controller, one of a host. */
export interface World {
  readonly here: string;
  readonly there: string;
  readonly controller: Partial<Controller>;
  /** What is below a folder: mode, time and content or target of each path. */
  tree(folder: string): Readonly<Record<string, string>>;
  close(): void;
}

const shownOf = (path: string): string => {
  const found = lstatSync(path);
  const mode = (found.mode & 0o7777).toString(8);
  if (found.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  const seconds = Math.floor(found.mtimeMs / 1000);
  const at = seconds > 1_700_000_000 ? 'now' : seconds;
  const owner = `${found.uid}:${found.gid}`;
  return found.isDirectory() ? `folder ${mode} ${owner} ${at}` : `${mode} ${owner} ${at} ${readFileSync(path, 'utf8')}`;
};

/** Opens both, empty; the controller reads below its own. */
export const openWorld = (): World => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'synchronize ')));
  const here = mkdtempSync(join(root, "here's $(odd)"));
  const there = mkdtempSync(join(root, "there's $(odd)"));
  const at = (src: string): string => join(here, src);
  return {
    here,
    there,
    controller: {
      host: 'web-1',
      read: async (src) => ({ path: at(src), content: readFileSync(at(src)) }),
      tree: async (src, wish) => {
        const read = await readTree(at(src).replace(/\/$/, ''), wish, {
          real: async (path) => realpathSync(path),
          note: async () => undefined,
          link: () => undefined,
          most: 1000,
        });
        return read === 'too many' ? [] : read;
      },
    },
    tree: (folder) =>
      Object.fromEntries(
        (readdirSync(folder, { recursive: true }) as readonly string[])
          .toSorted()
          .map((path) => [path, shownOf(join(folder, path))]),
      ),
    close: () => rmSync(root, { recursive: true, force: true }),
  };
};
