import { access, constants, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { t } from '#core/text.ts';
import type { Faults } from '../faults.ts';
import { readRegular } from '../regular-file.ts';

/** A file of the inventory, with its text and the name that places show. */
export interface SourceFile {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
  /** A program that prints the inventory. */
  readonly executable: boolean;
}

/** What Ansible leaves out of a folder (`INVENTORY_IGNORE_EXTS`): an `.ini` there is the settings of something. */
const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/;

const largest = 256 * 1024 * 1024;

const kindOf = async (path: string): Promise<'file' | 'folder' | undefined> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return 'file';
  return found?.isDirectory() ? 'folder' : undefined;
};

const filesBelow = async (folder: string): Promise<readonly string[]> => {
  const names = (await readdir(folder)).filter((name) => !ignored.test(name)).sort();
  const found: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const kind = await kindOf(path);
    if (kind === 'file') found.push(path);
    if (kind === 'folder') found.push(...(await filesBelow(path)));
  }
  return found;
};

/** The folder of a source: where its `group_vars` and `host_vars` lie. */
export const folderOf = async (source: string): Promise<string> =>
  (await kindOf(source)) === 'folder' ? source : dirname(source);

/** `inventory/hosts.ini`: the path from the folder that holds the inventory's folder. */
export const shownIn = (folder: string, path: string): string => path.slice(dirname(folder).length).replace(/^\/+/, '');

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** Reads a file's text; a fault when it cannot be read. */
export const readSource = async (folder: string, path: string, faults: Faults): Promise<SourceFile | undefined> => {
  const shown = shownIn(folder, path);
  const found = await readRegular(path, largest).catch(() => 'gone' as const);
  if (typeof found !== 'string')
    return { path, shown, text: found.content.toString('utf8'), executable: await isExecutable(path) };
  faults.add({ file: shown, line: 1, column: 1 }, t('this file cannot be read', 'ce fichier ne peut pas être lu'));
  return undefined;
};

/** A folder of which nothing is taken, but an `.ini` might have been meant. */
const sayLeftOut = async (folder: string, faults: Faults): Promise<void> => {
  const name = (await readdir(folder)).find((one) => one.endsWith('.ini'));
  if (name === undefined) return;
  const other = name.slice(0, -'.ini'.length);
  faults.add(
    { file: folder, line: 1, column: 1 },
    t(
      `a folder’s .ini files are left out, as Ansible does, and it holds no others: name ${name} itself, or rename it to “${other}”`,
      `les fichiers .ini d’un dossier sont laissés de côté, comme par Ansible, et il n’en contient pas d’autres : nommez ${name} lui-même, ou renommez-le en « ${other} »`,
    ),
  );
};

/** The inventory files of a source, in name order for a folder. A source that is not there is a fault. */
export const filesOfSource = async (source: string, faults: Faults): Promise<readonly SourceFile[]> => {
  const kind = await kindOf(source);
  if (kind === undefined) {
    const at = { file: source, line: 1, column: 1 };
    faults.add(at, t('there is no such inventory file or folder', 'ce fichier ou dossier d’inventaire n’existe pas'));
    return [];
  }
  const folder = await folderOf(source);
  const paths = kind === 'file' ? [source] : await filesBelow(source);
  if (kind === 'folder' && paths.length === 0) await sayLeftOut(source, faults);
  const files = await Promise.all(paths.map((path) => readSource(folder, path, faults)));
  return files.filter((file) => file !== undefined);
};

const variableExtensions = ['.yml', '.yaml', '.json'];

const variableFilesBelow = async (folder: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (name.startsWith('.') || name.endsWith('~')) continue;
    const path = join(folder, name);
    const kind = await kindOf(path);
    const extension = /\.[^.]*$/.exec(name)?.[0];
    if (kind === 'folder' && extension === undefined) found.push(...(await variableFilesBelow(path)));
    if (kind === 'file' && (extension === undefined || variableExtensions.includes(extension))) found.push(path);
  }
  return found;
};

/** The names of groups or hosts for which a folder has files of variables. */
export const variableNames = async (folder: string): Promise<ReadonlySet<string>> => {
  const names = await readdir(folder).catch(() => []);
  const pattern = /^([^.~][^.]*)(?:\.(?:ya?ml|json))?$/;
  return new Set(names.sort().flatMap((name) => pattern.exec(name)?.[1] ?? []));
};

/** The files with the variables of one group or host: `NAME`, `NAME/…`, `NAME.yml`, `.yaml`, `.json`; the first there is. */
export const variableFiles = async (folder: string, name: string): Promise<readonly string[]> => {
  if (name.includes('/')) return [];
  for (const extension of ['', ...variableExtensions]) {
    const path = join(folder, name + extension);
    const kind = await kindOf(path);
    if (kind === 'file') return [path];
    if (kind === 'folder') return variableFilesBelow(path);
  }
  return [];
};
