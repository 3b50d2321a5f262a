// The other end of `player.mjs`: plays on every word of the process that started this one, and ends with it.

/** `play()` gives a recap; `close()` lets go of the connections. */
export function playOnWord(play, close) {
  // The one who asked may be gone by now; `disconnect` sees to that.
  const tell = (answer) => process.connected && process.send(answer, () => undefined);
  process.on('message', async () => {
    try {
      const begun = performance.now();
      const recap = await play();
      tell({ recap, wallMs: performance.now() - begun });
    } catch (fault) {
      tell({ fault: String(fault?.stack ?? fault) });
    }
  });
  process.once('disconnect', () => void close().finally(() => process.exit()));
}
