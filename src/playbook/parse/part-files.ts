import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { noVault, type Vault } from '../vault.ts';

/** A part of a playbook: a file of tasks, handlers or variables. */
export interface PartFile {
  /** Relative to the playbooks folder, with slashes. */
  readonly shown: string;
  readonly text: string;
}

/** The files a playbook is made of, read while it is parsed. Nothing outside the playbooks folder is in reach, by no link. */
export interface PartFiles {
  /** The first of these paths, relative to the playbooks folder, that is a file. */
  first(paths: readonly string[]): PartFile | undefined;
  isFolder(path: string): boolean;
  /** The names in a folder, in order; empty when it is none. */
  names(path: string): readonly string[];
  /** Opens what is sealed in them. */
  readonly vault: Vault;
  /** The SHA-256 of every file read, by path. */
  readonly sums: Readonly<Record<string, string>>;
}

const largest = 8 * 1024 * 1024;

/** The parts below one folder. */
export const createPartFiles = (root: string, vault: Vault = noVault): PartFiles => {
  const sums: Record<string, string> = {};
  const read = new Map<string, PartFile>();
  const realRoot = realpathSync(root);

  const reach = (path: string): { readonly real: string; readonly shown: string } | undefined => {
    try {
      const real = realpathSync(resolve(realRoot, path));
      const way = relative(realRoot, real);
      if (way.startsWith('..') || isAbsolute(way)) return undefined;
      return { real, shown: way.split(sep).join('/') };
    } catch {
      // Not there, or not to be read: both mean that it is no part of the playbook.
      return undefined;
    }
  };

  const load = (path: string): PartFile | undefined => {
    const found = reach(path);
    if (found === undefined) return undefined;
    const known = read.get(found.real);
    if (known) return known;
    const size = statSync(found.real);
    if (!size.isFile() || size.size > largest) return undefined;
    const text = readFileSync(found.real, 'utf8');
    sums[found.shown] = createHash('sha256').update(text).digest('hex');
    const part = { shown: found.shown, text };
    read.set(found.real, part);
    return part;
  };

  return {
    vault,
    sums,
    first: (paths) => {
      for (const path of paths) {
        const part = load(path);
        if (part) return part;
      }
      return undefined;
    },
    isFolder: (path) => {
      const found = reach(path);
      return found !== undefined && statSync(found.real).isDirectory();
    },
    names: (path) => {
      const found = reach(path);
      return found !== undefined && statSync(found.real).isDirectory() ? readdirSync(found.real).sort() : [];
    },
  };
};
