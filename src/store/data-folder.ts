import type { Stats } from 'node:fs';
import { access, chmod, constants, lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '#core/errors.ts';
import { type Text, t } from '#core/text.ts';

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['this account may not write there', 'ce compte n’a pas le droit d’y écrire'],
  EPERM: ['this account may not write there', 'ce compte n’a pas le droit d’y écrire'],
  EROFS: ['the disk is read-only', 'le disque est en lecture seule'],
  ENOTDIR: ['a file is in its place', 'un fichier est à sa place'],
  EEXIST: ['a file is in its place', 'un fichier est à sa place'],
  ENOSPC: ['the disk is full', 'le disque est plein'],
  EDQUOT: ['the disk is full', 'le disque est plein'],
  ENOENT: ['it is not there', 'il n’est pas là'],
};

const another = t(
  'Give this account the folder, or name another with QUARTERDECK_DATA.',
  'Donnez ce dossier à ce compte, ou nommez-en un autre par QUARTERDECK_DATA.',
);

const full = t('Free some space on it.', 'Libérez de la place.');
const ways: Readonly<Record<string, Text>> = {
  ENOSPC: full,
  EDQUOT: full,
  ENOENT: t(
    'Put it back, or name another with QUARTERDECK_DATA.',
    'Remettez-le, ou nommez-en un autre par QUARTERDECK_DATA.',
  ),
};

/** The Fault `data.unusable`: why a data folder cannot be used, from what the system said. */
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
      next: ways[code] ?? another,
      retryable: true,
      details: { folder },
    },
    { cause },
  );
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return false;
      throw cause;
    },
  );

/** Makes missing folders one by one: Node's own way never ends where a folder refuses to be made with ENOENT, as in /proc. */
async function make(folder: string): Promise<void> {
  if (await isThere(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await make(parent);
  await mkdir(folder, { mode: 0o700 }).catch(async (cause: unknown) => {
    if (!(await isThere(folder))) throw cause; // somebody else made it meanwhile
  });
}

/** Others than its owner may use it. */
const isOpen = ({ mode }: Stats): boolean => (mode & 0o77) !== 0;

/** Everybody may write there, as in /tmp. */
const isShared = ({ mode }: Stats): boolean => (mode & 0o1002) === 0o1002;

/** What a data folder holds from the first start on, or what is copied into one to restore it; and what a disk that is one brings. */
const own = ['lock.db', 'quarterdeck.db', 'audit.head', 'digest.key', 'bot.json'];
const empty = ['lost+found'];

/** Refuses a folder that is not the bot's alone to take from everybody else: named by mistake, it may be /etc. */
async function mayClose(folder: string, found: Stats): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !empty.includes(name));
  const isOurs = names.length === 0 || names.some((name) => own.includes(name));
  if (isShared(found)) throw foreign(folder, shared(folder));
  if (!isOurs) throw foreign(folder, others(folder));
}

const shared = (folder: string): Text =>
  t(
    `The data folder ${folder} is one that everybody may write to, like /tmp.`,
    `Le dossier de données ${folder} est ouvert en écriture à tous, comme /tmp.`,
  );

const others = (folder: string): Text =>
  t(
    `The data folder ${folder} holds files that are not Quarterdeck’s, and others may use it.`,
    `Le dossier de données ${folder} contient des fichiers qui ne sont pas de Quarterdeck, et d’autres peuvent s’en servir.`,
  );

const foreign = (folder: string, say: Text): Fault =>
  new Fault({
    code: 'data.foreign',
    say,
    next: t(
      'Name an empty folder with QUARTERDECK_DATA; if this one is for the bot alone, make it so: chmod 700.',
      'Nommez un dossier vide par QUARTERDECK_DATA ; si celui-ci est pour le bot seul, rendez-le tel : chmod 700.',
    ),
    details: { folder },
  });

/** Makes sure that the data folder is there, is this account's own and can be written to. Throws the Faults `data.unusable` and `data.foreign`. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await make(resolve(folder));
    const found = await stat(folder);
    if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    if (isOpen(found)) {
      await mayClose(folder, found);
      await chmod(folder, 0o700);
    }
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw cause instanceof Fault ? cause : unusable(folder, cause);
  }
}

const probe = Buffer.alloc(4096);

/** Writes a small file to the disk and takes it away again. Throws the Fault `data.unusable` when that cannot be done. */
export async function probeDataFolder(folder: string): Promise<void> {
  const path = join(folder, `probe.${process.pid}`);
  try {
    await writeFile(path, probe, { mode: 0o600, flush: true });
  } catch (cause) {
    throw unusable(folder, cause);
  } finally {
    await rm(path, { force: true });
  }
}

/** The nearest folder above that is there. */
async function above(folder: string): Promise<string> {
  const parent = dirname(folder);
  return parent === folder || (await isThere(parent)) ? parent : above(parent);
}

/**
 * Where a data folder would be made that is not there; undefined when it is. One that a link leads to is none to be made:
 * its disk may be missing. Throws the Fault `data.unusable` where this account cannot make it.
 */
export async function placeOfNew(folder: string): Promise<string | undefined> {
  try {
    if (await isThere(folder)) return undefined;
    if (await lstat(folder).catch(() => undefined)) await stat(folder);
    const place = await above(resolve(folder));
    await access(place, constants.W_OK | constants.X_OK);
    return place;
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/**
 * Looks whether a data folder could be used, without a change; one that is not there is made at the start. What this account
 * may not see is the bot's account's to judge. Throws the Faults `data.unusable` and `data.foreign`.
 */
export async function lookAtDataFolder(folder: string): Promise<void> {
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    if (isOpen(found)) await mayClose(folder, found);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') throw unusable(folder, cause); // what node:fs throws
  }
}
