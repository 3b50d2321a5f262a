import { createHash } from 'node:crypto';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { Fault, type Refusal } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { readRegularNow } from '../regular-file.ts';
import { noVault, type Vault } from '../vault.ts';
import { type FileWatch, unwatched } from '../watch.ts';

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
  /** True for a playbook that is in no file. */
  isGiven(path: string): boolean;
  /** Opens what is sealed in them. */
  readonly vault: Vault;
  /** The SHA-256 of every file read, by path. */
  readonly sums: Readonly<Record<string, string>>;
}

const largest = 8 * 1024 * 1024;

/** Playbooks that are in no file, by the path they would have in the playbooks folder. */
export type Given = Readonly<Record<string, string>>;

const readOwn = ({ real, shown }: { readonly real: string; readonly shown: string }) => {
  try {
    return readRegularNow(real, largest);
  } catch (cause) {
    throw new Fault(unreadable(shown), { cause });
  }
};

const unreadable = (shown: string): Refusal => ({
  code: 'playbook.unreadable',
  say: t(`${shown} is there, but cannot be read.`, `${shown} est là, mais ne peut pas être lu.`),
  next: t('Let the account of the bot read it.', 'Laissez le compte du bot le lire.'),
});

/** The parts below one folder, and those that are given. Throws a Fault for one that is there and cannot be read. */
export const createPartFiles = (
  root: string,
  vault: Vault = noVault,
  given: Given = {},
  watch: FileWatch = unwatched,
): PartFiles => {
  const sums: Record<string, string> = {};
  const read = new Map<string, { readonly part: PartFile; readonly mark: string }>();
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
    const text = Object.hasOwn(given, path) ? given[path] : undefined;
    if (text !== undefined) return { shown: path, text };
    const whole = resolve(realRoot, path);
    const found = reach(path);
    if (found === undefined) {
      watch.missing(whole);
      return undefined;
    }
    const known = read.get(found.real);
    if (known) {
      watch.read(whole, known.mark);
      return known.part;
    }
    const stored = readOwn(found);
    if (typeof stored === 'string') return undefined;
    watch.read(whole, stored.mark);
    const content = stored.content.toString('utf8');
    sums[found.shown] = createHash('sha256').update(stored.content).digest('hex');
    const part = { shown: found.shown, text: content };
    read.set(found.real, { part, mark: stored.mark });
    return part;
  };

  return {
    vault,
    sums,
    isGiven: (path) => Object.hasOwn(given, path),
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
      if (found === undefined || !statSync(found.real).isDirectory()) return [];
      const names = readdirSync(found.real).sort();
      watch.listed(resolve(realRoot, path), names, { isFlat: true });
      return names;
    },
  };
};
