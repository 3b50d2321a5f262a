import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { ok, type Refusal, type Result, refused } from '#core/errors.ts';
import { nearest, nearestFirst } from '#core/nearest.ts';
import { join as joinTexts, type Text, t } from '#core/text.ts';
import { extension, firstPlaybooks, listPlaybooks } from './list.ts';

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** Whether there is a folder of that path. */
export const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
};

/** Refused with `playbook.no_folder` where the playbooks folder is not there. */
export const folderIsThere = async (root: string): Promise<Result<void>> => {
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory()) return ok(undefined);
  return refused({
    code: 'playbook.no_folder',
    say: t(`There is no playbooks folder ${root}.`, `Il n’y a pas de dossier de playbooks ${root}.`),
    next: t(
      'Put it back, or correct “playbooks” in the configuration.',
      'Remettez-le, ou corrigez « playbooks » dans la configuration.',
    ),
  });
};

const outside = (name: string): Result<string> =>
  refused({
    code: 'playbook.outside',
    say: t(`“${name}” is outside the playbooks folder.`, `« ${name} » est en dehors du dossier des playbooks.`),
    next: t('Name a playbook by its path inside that folder.', 'Nommez un playbook par son chemin dans ce dossier.'),
  });

/** So many playbooks are named where one is not found. */
const mostNamed = 10;

/** A folder in a playbook's place, `named` as it was written: what is in it. */
export const aFolder = async (path: string, named: string): Promise<Refusal> => {
  const { names, more } = await firstPlaybooks(path, mostNamed);
  const name = named.replace(/\/+$/, '') || '/';
  const there = names.map((file) => `${name === '/' ? '' : name}/${file}`).join(', ');
  return {
    code: 'playbook.folder',
    say: t(`“${name}” is a folder, and no playbook.`, `« ${name} » est un dossier, et non un playbook.`),
    next:
      names.length === 0
        ? t(
            'There is no playbook in it: name one by its path.',
            'Il n’y a pas de playbook dedans : nommez-en un par son chemin.',
          )
        : joinTexts([
            t(`Name one in it: ${there}`, `Nommez-en un dedans : ${there}`),
            more ? t(', and others', ', et d’autres') : '',
          ]),
  };
};

const namesHere = (wanted: string, names: readonly string[]): Text => {
  const named = names.length <= mostNamed ? names : nearestFirst(wanted, names).slice(0, mostNamed);
  const left = names.length - named.length;
  const list = named.join(', ');
  return joinTexts([
    t(`Playbooks here: ${list}`, `Playbooks présents : ${list}`),
    left > 0 ? t(`, and ${left} more`, `, et ${left} autres`) : '',
  ]);
};

const notFound = async (root: string, name: string): Promise<Result<string>> => {
  const names = (await listPlaybooks(root)).map((playbook) => playbook.name);
  const [near] = nearest(name.replace(extension, ''), names);
  const say: Text = t(`There is no playbook “${name}”.`, `Il n’y a pas de playbook « ${name} ».`);
  const hint = near ? t(` Did you mean “${near}”?`, ` Vouliez-vous dire « ${near} » ?`) : '';
  return refused({
    code: 'playbook.not_found',
    say: joinTexts([say, hint]),
    next: namesHere(name.replace(extension, ''), names),
    ...(near && { details: { nearest: near } }),
  });
};

const ambiguous = (name: string, [one = '', other = '']: readonly string[]): Result<string> =>
  refused({
    code: 'playbook.ambiguous',
    say: t(
      `There are two playbooks “${name}”: ${name}${one} and ${name}${other}.`,
      `Il y a deux playbooks « ${name} » : ${name}${one} et ${name}${other}.`,
    ),
    next: t('Name one of them with its extension.', 'Nommez l’un des deux avec son extension.'),
  });

/** What has to follow a path for it to be a file's; more than one where both files are there. */
const extensionsOf = async (path: string): Promise<readonly string[]> => {
  if (extension.test(path)) return (await isFile(path)) ? [''] : [];
  const there: string[] = [];
  for (const end of ['.yml', '.yaml']) if (await isFile(`${path}${end}`)) there.push(end);
  return there;
};

/** The name with its file's extension; as it came where there is no such file. Refused with `playbook.ambiguous`. */
export const withExtension = async (root: string, name: string): Promise<Result<string>> => {
  const wanted = resolve(root, name);
  const ends = name.includes('\0') || !isInside(resolve(root), wanted) ? [] : await extensionsOf(wanted);
  return ends.length > 1 ? ambiguous(name, ends) : ok(`${name}${ends[0] ?? ''}`);
};

/** What a link leads to outside is told nobody. */
const isFolderInside = async (root: string, path: string): Promise<boolean> =>
  (await isFolder(path)) && isInside(root, await realpath(path));

/**
 * The real path of a playbook named by its path in the folder, with or without its extension. A name that leads outside, by
 * `..` or by a symbolic link, is refused with `playbook.outside`; one that is not there with `playbook.not_found`, one that
 * two files have with `playbook.ambiguous`.
 */
export const findPlaybook = async (root: string, name: string): Promise<Result<string>> => {
  if (name.includes('\0')) return outside(name.replaceAll('\0', ''));
  const realRoot = await realpath(root).catch(() => resolve(root));
  const wanted = resolve(realRoot, isAbsolute(name) ? relative(resolve(root), name) : name);
  if (!isInside(realRoot, wanted)) return outside(name);
  const ends = await extensionsOf(wanted);
  if (ends.length > 1) return ambiguous(name, ends);
  if (ends[0] === undefined)
    return (await isFolderInside(realRoot, wanted)) ? refused(await aFolder(wanted, name)) : notFound(realRoot, name);
  const real = await realpath(`${wanted}${ends[0]}`);
  return isInside(realRoot, real) ? ok(real) : outside(name);
};
