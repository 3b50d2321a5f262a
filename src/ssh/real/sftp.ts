import type { SFTPWrapper } from 'ssh2';

/** One answer of ssh2's callbacks as a promise; what it throws at once is a rejection too. */
export const answer = <T>(ask: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value))));

const blockBytes = 32 * 1024;
const mostUnderWay = 32;

/** Writes a source to a handle with many writes under way, so that a long line is filled. */
export async function writeAll(
  sftp: SFTPWrapper,
  handle: Buffer,
  source: AsyncIterable<Buffer>,
  wrote: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let at = 0;
  let total = 0;
  for await (const chunk of source)
    for (let from = 0; from < chunk.length; from += blockBytes) {
      signal.throwIfAborted();
      const block = chunk.subarray(from, from + blockBytes);
      const position = at;
      at += block.length;
      const write = answer<void>((done) => sftp.write(handle, block, 0, block.length, position, done)).then(() => {
        total += block.length;
        underWay.delete(write);
        wrote(total);
      });
      underWay.add(write);
      write.catch(() => undefined);
      if (underWay.size >= mostUnderWay) await Promise.race(underWay);
    }
  await Promise.all(underWay);
}

/** Reads a handle to its end, in order, with many reads under way. */
export async function* readAll(sftp: SFTPWrapper, handle: Buffer, signal: AbortSignal): AsyncGenerator<Buffer> {
  let at = 0;
  let ahead: Promise<Buffer>[] = [];
  for (;;) {
    signal.throwIfAborted();
    while (ahead.length < mostUnderWay / 2) ahead.push(readBlock(sftp, handle, at + ahead.length * blockBytes));
    const block = (await ahead.shift()) ?? Buffer.alloc(0);
    if (block.length === 0) return void (await Promise.allSettled(ahead));
    yield block;
    at += block.length;
    if (block.length === blockBytes) continue;
    await Promise.allSettled(ahead);
    ahead = [];
  }
}

/** One block, shorter near the end, empty at it. */
function readBlock(sftp: SFTPWrapper, handle: Buffer, at: number): Promise<Buffer> {
  const block = Buffer.alloc(blockBytes);
  const read = new Promise<Buffer>((resolve, reject) =>
    sftp.read(handle, block, 0, blockBytes, at, (error, count) => {
      if (error && !('code' in error && error.code === endOfFile)) reject(error);
      else resolve(block.subarray(0, error ? 0 : count));
    }),
  );
  read.catch(() => undefined);
  return read;
}

/** SSH_FX_EOF */
const endOfFile = 1;
