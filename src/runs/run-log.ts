import { appendFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Runs } from '#core/store.ts';

/** The log of one run: what `ansible-playbook` would have printed, in a file people can fetch. */
export interface RunLog {
  /** Throws when the disk refuses; the run does not depend on it. */
  append(lines: readonly string[]): Promise<void>;
  /** The last lines, which stand there also when it was cut. */
  conclude(lines: readonly string[]): Promise<void>;
}

/** Where the log of a run lies. */
export const runLogPath = (folder: string, runId: number): string => join(folder, `${runId}.log`);

const cutLine = '… the log was cut here: it grew too long … / … le journal a été coupé ici : il devenait trop long …\n';
const tornLine =
  '… lines are missing here: they could not be written … / … des lignes manquent ici : impossible de les écrire …\n';

/** As many of these lines as fit. */
const fitting = (lines: readonly string[], bytes: number): string => {
  const whole = `${lines.join('\n')}\n`;
  if (Buffer.byteLength(whole) <= bytes) return whole;
  let left = bytes;
  const upTo = lines.findIndex((line) => {
    left -= Buffer.byteLength(line) + 1;
    return left < 0;
  });
  return (
    lines
      .slice(0, upTo)
      .map((line) => `${line}\n`)
      .join('') + cutLine
  );
};

/** Writes lines to a new file until it is too long; `grown` is told how long it is each time more can be read. */
export function openRunLog(path: string, maxBytes: number, grown: (size: number) => void = () => undefined): RunLog {
  let size = 0;
  let isCut = false;
  let isTorn = false;

  // What lies there is of a run that was forgotten with the store it was in.
  const create = async (): Promise<void> => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, '', { mode: 0o600 });
  };
  let created: Promise<void> | undefined = create();
  created.catch(() => undefined); // told to the first who appends

  const write = async (text: string): Promise<void> => {
    created ??= create();
    try {
      await created;
      await appendFile(path, isTorn ? `\n${tornLine}${text}` : text, { mode: 0o600 });
      isTorn = false;
    } catch (cause) {
      if (size === 0) created = undefined;
      isTorn = true;
      throw cause;
    } finally {
      size = await stat(path).then(
        (file) => file.size,
        () => size,
      );
    }
    grown(size);
  };

  return {
    async append(lines) {
      if (lines.length === 0 || isCut) return;
      const text = fitting(lines, maxBytes - size);
      await write(text);
      isCut = text.endsWith(cutLine);
    },
    conclude: (lines) => write(`${lines.join('\n')}\n`),
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
