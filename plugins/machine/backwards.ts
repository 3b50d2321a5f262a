import type { FileHandle } from 'node:fs/promises';

/** A line as it lies in the file; `cut` when it was too long to keep whole. */
export interface RawLine {
  readonly text: string;
  readonly cut: boolean;
}

const chunkBytes = 64 * 1024;
/** Of a huge line only its beginning is kept. */
const longestLine = 4 * 1024;
const newline = 0x0a;

/**
 * The lines of a file from its end to its beginning, reading at most `budget` bytes. Lines may be of any length; bytes
 * that are no UTF-8 become the replacement character.
 */
export async function* linesFromEnd(
  file: FileHandle,
  size: number,
  budget: number,
  signal: AbortSignal,
): AsyncGenerator<RawLine, { readonly whole: boolean }> {
  const stop = Math.max(0, size - budget);
  let tail: Buffer = Buffer.alloc(0);
  let dropped = false;
  let end = size;
  let first = true;
  while (end > stop) {
    signal.throwIfAborted();
    const start = Math.max(stop, end - chunkBytes);
    const chunk = await readAt(file, start, end - start);
    // A file cut short meanwhile (rotation by truncation) has nothing more to say here.
    if (chunk.length < end - start) return { whole: false };
    end = start;
    let right = chunk.length;
    for (let at = right > 0 ? chunk.lastIndexOf(newline) : -1; at >= 0; at = before(chunk, right)) {
      const line = Buffer.concat([chunk.subarray(at + 1, right), tail]);
      if (!first || line.length > 0) yield { text: text(line), cut: dropped || line.length > longestLine };
      first = false;
      dropped = false;
      tail = Buffer.alloc(0);
      right = at;
    }
    if (right > 0) {
      const grown = Buffer.concat([chunk.subarray(0, right), tail]);
      dropped ||= grown.length > longestLine;
      tail = Buffer.from(grown.subarray(0, longestLine));
    }
  }
  if (stop === 0 && tail.length > 0) yield { text: text(tail), cut: dropped };
  return { whole: stop === 0 };
}

const before = (chunk: Buffer, right: number): number => (right > 0 ? chunk.lastIndexOf(newline, right - 1) : -1);

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const text = (line: Buffer): string => line.subarray(0, longestLine).toString('utf8').replace(/\r$/, '');
