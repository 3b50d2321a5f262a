import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type LogLevel, type LogLine, type LogsQuery, type Text, t } from '#kit';
import { linesFromEnd, type RawLine } from './backwards.ts';
import { clean, matches } from './lines.ts';
import { levelOf, timeOf } from './times.ts';

/** At most this much of one file is read for one question. */
const budget = 16 * 1024 * 1024;
/** Lines of several writers are not quite in order: so many older ones in a row mean that the rest is older. */
const olderInARow = 100;
const mostContinued = 2_000;

/** What one file gave. `more`: matching lines may lie before what was read. */
export interface FileRead {
  readonly lines: readonly LogLine[];
  readonly more: boolean;
  readonly note?: Text;
  /** There is no such file. */
  readonly absent?: true;
}

const nothing: FileRead = { lines: [], more: false };

/** Reads the newest matching lines of one file, from its end. */
export async function readFile(path: string, query: LogsQuery, signal: AbortSignal): Promise<FileRead> {
  const name = basename(path);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size, mtimeMs } = await file.stat().then((found) => {
      if (!found.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
      return found;
    });
    if (mtimeMs < query.from || size === 0) return nothing;
    if (await isBinary(file, size))
      return {
        ...nothing,
        note: t(`${name} is no text and was left out.`, `${name} n’est pas du texte et a été laissé de côté.`),
      };
    return await collect(linesFromEnd(file, size, budget, signal), { name, mtimeMs, query });
  } catch (error) {
    if (signal.aborted) throw error;
    return { ...nothing, note: unreadable(name, error), ...(isAbsent(error) ? { absent: true } : {}) };
  } finally {
    await file?.close();
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const unreadable = (name: string, error: unknown): Text => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  return t(`${name} cannot be read (${code}).`, `${name} ne peut pas être lu (${code}).`);
};

async function isBinary(file: FileHandle, size: number): Promise<boolean> {
  const sample = Buffer.alloc(Math.min(size, 4_096));
  const { bytesRead } = await file.read(sample, 0, sample.length, size - sample.length);
  return sample.subarray(0, bytesRead).filter((byte) => byte === 0).length > bytesRead / 100;
}

interface Reading {
  readonly name: string;
  readonly mtimeMs: number;
  readonly query: LogsQuery;
}

/** Goes back line by line; lines without a time belong to the timed one before them, as a stack trace does. */
async function collect(
  lines: AsyncGenerator<RawLine, { readonly whole: boolean }>,
  { name, mtimeMs, query }: Reading,
): Promise<FileRead> {
  const kept: LogLine[] = [];
  let continued: string[] = [];
  let older = 0;
  let timed = false;
  const keep = (at: number, texts: readonly string[], level: LogLevel | undefined) => {
    for (const line of texts)
      if (matches(line, level, query)) kept.push({ at, source: name, line, ...(level ? { level } : {}) });
  };
  const finish = (more: boolean): FileRead => ({
    lines: kept.slice(0, query.limit).reverse(),
    more: more || kept.length > query.limit,
  });
  for (;;) {
    const next = await lines.next();
    if (next.done) {
      if (continued.length > 0) keepUntimed();
      const { whole } = next.value;
      return timed || kept.length === 0 ? finish(!whole) : { ...finish(!whole), note: noTimes(name) };
    }
    const text = clean(next.value);
    const at = timeOf(text, mtimeMs);
    if (at === undefined) {
      continued.push(text);
      if (continued.length >= mostContinued) keepUntimed();
    } else {
      timed = true;
      older = at < query.from ? older + 1 : 0;
      if (at >= query.from && at <= query.to) keep(at, [...continued, text], levelOf(text));
      continued = [];
    }
    if (older >= olderInARow) return finish(false);
    if (kept.length > query.limit) return finish(true);
  }

  function keepUntimed(): void {
    for (const line of continued) keep(Math.min(mtimeMs, query.to), [line], levelOf(line));
    continued = [];
  }
}

const noTimes = (name: string): Text =>
  t(
    `${name} holds no times: the file’s own is shown.`,
    `${name} ne contient pas d’heures : celle du fichier est montrée.`,
  );
