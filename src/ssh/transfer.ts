import { Transform } from 'node:stream';
import type { TransferOptions } from '#core/ssh.ts';

/** Passes bytes on and tells how many went by. */
export function counting({ onProgress }: TransferOptions): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onProgress?.(bytes);
      done(null, chunk);
    },
  });
}

const blockBytes = 256 * 1024;

/** A buffer piece by piece, as a file is read, so that its progress can be told. */
export function* blocksOf(content: Buffer): Generator<Buffer> {
  for (let from = 0; from < content.length; from += blockBytes) yield content.subarray(from, from + blockBytes);
}
