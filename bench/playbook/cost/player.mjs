// A process that stays, and plays when told to: what a warm measurement is made in.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openAccount } from './account.mjs';
import { peakMb } from './memory.mjs';

/** Starts the program; `play(words)` resolves with the recap it gives and what it cost. Time is taken in the process itself. */
export async function startPlayer(program, settings) {
  const account = openAccount();
  const child = fork(program, [JSON.stringify(settings)]);
  account?.take(child.pid);
  const ended = once(child, 'exit');
  const ask = async () => {
    const answer = once(child, 'message');
    child.send('play');
    const gone = ended.then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`)));
    const [reply] = await Promise.race([answer, gone]);
    if (reply.fault) throw new Error(reply.fault);
    return reply;
  };
  return {
    async play() {
      const before = account?.usedMs() ?? Number.NaN;
      const { recap, wallMs } = await ask();
      const processorMs = (account?.usedMs() ?? Number.NaN) - before;
      return { recap, wallMs, processorMs, peakMb: peakMb(child.pid) };
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
      account?.close();
    },
  };
}
