import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ok, type Result, refused } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import { join as joinTexts, type Text, t } from '#core/text.ts';
import { createFaults } from './faults.ts';
import { entryOf, type Node } from './yaml/node.ts';
import { readYaml } from './yaml/read.ts';

/** A playbook that can be named: its path in the folder without the extension, and one line about it. */
export interface ListedPlaybook {
  readonly name: string;
  readonly about: string;
}

const extension = /\.ya?ml$/;
/** Folders that hold parts of playbooks, and files that hold their tests. */
const partFolders = new Set([
  'roles',
  'tasks',
  'handlers',
  'vars',
  'group_vars',
  'host_vars',
  'files',
  'templates',
  'inventory',
  'library',
  'node_modules',
]);
const isPlaybook = (name: string): boolean =>
  extension.test(name) && !/\.cases\.ya?ml$/.test(name) && !name.startsWith('.');

const listFiles = async (folder: string, depth = 0): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile() && isPlaybook(entry.name)) found.push(path);
    if (entry.isDirectory() && depth < 4 && !partFolders.has(entry.name) && !entry.name.startsWith('.')) {
      found.push(...(await listFiles(path, depth + 1)));
    }
  }
  return found;
};

const firstPlayName = (node: Node | undefined): string | undefined => {
  const [play] = node?.kind === 'list' ? node.items : [];
  const name = play?.kind === 'map' ? entryOf(play, 'name')?.value : undefined;
  return name?.kind === 'scalar' && name.value !== null ? name.text : undefined;
};

const isPlayList = (node: Node | undefined): boolean =>
  node?.kind === 'list' && node.items.some((item) => item.kind === 'map' && entryOf(item, 'hosts') !== undefined);

const firstComment = (source: string): string | undefined =>
  /^(?:---[ \t]*\n|\s)*#+[ \t]*(\S.*)$/m.exec(source.slice(0, 4096))?.[1];

const leadingComment = (source: string): string | undefined => {
  const [first] = source.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '---');
  return first?.trimStart().startsWith('#') ? firstComment(first)?.trim() : undefined;
};

const describe = async (root: string, path: string): Promise<ListedPlaybook | undefined> => {
  const source = await readFile(path, 'utf8');
  const faults = createFaults();
  const node = readYaml(source, path, faults);
  const broken = faults.found.length > 0;
  if (!broken && !isPlayList(node)) return undefined;
  const name = relative(root, path).split(sep).join('/').replace(extension, '');
  return { name, about: leadingComment(source) ?? firstPlayName(node) ?? '' };
};

/** The playbooks of a folder, by name. One that cannot be read is listed too: running it says what is wrong with it. */
export const listPlaybooks = async (root: string): Promise<readonly ListedPlaybook[]> => {
  const files = await listFiles(root);
  const listed = await Promise.all(files.map((path) => describe(root, path)));
  return listed.filter((playbook) => playbook !== undefined);
};

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
};

const outside = (name: string): Result<string> =>
  refused({
    code: 'playbook.outside',
    say: t(`“${name}” is outside the playbooks folder.`, `« ${name} » est en dehors du dossier des playbooks.`),
    next: t('Name a playbook by its path inside that folder.', 'Nommez un playbook par son chemin dans ce dossier.'),
  });

const notFound = async (root: string, name: string): Promise<Result<string>> => {
  const names = (await listPlaybooks(root)).map((playbook) => playbook.name);
  const [near] = nearest(name.replace(extension, ''), names);
  const say: Text = t(`There is no playbook “${name}”.`, `Il n’y a pas de playbook « ${name} ».`);
  const hint = near ? t(` Did you mean “${near}”?`, ` Vouliez-vous dire « ${near} » ?`) : '';
  return refused({
    code: 'playbook.not_found',
    say: joinTexts([say, hint]),
    next: t(`Playbooks here: ${names.join(', ')}`, `Playbooks présents : ${names.join(', ')}`),
    ...(near && { details: { nearest: near } }),
  });
};

/**
 * The real path of a playbook named by its path in the folder, with or without `.yml`. A name that leads outside, by
 * `..` or by a symbolic link, is refused with `playbook.outside`; one that is not there with `playbook.not_found`.
 */
export const findPlaybook = async (root: string, name: string): Promise<Result<string>> => {
  if (name.includes('\0')) return outside(name.replaceAll('\0', ''));
  const realRoot = await realpath(root).catch(() => resolve(root));
  const wanted = resolve(realRoot, isAbsolute(name) ? relative(resolve(root), name) : name);
  if (!isInside(realRoot, wanted)) return outside(name);
  for (const path of extension.test(wanted) ? [wanted] : [`${wanted}.yml`, `${wanted}.yaml`]) {
    if (!(await isFile(path))) continue;
    const real = await realpath(path);
    return isInside(realRoot, real) ? ok(real) : outside(name);
  }
  return notFound(realRoot, name);
};
