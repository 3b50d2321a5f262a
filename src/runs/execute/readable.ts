import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { FolderEntry, TreeEntry, TreeWish } from '#playbook/modules/module.ts';
import { type RegularFile, readRegular } from '#playbook/regular-file.ts';
import { isVault, noVault, type Vault } from '#playbook/vault.ts';
import { type FileWatch, unwatched } from '#playbook/watch.ts';
import type { FetchedFiles } from './fetched.ts';
import { readTree } from './tree.ts';
import type { GuardSource } from './typed/sources.ts';

/** A file of the controller as a module gets it. */
export interface ReadFile {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

/** A file as it was looked for, and where that leads. */
interface Found {
  readonly path: string;
  readonly real: string;
}

/** The files tasks may read on the controller, read once each. */
export interface ReadableFiles {
  read(src: string, kind: 'files' | 'templates', places: readonly string[]): Promise<ReadFile>;
  folder(src: string, places: readonly string[]): Promise<readonly FolderEntry[] | undefined>;
  /** Something as it is, and what lies below it. */
  tree(src: string, places: readonly string[], wish: TreeWish): Promise<readonly TreeEntry[]>;
  /** SHA-256 of everything read so far, by path as shown. */
  sums(): Readonly<Record<string, string>>;
}

const maxBytes = 512 * 1024 * 1024;
const maxEntries = 20_000;

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith('../') || isAbsolute(way));
};

const realOr = async (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

/** Files sealed by Ansible Vault reach the hosts opened, as with Ansible. */
const isSealed = (content: Buffer): boolean => isVault(content.subarray(0, 40).toString('latin1'));

/** A pipe that nobody writes into would be waited for without end, by every plan. */
async function readWhole(path: string, shown: string): Promise<RegularFile> {
  const found = await readRegular(path, maxBytes);
  if (found === 'special') throw noRegularFile(shown);
  if (found === 'large') throw tooLarge(shown);
  return found;
}

/** What a sealed file holds; none of it is shown. */
function opened(stored: Buffer, vault: Vault): Buffer {
  const content = vault.open(stored.toString('latin1'));
  vault.hide(content.toString('utf8'));
  return content;
}

/** Reads within the playbooks folder and the other folders named, never outside, whatever links say. */
export function readableFiles(options: {
  readonly root: string;
  readonly others: readonly string[];
  readonly vault?: Vault | undefined;
  /** Where sums are noted, with those of others who read. */
  readonly sums?: Record<string, string>;
  /** What hosts' files are put here meanwhile. */
  readonly fetched: FetchedFiles;
  readonly watch?: FileWatch;
  readonly guard: GuardSource;
}): ReadableFiles {
  const { guard } = options;
  const sums = options.sums ?? {};
  const watch = options.watch ?? unwatched;
  const files = new Map<string, Promise<ReadFile & { readonly mark: string }>>();
  const folders = Promise.all([options.root, ...options.others].map(realOr));

  const shown = async (path: string): Promise<string> => {
    const [root] = await folders;
    return root !== undefined && isInside(root, path) ? relative(root, path) : path;
  };

  const find = async (src: string, kinds: readonly string[], places: readonly string[]): Promise<Found> => {
    const tried = candidates(src, kinds, options.root, places);
    const allowed = (await folders).filter((folder) => folder !== undefined);
    let outside = false;
    for (const path of tried) {
      options.fetched.await(path);
      const real = await realOr(path);
      if (real === undefined) {
        watch.missing(path);
        continue;
      }
      if (allowed.some((folder) => isInside(folder, real))) return { path, real };
      outside = true;
    }
    throw outside ? outsideFault(src) : notFound(src, await Promise.all(tried.map(shown)));
  };

  const load = async (path: string): Promise<ReadFile & { readonly mark: string }> => {
    const { content: stored, mode, mark } = await readWhole(path, await shown(path));
    const content = isSealed(stored) ? opened(stored, options.vault ?? noVault) : stored;
    // What a host gave in this run is no part of its plan.
    if (!options.fetched.has(path)) sums[await shown(path)] = createHash('sha256').update(stored).digest('hex');
    return { path, content, mode, mark };
  };

  const cached = async ({ path, real }: Found): Promise<ReadFile> => {
    const known = options.fetched.has(real) ? undefined : files.get(real);
    const loading = known ?? load(real);
    files.set(real, loading);
    const { mark, ...file } = await loading;
    watch.read(path, mark);
    return file;
  };

  const entry = async (folder: string, path: string, directory: boolean): Promise<FolderEntry> => {
    const whole = join(folder, path);
    if (directory)
      return { path, kind: 'directory', mode: (await stat(whole)).mode & 0o7777, content: Buffer.alloc(0) };
    const { content, mode } = await cached(await find(whole, [], []));
    return { path, kind: 'file', mode, content };
  };

  return {
    async read(src, kind, places) {
      guard(src);
      const found = await find(src, [kind], places);
      if ((await stat(found.real)).isDirectory()) throw isFolder(src);
      return cached(found);
    },
    async folder(src, places) {
      guard(src);
      const { path: asked, real: path } = await find(src, ['files'], places);
      if (!(await stat(path)).isDirectory()) return undefined;
      const all = await readdir(path, { recursive: true, withFileTypes: true });
      if (all.length > maxEntries) throw tooLarge(src);
      const names = all
        .map((one) => ({ path: relative(path, join(one.parentPath, one.name)), directory: one.isDirectory() }))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      watch.listed(
        asked,
        names.map((one) => one.path),
      );
      for (const one of names) guard(`${src}/${one.path}`);
      const entries: FolderEntry[] = [];
      for (const one of names) entries.push(await entry(path, one.path, one.directory));
      return entries;
    },
    async tree(src, places, wish) {
      guard(src);
      const note = async (path: string, sum: string, mark: string): Promise<void> => {
        watch.read(path, mark);
        if (!options.fetched.has(path)) sums[await shown(path)] = sum;
      };
      const top = await find(src, ['files'], places);
      watch.found(top.path);
      const real = async (path: string): Promise<string> => (await find(path, [], [])).real;
      const read = await readTree(top.real, wish, { real, note, link: watch.found, most: maxEntries });
      if (read === 'too many') throw tooLarge(src);
      const names = read.flatMap(({ path }) => (path === '' ? [] : [path]));
      if (!wish.follow) watch.listed(top.real, names, { fits: (name) => isWanted(name, wish) });
      return read;
    },
    sums: () => ({ ...sums }),
  };
}

/** True when a tree holds what is at a path, by all folders it is in. */
const isWanted = (path: string, wish: TreeWish): boolean => {
  const above = dirname(path);
  return wish.wants(path, 'file') && (above === '.' || isFolderWanted(above, wish));
};

const isFolderWanted = (path: string, wish: TreeWish): boolean => {
  const above = dirname(path);
  return wish.wants(path, 'directory') && (above === '.' || isFolderWanted(above, wish));
};

/** Where Ansible looks: in each place the kind's folder, then the place itself; last the playbooks folder. */
function candidates(src: string, kinds: readonly string[], root: string, places: readonly string[]): readonly string[] {
  if (isAbsolute(src)) return [src];
  const folders = [...places, '.'].flatMap((place) => [...kinds.map((kind) => join(place, kind)), place]);
  return [...new Set(folders.map((folder) => resolve(root, folder, src)))];
}

const notFound = (src: string, tried: readonly string[]): Fault =>
  new Fault({
    code: 'step.no_file',
    say: t(
      `There is no file “${src}”; looked for ${tried.join(', ')}.`,
      `Il n’y a pas de fichier « ${src} » ; cherché : ${tried.join(', ')}.`,
    ),
    next: t('Correct `src`, or add the file.', 'Corrigez `src`, ou ajoutez le fichier.'),
  });

const outsideFault = (src: string): Fault =>
  new Fault({
    code: 'step.file_outside',
    say: t(
      `“${src}” is outside the folders that playbooks may read.`,
      `« ${src} » est en dehors des dossiers que les playbooks peuvent lire.`,
    ),
    next: t('Put the file beside the playbook.', 'Mettez le fichier à côté du playbook.'),
  });

const isFolder = (src: string): Fault =>
  new Fault({ code: 'step.is_folder', say: t(`“${src}” is a folder.`, `« ${src} » est un dossier.`) });

const noRegularFile = (src: string): Fault =>
  new Fault({
    code: 'step.no_regular_file',
    say: t(
      `“${src}” is a pipe, a socket or a device, and no file that can be read whole.`,
      `« ${src} » est un tube, une socket ou un périphérique, et non un fichier qui puisse être lu en entier.`,
    ),
    next: t('Put a regular file there, or take it away.', 'Mettez-y un fichier ordinaire, ou retirez-le.'),
  });

const tooLarge = (src: string): Fault =>
  new Fault({
    code: 'step.too_large',
    say: t(`“${src}” is too large to be read.`, `« ${src} » est trop grand pour être lu.`),
  });
