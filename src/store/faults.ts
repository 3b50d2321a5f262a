import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** SQLite's primary result codes (the low byte of an extended code) that mean something of their own here. */
const codes = { corrupt: 11, full: 13, constraint: 19, notADatabase: 26 };

const full = (cause: unknown): Fault =>
  new Fault(
    {
      code: 'store.full',
      say: t('The disk that holds the store is full.', 'Le disque qui contient les données est plein.'),
      next: t('Free some space on it, then try again.', 'Libérez de l’espace, puis réessayez.'),
      retryable: true,
    },
    { cause },
  );

const damaged = (cause: unknown): Fault =>
  new Fault(
    {
      code: 'store.damaged',
      say: t('The store is damaged: SQLite cannot read it.', 'Les données sont abîmées : SQLite ne peut pas les lire.'),
      next: t(
        'Stop the bot and put back the newest copy: bin/quarterdeck restore FILE',
        'Arrêtez le bot et remettez la copie la plus récente : bin/quarterdeck restore FICHIER',
      ),
    },
    { cause },
  );

const conflict = (cause: unknown): Fault =>
  new Fault(
    {
      code: 'store.conflict',
      say: t(
        'The store refused what contradicts what it holds.',
        'Les données ont refusé ce qui contredit leur contenu.',
      ),
      next: t('Look at the log of the bot: this is a defect.', 'Consultez le journal du bot : c’est un défaut.'),
    },
    { cause },
  );

/** `why` is a fixed word of SQLite or of the system, never a value. */
export const storeFailed = (why: string, cause?: unknown): Fault =>
  new Fault(
    {
      code: 'store.failed',
      say: t(`The store could not be read or written (${why}).`, `Les données n’ont pu être lues ou écrites (${why}).`),
      next: t(
        'Try again; if it lasts, look at the disk and its permissions.',
        'Réessayez ; si cela dure, vérifiez le disque et ses droits.',
      ),
      retryable: true,
    },
    { cause },
  );

interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  readonly errcode: number;
  readonly errstr: string;
}

const isSqliteError = (thrown: unknown): thrown is SqliteError =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_SQLITE_ERROR' && 'errcode' in thrown;

/** What the system says of files; SQLite's own errors are none of these. */
export const isSystemError = (thrown: unknown): thrown is NodeJS.ErrnoException & { code: string } =>
  thrown instanceof Error && 'code' in thrown && 'syscall' in thrown && typeof thrown.code === 'string';

/** Why a copy could not be written: the end of the sentence, by the system's code. */
const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['there is no such folder', 'ce dossier n’existe pas'],
  ENOTDIR: ['a file is in the place of its folder', 'un fichier est à la place de son dossier'],
  EACCES: ['this account may not write there', 'ce compte n’a pas le droit d’y écrire'],
  EPERM: ['this account may not write there', 'ce compte n’a pas le droit d’y écrire'],
  EROFS: ['the disk is read-only', 'le disque est en lecture seule'],
  ENOSPC: ['the disk is full', 'le disque est plein'],
  EDQUOT: ['the disk is full', 'le disque est plein'],
};

const reasonOf = (cause: unknown): readonly [string, string] => {
  if (isSystemError(cause)) return reasons[cause.code] ?? [cause.code, cause.code];
  if (!isSqliteError(cause)) return ['unknown', 'inconnu'];
  return (cause.errcode & 0xff) === codes.full
    ? ['the disk is full', 'le disque est plein']
    : [cause.errstr, cause.errstr];
};

/** The Fault `backup.failed`: where a copy should go is at fault, and not the store. */
export const notWritten = (path: string, cause: unknown): Fault => {
  const [en, fr] = reasonOf(cause);
  return new Fault(
    {
      code: 'backup.failed',
      say: t(`The copy could not be written to ${path}: ${en}.`, `La copie n’a pu être écrite dans ${path} : ${fr}.`),
      next: t('Name another place, or mend this one.', 'Nommez un autre endroit, ou réparez celui-ci.'),
      retryable: true,
    },
    { cause },
  );
};

/** True when SQLite says that what it reads is damaged. */
export const isDamage = (thrown: unknown): boolean =>
  isSqliteError(thrown) && [codes.corrupt, codes.notADatabase].includes(thrown.errcode & 0xff);

const ofSqlite = (error: SqliteError): Fault => {
  const code = error.errcode & 0xff;
  if (code === codes.full) return full(error);
  if (isDamage(error)) return damaged(error);
  if (code === codes.constraint) return conflict(error);
  return storeFailed(error.errstr, error);
};

/** SQLite's and the system's errors as faults, by their code; anything else stays what it was. */
export const asFault = (thrown: unknown): unknown => {
  if (isSqliteError(thrown)) return ofSqlite(thrown);
  if (!isSystemError(thrown)) return thrown;
  return thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT' ? full(thrown) : storeFailed(thrown.code, thrown);
};

/** True when SQLite says that somebody else holds the lock. */
export const isBusy = (thrown: unknown): boolean => isSqliteError(thrown) && (thrown.errcode & 0xff) === 5;
