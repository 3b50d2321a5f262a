import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogLine, type Logs, type LogsAnswer, type LogsQuery, t } from '#kit';
import { type FileRead, readFile } from './read-file.ts';

const mostFiles = 50;
const mostFound = 2_000;

/** Log files read in place, newest lines first, never whole. */
export function createLogs(files: Readonly<Record<string, readonly string[]>>): Logs {
  return {
    targets: async () => Object.keys(files),
    async logs(query, signal): Promise<LogsAnswer> {
      const patterns = Object.hasOwn(files, query.target) ? (files[query.target] ?? []) : [];
      const paths = await expand(patterns);
      const reads: FileRead[] = [];
      for (const path of paths.slice(0, mostFiles)) {
        signal.throwIfAborted();
        reads.push(await readFile(path, query, signal));
      }
      return merge(reads, query, paths.length);
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

/** The newest lines of all files together, oldest first. */
function merge(reads: readonly FileRead[], { limit, target }: LogsQuery, files: number): LogsAnswer {
  const lines = reads
    .flatMap(inOrder)
    .sort((a, b) => a.place - b.place)
    .map(({ line }) => line);
  // One of several files that is not there is no news: a machine has the one name or the other.
  const there = reads.some(({ absent }) => !absent) ? reads.filter(({ absent }) => !absent) : reads;
  const notes = [
    ...(files === 0
      ? [t(`No log file of ${target} is there.`, `Aucun fichier de journal de ${target} n’est là.`)]
      : []),
    ...(files > mostFiles ? [t(`Only ${mostFiles} files were read.`, `Seuls ${mostFiles} fichiers ont été lus.`)] : []),
    ...there.flatMap(({ note }) => (note ? [note] : [])),
  ];
  return {
    lines: lines.slice(-limit),
    more: lines.length > limit || reads.some(({ more }) => more),
    ...(notes[0] ? { note: notes[0] } : {}),
  };
}
