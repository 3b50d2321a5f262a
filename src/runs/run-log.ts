import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Runs } from '#core/store.ts';

/** The log of one run: what `ansible-playbook` would have printed, in a file people can fetch. */
export interface RunLog {
  /** Throws when the disk refuses; the run does not depend on it. */
  append(lines: readonly string[]): Promise<void>;
}

/** Where the log of a run lies. */
export const runLogPath = (folder: string, runId: number): string => join(folder, `${runId}.log`);

const cutLine = '… the log was cut here: it grew too long …\n';

/** Writes lines to a file until it is too long. */
export function openRunLog(path: string, maxBytes: number): RunLog {
  let bytes = 0;
  return {
    async append(lines) {
      if (lines.length === 0 || bytes > maxBytes) return;
      const text = `${lines.join('\n')}\n`;
      bytes += Buffer.byteLength(text);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await appendFile(path, bytes > maxBytes ? cutLine : text, { mode: 0o600 });
    },
  };
}

const entriesOf = (folder: string): Promise<string[]> =>
  readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []; // nothing has run yet
    throw cause;
  });

/** Removes the logs of runs that are forgotten, unless they were written to since `before` (ms). */
export async function pruneRunLogs(folder: string, runs: Pick<Runs, 'get'>, before: number): Promise<void> {
  for (const name of await entriesOf(folder)) {
    const id = /^(\d{1,15})\.log$/.exec(name)?.[1];
    if (id === undefined || (await stat(join(folder, name))).mtimeMs >= before) continue;
    if ((await runs.get(Number(id))) === undefined) await rm(join(folder, name), { force: true });
  }
}
