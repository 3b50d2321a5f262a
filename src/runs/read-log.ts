import { type FileHandle, open } from 'node:fs/promises';
import type { Edges } from '#audit/redact.ts';
import type { LogPiece, LogWanted, ReadLog } from '#core/run-log.ts';
import { runLogPath } from './run-log.ts';

/** What takes secrets out, also those that were not known when the log was written. */
export interface ReadLogOptions {
  readonly folder: string;
  readonly redactor: { text(text: string): string; readonly edges: Edges };
}

const newline = 0x0a;

const isInsideCharacter = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Bytes of a file; fewer where it ends. */
const bytesOf = async (file: FileHandle, from: number, to: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(Math.max(0, to - from));
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
};

/** Where the last character of these bytes begins when it is not whole, else their end. */
const endOfCharacters = (bytes: Buffer): number => {
  let last = bytes.length - 1;
  while (last >= 0 && bytes.length - last < 4 && isInsideCharacter(bytes[last])) last -= 1;
  const lead = bytes[last] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return last >= 0 && last + length > bytes.length ? last : bytes.length;
};

/** The first place at or after this one that is inside no character and no secret. */
async function placeAt(file: FileHandle, at: number, size: number, edges: Edges): Promise<number> {
  let place = at;
  const here = await bytesOf(file, at, Math.min(size, at + 4));
  while (isInsideCharacter(here[place - at])) place += 1;
  const margin = edges.longest() * 4;
  if (place >= size || place === 0 || margin === 0) return Math.min(place, size);
  const start = Math.max(0, place - margin);
  const around = await bytesOf(file, start, Math.min(size, place + margin));
  let skipped = 0;
  while (isInsideCharacter(around[skipped])) skipped += 1;
  const text = around.subarray(skipped).toString();
  const cut = around.subarray(skipped, place - start).toString().length;
  const safe = edges.next(text, cut);
  return safe === cut ? place : start + skipped + Buffer.byteLength(text.slice(0, safe));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Ends with the last whole line; with half of one only where there is no other. */
async function forwards(file: FileHandle, wanted: LogWanted, size: number, edges: Edges): Promise<Span> {
  const from = await placeAt(file, Math.min(wanted.from ?? 0, size), size, edges);
  const bytes = await bytesOf(file, from, Math.min(size, from + wanted.most));
  const line = bytes.lastIndexOf(newline) + 1;
  if (line > 0) return { from, to: from + line };
  if (from + bytes.length >= size) return { from, to: from + endOfCharacters(bytes) };
  return { from, to: await placeAt(file, from + bytes.length, size, edges) };
}

/** Begins with a whole line where there is one. */
async function backwards(file: FileHandle, wanted: LogWanted, size: number, edges: Edges): Promise<Span> {
  const before = await placeAt(file, Math.min(wanted.before ?? size, size), size, edges);
  const start = Math.max(0, before - wanted.most);
  // The byte before it tells whether a line begins just there.
  const bytes = await bytesOf(file, Math.max(0, start - 1), before);
  const to = wanted.before === undefined ? before - bytes.length + endOfCharacters(bytes) : before;
  if (start === 0) return { from: 0, to };
  const line = start + bytes.indexOf(newline);
  const from = line >= start && line < to ? line : start;
  return { from: Math.min(to, await placeAt(file, from, size, edges)), to };
}

async function pieceOf(file: FileHandle, wanted: LogWanted, redactor: ReadLogOptions['redactor']): Promise<LogPiece> {
  const { size } = await file.stat();
  const find = wanted.from === undefined ? backwards : forwards;
  const { from, to } = await find(file, wanted, size, redactor.edges);
  const text = redactor.text((await bytesOf(file, from, to)).toString());
  return { from, to, size, text };
}

/** Reads the logs in this folder, a piece at a time. */
export function readLogIn({ folder, redactor }: ReadLogOptions): ReadLog {
  return async (runId, wanted) => {
    const file = await open(runLogPath(folder, runId)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    });
    if (file === undefined) return undefined;
    try {
      return await pieceOf(file, wanted, redactor);
    } finally {
      await file.close();
    }
  };
}
