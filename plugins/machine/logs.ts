import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogLine, type Logs, type LogsAnswer, type LogsQuery, type Text, t } from '#kit';
import { type Journal, readJournal } from './journal.ts';
import { type FileRead, readFile } from './read-file.ts';
import { notInJournal } from './told-twice.ts';

const mostFiles = 50;
const mostFound = 2_000;

/** What a system without a journal, or beside it, writes its log to. */
const systemFiles: readonly string[] = ['/var/log/syslog', '/var/log/messages'];

/** What was read, and of what. */
interface Source extends FileRead {
  readonly path: string;
}

/**
 * Log files read in place, newest lines first, never whole; of the target `machine` the system's journal too, unless it
 * is not wanted.
 */
export function createLogs(files: Readonly<Record<string, readonly string[]>>, journal?: Journal): Logs {
  return {
    targets: async () => Object.keys(files),
    async logs(query, signal): Promise<LogsAnswer> {
      const patterns = Object.hasOwn(files, query.target) ? (files[query.target] ?? []) : [];
      const paths = await expand(patterns);
      const reads: Source[] = [];
      for (const path of paths.slice(0, mostFiles)) {
        signal.throwIfAborted();
        reads.push({ path, ...(await readFile(path, query, signal)) });
      }
      const entries = journal && query.target === 'machine' ? await readJournal(journal, query, signal) : undefined;
      return merge(reads, entries, query, paths.length);
    },
  };
}

const isPattern = (path: string): boolean => /[*?[{]/.test(path);

/** The files of the patterns, those written to last first; a path that is there as it is written is no pattern. */
async function expand(patterns: readonly string[]): Promise<readonly string[]> {
  const found = new Map<string, number>();
  for (const pattern of patterns) {
    const exact = await writtenAt(pattern);
    if (exact !== undefined || !isPattern(pattern)) found.set(pattern, exact ?? 0);
    else
      for await (const path of matching(pattern))
        if (!/\.(gz|xz|bz2|zst)$/.test(path)) found.set(path, (await writtenAt(path)) ?? 0);
    if (found.size > mostFound) break;
  }
  return [...found].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([path]) => path);
}

const writtenAt = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(() => undefined))?.mtimeMs; // not there, or not to be looked at: reading it says so

/** The folders that are there as they are written stand for themselves, whatever their names hold. */
async function* matching(pattern: string): AsyncGenerator<string> {
  const parts = pattern.split('/');
  let count = parts.length - 1;
  while (count > 1 && (await writtenAt(parts.slice(0, count).join('/'))) === undefined) count -= 1;
  const folder = parts.slice(0, count).join('/') || '/';
  for await (const path of glob(parts.slice(count).join('/'), { cwd: folder })) yield join(folder, path);
}

/** Where each line of a file comes in time: never before the one it follows, whose time may be finer, or of another writer. */
function inOrder({ lines }: FileRead): readonly { readonly place: number; readonly line: LogLine }[] {
  let place = Number.NEGATIVE_INFINITY;
  return lines.map((line) => {
    place = Math.max(place, line.at);
    return { place, line };
  });
}

const isThere = ({ absent }: FileRead): boolean => absent !== true;

/** The newest lines of all together, oldest first. */
function merge(
  files: readonly Source[],
  journal: FileRead | undefined,
  { limit, target }: LogsQuery,
  count: number,
): LogsAnswer {
  const told = journal?.lines ?? [];
  const own = files.map((file) =>
    systemFiles.includes(file.path) ? { ...file, lines: notInJournal(file.lines, told) } : file,
  );
  const reads: readonly FileRead[] = [...own, ...(journal ? [journal] : [])];
  const lines = reads
    .flatMap(inOrder)
    .sort((a, b) => a.place - b.place)
    .map(({ line }) => line);
  const none = count === 0 && !(journal && isThere(journal));
  const notes = [
    ...(none ? [t(`No log file of ${target} is there.`, `Aucun fichier de journal de ${target} n’est là.`)] : []),
    ...(count > mostFiles ? [t(`Only ${mostFiles} files were read.`, `Seuls ${mostFiles} fichiers ont été lus.`)] : []),
    ...notesOn(files, journal),
  ];
  return {
    lines: lines.slice(-limit),
    more: lines.length > limit || reads.some(({ more }) => more),
    ...(notes[0] ? { note: notes[0] } : {}),
  };
}

/** What could not be read. */
function notesOn(files: readonly Source[], journal: FileRead | undefined): readonly Text[] {
  const system = files.filter(({ path }) => systemFiles.includes(path));
  const hasFile = system.some((file) => isThere(file) && file.note === undefined);
  const hasJournal = journal !== undefined && isThere(journal) && journal.note === undefined;
  if (journal && !hasJournal && !hasFile && system.length > 0)
    return [journal.note ?? system.find(isThere)?.note ?? notRead];
  // One of several files that is not there is no news: a machine has the one name or the other. Nor is one in the journal.
  const there = files.some(isThere) || hasJournal ? files.filter(isThere) : files;
  const missed = hasJournal ? there.filter((file) => !system.includes(file)) : there;
  return missed.flatMap(({ note }) => (note ? [note] : []));
}

const notRead: Text = t(
  'The system’s journal is not read here; name files in “plugins.settings.machine.logs”.',
  'Le journal du système n’est pas lu ici ; nommez des fichiers dans « plugins.settings.machine.logs ».',
);
