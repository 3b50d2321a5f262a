// The process that keeps servers for us: it ends when it is let go or when we end, however that happens.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a keeper; resolves with what it says once its servers listen, and the way to let go of it. */
export async function startKeeper(program, args) {
  const keeper = fork(program, args);
  const ended = once(keeper, 'exit');
  const early = ended.then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`)));
  const [said] = await Promise.race([once(keeper, 'message'), early]);
  early.catch(() => undefined); // later on its end is what is wanted
  if (said.fault) throw new Error(said.fault);
  const close = async () => {
    if (keeper.connected) keeper.disconnect();
    await ended;
  };
  return { said, close };
}
