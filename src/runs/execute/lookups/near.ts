import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { globMatches } from '#playbook/inventory/glob.ts';
import { readRegularNow } from '#playbook/regular-file.ts';
import type { LookupCall } from '#playbook/templates/index.ts';
import { isVault, noVault, type Vault } from '#playbook/vault.ts';
import { type FileWatch, unwatched } from '#playbook/watch.ts';
import type { FetchedFiles } from '../fetched.ts';
import type { GuardSource } from '../typed/sources.ts';

/** Files of the playbooks folder as lookups see them: found as a task's files are, and nothing outside is in reach, by no link. */
export interface NearFiles {
  /** The first file or folder of that name; its whole path. */
  find(name: string, kind: string, call: LookupCall): string | undefined;
  /** The files that fit a shell pattern in its last part, in name order. */
  glob(pattern: string, call: LookupCall): readonly string[];
  /** What a file holds, opened when it is sealed; its sum is noted. Throws a Fault when there is none. */
  read(name: string, kind: string, call: LookupCall): { readonly shown: string; readonly text: string };
}

const largest = 64 * 1024 * 1024;

/** The folders a lookup's files are looked for in, the nearest first: of the task that uses it, else of the file it stands in. */
function placesOf({ scope, at }: LookupCall): readonly string[] {
  const given = scope.get('ansible_search_path');
  const known = Array.isArray(given) ? given.filter((one) => typeof one === 'string') : [];
  return known.length > 0 ? known : [dirname(at.file)];
}

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return !(way === '..' || way.startsWith('../') || isAbsolute(way));
};

/** In each place the kind's folder, then the place itself; a file among tasks belongs to the folder around them as well. */
function foldersFor(name: string, kind: string, places: readonly string[]): readonly string[] {
  const named = name.split('/')[0] === kind;
  return places.flatMap((place) => {
    const around = /(?:^|\/)tasks$/.test(place) ? [join(dirname(place), kind)] : [];
    return [...around, ...(named ? [] : [join(place, kind)]), place];
  });
}

/** The files of one playbooks folder; each is read once, and its sum noted in `sums`. */
export function nearFiles(
  root: string,
  {
    sums,
    fetched,
    vault = noVault,
    readable = [],
    watch = unwatched,
    guard,
  }: {
    /** Where the sums of what is read are noted. */
    readonly sums: Record<string, string>;
    /** What hosts' files are put here meanwhile. */
    readonly fetched: Pick<FetchedFiles, 'await' | 'has'>;
    readonly vault?: Vault | undefined;
    /** Other folders in reach. */
    readonly readable?: readonly string[] | undefined;
    readonly watch?: FileWatch;
    readonly guard: GuardSource;
  },
): NearFiles {
  const top = realpathSync(root);
  const tops = [top, ...readable.filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder))];
  const texts = new Map<string, { readonly text: string; readonly mark: string }>();

  const reach = (path: string): string | undefined => {
    try {
      const real = realpathSync(path);
      return tops.some((one) => isInside(one, real)) ? path : undefined;
    } catch {
      // Not there, or not to be read: both mean that a playbook has no such file.
      return undefined;
    }
  };

  const candidates = (name: string, kind: string, call: LookupCall): readonly string[] =>
    isAbsolute(name)
      ? [resolve(name)]
      : [...new Set(foldersFor(name, kind, [...placesOf(call), '.']).map((folder) => resolve(top, folder, name)))];

  const find: NearFiles['find'] = (name, kind, call) => {
    guard(name, placeOf(call));
    return candidates(name, kind, call).find((path) => {
      fetched.await(path);
      const isThere = reach(path) !== undefined;
      if (isThere) watch.found(path);
      else watch.missing(path);
      return isThere;
    });
  };

  const matching = (folder: string, pattern: string): readonly string[] => {
    if (reach(folder) === undefined) {
      watch.missing(folder);
      return [];
    }
    if (!statSync(folder).isDirectory()) return [];
    const fits = (name: string): boolean =>
      globMatches(pattern, name) && (pattern.startsWith('.') || !name.startsWith('.'));
    const names = readdirSync(folder).filter(fits).sort();
    watch.listed(folder, names, { fits, isFlat: true });
    return names
      .map((name) => join(folder, name))
      .filter((path) => reach(path) !== undefined && statSync(path).isFile());
  };

  const opened = (written: string): string => {
    if (!isVault(written)) return written;
    const text = vault.open(written).toString('utf8');
    vault.hide(text);
    return text;
  };

  /** Undefined when it is no regular file. */
  const load = (path: string, shown: string, tooLarge: () => Fault): string | undefined => {
    const isNew = fetched.has(path);
    const known = isNew ? undefined : texts.get(path);
    if (known !== undefined) {
      watch.read(path, known.mark);
      return known.text;
    }
    const found = readRegularNow(path, largest);
    if (found === 'special') return undefined;
    if (found === 'large') throw tooLarge();
    watch.read(path, found.mark);
    if (!isNew) sums[shown] = createHash('sha256').update(found.content).digest('hex');
    const text = opened(found.content.toString('utf8'));
    texts.set(path, { text, mark: found.mark });
    return text;
  };

  return {
    find,
    glob(pattern, call) {
      const cut = pattern.lastIndexOf('/');
      const last = pattern.slice(cut + 1);
      if (cut > 0) {
        const folder = find(pattern.slice(0, cut), 'files', call);
        return folder === undefined ? [] : matching(folder, last);
      }
      const folders = foldersFor(last, 'files', [...placesOf(call), '.']).map((folder) => resolve(top, folder));
      return folders.map((folder) => matching(folder, last)).find((found) => found.length > 0) ?? [];
    },
    read(name, kind, call) {
      const path = find(name, kind, call);
      const shown = path === undefined ? '' : relative(top, realpathSync(path));
      const text = path === undefined ? undefined : load(path, shown, () => tooLarge(name, call));
      if (text !== undefined) return { shown, text };
      const tried = candidates(name, kind, call).map((one) => relative(top, one));
      throw noFile(name, call, tried);
    },
  };
}

const placeOf = ({ at }: LookupCall): string => `${at.file}:${at.line}:${at.column}`;

const noFile = (name: string, call: LookupCall, tried: readonly string[]): Fault =>
  new Fault({
    code: 'step.no_file',
    say: t(
      `${placeOf(call)}: there is no file “${name}” in the playbooks folder; looked for ${tried.join(', ')}.`,
      `${placeOf(call)} : il n’y a pas de fichier « ${name} » dans le dossier des playbooks ; cherché : ${tried.join(', ')}.`,
    ),
    next: t('Correct the name, or add the file.', 'Corrigez le nom, ou ajoutez le fichier.'),
  });

const tooLarge = (name: string, call: LookupCall): Fault =>
  new Fault({
    code: 'step.too_large',
    say: t(
      `${placeOf(call)}: “${name}” is too large to be read into a variable.`,
      `${placeOf(call)} : « ${name} » est trop grand pour être lu dans une variable.`,
    ),
  });
