import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['this account may not write there', 'ce compte n’a pas le droit d’y écrire'],
  EPERM: ['this account may not write there', 'ce compte n’a pas le droit d’y écrire'],
  EROFS: ['the disk is read-only', 'le disque est en lecture seule'],
  ENOTDIR: ['a file is in its place', 'un fichier est à sa place'],
  EEXIST: ['a file is in its place', 'un fichier est à sa place'],
  ENOSPC: ['the disk is full', 'le disque est plein'],
  ENOENT: ['it cannot be made there', 'il ne peut pas y être créé'],
};

const unusable = (folder: string, cause: unknown): Fault => {
  const { code = 'unknown' } = cause as NodeJS.ErrnoException; // what node:fs throws
  const [en, fr] = reasons[code] ?? [code, code];
  return new Fault(
    {
      code: 'data.unusable',
      say: t(
        `The data folder ${folder} cannot be used: ${en}.`,
        `Le dossier de données ${folder} est inutilisable : ${fr}.`,
      ),
      next: t(
        'Give this account the folder, or name another with QUARTERDECK_DATA.',
        'Donnez ce dossier à ce compte, ou nommez-en un autre par QUARTERDECK_DATA.',
      ),
    },
    { cause },
  );
};

/** Makes missing folders one by one: Node's own way never ends where a folder refuses to be made with ENOENT, as in /proc. */
async function make(folder: string): Promise<void> {
  const parent = dirname(folder);
  if (parent !== folder && !(await exists(parent))) await make(parent);
  await mkdir(folder, { mode: 0o700 });
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return false;
      throw cause;
    },
  );

/** Makes sure that the data folder is there and can be written to. Throws the Fault `data.unusable`, which names it. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    if (!(await exists(folder))) await make(folder);
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw unusable(folder, cause);
  }
}
