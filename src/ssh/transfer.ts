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
