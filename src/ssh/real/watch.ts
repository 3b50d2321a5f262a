import type { Duplex } from 'node:stream';

/** A watch over one socket. */
export interface SilenceWatch {
  /** When anything was received last, by `performance.now()`. */
  heard(): number;
  stop(): void;
}

/**
 * Notices a dead peer: nothing received for `silenceMs` while keepalives ask for an answer. Any byte counts, so that a
 * slow upload is not taken for death. When this process itself was late, being busy or stopped, while the time ran out, the
 * peer gets one moment more, once: what it said may not have been read, and what asks it may not have been sent. However
 * busy this process is, the verdict comes within 1.25 of `silenceMs` and two such latenesses.
 */
export function watchSilence(socket: Duplex, silenceMs: number, dead: () => void): SilenceWatch {
  const everyMs = Math.max(25, Math.floor(silenceMs / 20));
  const graceMs = silenceMs / 6;
  let heard = performance.now();
  let looked = heard;
  let late: number | undefined;
  const hear = (): void => {
    heard = performance.now();
    late = undefined;
  };
  const judge = (now: number): void => {
    if (now - heard < silenceMs || (late !== undefined && now - late < graceMs)) return;
    // What has arrived is read before the next immediate.
    const before = heard;
    setImmediate(() => {
      if (heard === before) dead();
    });
  };
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - looked > everyMs * 3 && looked - heard < silenceMs) late = now;
    looked = now;
    judge(now);
  }, everyMs);
  socket.on('data', hear);
  return {
    heard: () => heard,
    stop: () => {
      clearInterval(timer);
      socket.off('data', hear);
    },
  };
}
