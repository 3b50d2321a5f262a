import type { Duplex } from 'node:stream';

/**
 * Notices a dead peer: nothing received for `silenceMs` while keepalives ask for an answer. Any byte counts, so that a
 * slow upload is not taken for death. When this process itself was stopped for a while, the count begins again.
 */
export function watchSilence(socket: Duplex, silenceMs: number, dead: () => void): () => void {
  const everyMs = Math.max(50, Math.floor(silenceMs / 20));
  let heard = performance.now();
  let looked = heard;
  const hear = (): void => {
    heard = performance.now();
  };
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - looked > everyMs * 3) heard = now;
    looked = now;
    if (now - heard >= silenceMs) dead();
  }, everyMs);
  socket.on('data', hear);
  return () => {
    clearInterval(timer);
    socket.off('data', hear);
  };
}
