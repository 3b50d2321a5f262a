import { glob } from 'node:fs/promises';
import { type LogLine, type Logs, type LogsAnswer, type LogsQuery, t } from '#kit';
import { type FileRead, readFile } from './read-file.ts';

const mostFiles = 50;

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

async function expand(patterns: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    if (!/[*?[{]/.test(pattern)) found.add(pattern);
    else for await (const path of glob(pattern)) if (!/\.(gz|xz|bz2|zst)$/.test(path)) found.add(path);
    if (found.size > mostFiles) break;
  }
  return [...found].sort();
}

/** The newest lines of all files together, oldest first. */
function merge(reads: readonly FileRead[], { limit, target }: LogsQuery, files: number): LogsAnswer {
  const lines: LogLine[] = reads.flatMap((read) => read.lines).sort((a, b) => a.at - b.at);
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
