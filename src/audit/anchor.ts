import { readFile, rename, writeFile } from 'node:fs/promises';
import { auditCut } from '#core/audit-cut.ts';
import { Fault } from '#core/errors.ts';
import type { AuditLog } from '#core/store.ts';
import { t } from '#core/text.ts';
import type { AnchorPoint } from './verify.ts';

/**
 * The newest entry of the chain, noted in a small file beside the store, so that cutting off the end of the chain is
 * found by verifying. The note is made from what the log gives back outside any transaction, that is from what is
 * committed: after a crash it may lag behind the chain, it never leads. It moves forward only along the chain it knows.
 * Who can write both files can still cut both: note the head elsewhere to be sure against them.
 */
export interface Anchor {
  /** What is noted; undefined before the first note. */
  newest(): AnchorPoint | undefined;
  /** The farthest entry that was ever known, also before a copy of the store was put back. */
  farthest(): AnchorPoint | undefined;
  /**
   * Notes the log's newest entry. Takes the store's own log, never the one of a transaction. Throws the Fault
   * `audit.cut` when the chain no longer holds what was noted, and then leaves the note as it is.
   */
  keep(log: Pick<AuditLog, 'last' | 'from'>): Promise<void>;
  /** Notes an entry that was committed, whatever the chain holds now: what was cut off is missed at the next start, too. */
  note(point: AnchorPoint): Promise<void>;
}

const unusable = (path: string, cause?: unknown): Fault =>
  new Fault(
    {
      code: 'audit.anchor',
      say: t(
        `The note of the audit chain's newest entry (${path}) could not be read or written.`,
        `La note de la dernière entrée du journal d’audit (${path}) n’a pu être lue ou écrite.`,
      ),
      next: t(
        'Look at the file and the disk; removing the file begins a new note.',
        'Vérifiez le fichier et le disque ; supprimer le fichier commence une nouvelle note.',
      ),
      retryable: true,
    },
    { cause },
  );

const isPoint = (value: unknown): value is AnchorPoint =>
  typeof value === 'object' &&
  value !== null &&
  'seq' in value &&
  Number.isSafeInteger(value.seq) &&
  'hash' in value &&
  typeof value.hash === 'string';

/** What the file holds: the newest entry, and the farthest one that was known before a copy was put back. */
interface Note extends AnchorPoint {
  readonly known?: AnchorPoint;
}

const pointOf = ({ seq, hash }: AnchorPoint): AnchorPoint => ({ seq, hash });

const parse = (path: string, text: string): Note => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unusable(path, error);
  }
  if (!isPoint(value)) throw unusable(path);
  return { ...pointOf(value), ...('known' in value && isPoint(value.known) ? { known: pointOf(value.known) } : {}) };
};

const read = async (path: string): Promise<Note | undefined> => {
  try {
    return parse(path, await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error instanceof Fault ? error : unusable(path, error);
  }
};

const write = async (path: string, note: Note): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(note)}\n`, { mode: 0o600, flush: true });
    await rename(temporary, path);
  } catch (error) {
    throw unusable(path, error);
  }
};

/** The entry to note next; undefined when the newest is noted already. */
const next = async (
  log: Pick<AuditLog, 'last' | 'from'>,
  noted: AnchorPoint | undefined,
): Promise<AnchorPoint | undefined> => {
  const [newest] = await log.last(1);
  if (!noted) return newest;
  const [known] = await log.from(noted.seq, 1);
  if (known?.seq !== noted.seq || known.hash !== noted.hash) throw auditCut(noted);
  return newest && newest.seq > noted.seq ? newest : undefined;
};

/** Opens the note at the path; it need not be there yet. `knownBefore`: what the note that it replaces knew. */
export const openAnchor = async (path: string, knownBefore?: AnchorPoint): Promise<Anchor> => {
  const found = await read(path);
  const before = knownBefore ?? found?.known;
  let noted = found && pointOf(found);
  let last: Promise<void> = Promise.resolve();
  const note = async (point: AnchorPoint | undefined): Promise<void> => {
    if (!point || (noted && noted.seq >= point.seq)) return;
    const newest = pointOf(point);
    await write(path, { ...newest, ...(before && before.seq > newest.seq ? { known: before } : {}) });
    noted = newest;
  };
  // One after the other, so that an older note never replaces a newer one.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  return {
    newest: () => noted,
    farthest: () => (before && before.seq > (noted?.seq ?? 0) ? before : noted),
    keep: (log) => inTurn(async () => note(await next(log, noted))),
    note: (point) => inTurn(() => note(point)),
  };
};
