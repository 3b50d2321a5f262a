import type { Readable, Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';

/** Carries a command's two outputs into one channel, one piece after the other. */
export interface Pump {
  carry(source: Readable, target: Writable): void;
  /** Whether something is on its way, or was within that time. */
  busyWithin(ms: number): boolean;
  /** Settles when all that was read is sent. */
  flushed(): Promise<void>;
}

/**
 * ssh2's server (1.17) keeps the piece that last waited for the client's window, and when both outputs wait it goes on
 * with one of them only: it would repeat the one and lose the other. So only one piece is under way at a time, and what
 * was kept of earlier ones is forgotten before it.
 */
export function createPump(channel: ServerChannel): Pump {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let movedAt = performance.now();

  const send = (target: Writable, piece: Buffer): Promise<void> => {
    Object.assign(channel, { _chunk: undefined, _chunkcb: undefined, _chunkErr: undefined, _chunkcbErr: undefined });
    return new Promise((resolve) => void target.write(piece, () => resolve()));
  };
  const carry = (source: Readable, target: Writable): void => {
    source.on('data', (piece: Buffer) => {
      source.pause();
      waiting += 1;
      last = last
        .then(() => send(target, piece))
        .then(() => {
          waiting -= 1;
          movedAt = performance.now();
          source.resume();
        });
    });
  };
  return { carry, busyWithin: (ms) => waiting > 0 || performance.now() - movedAt < ms, flushed: () => last };
}
