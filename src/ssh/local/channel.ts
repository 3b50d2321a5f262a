import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Channel, createEnding } from '../shell/channel.ts';

/** A local child process as a remote one; `distrust` ends its connection. */
export function childChannel(child: ChildProcessWithoutNullStreams, distrust: () => void): Channel {
  const { ended, onEnd, tell } = createEnding();
  child.on('exit', (code) => tell(code === null ? { lost: false } : { code, lost: false }));
  child.on('error', () => tell({ lost: true }));
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    onEnd,
    distrust,
    close: () => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
      tell({ lost: true });
    },
  };
}
