import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A real process running one of the scripts beside this file; killed when the test is over. */
export interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** Resolves when it has printed something that matches. */
  prints(pattern: RegExp): Promise<void>;
  kill(): Promise<void>;
}

/** How long a child may take to print what is waited for. */
const printDeadlineMs = 100_000;

/** Starts the script with one argument. */
export const startChild = (script: string, argument: string): Child => {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, argument], { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  const end = once(child, 'close').then(() => {});
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await end;
  };
  return {
    process: child,
    output: () => printed,
    async prints(pattern) {
      const deadline = AbortSignal.timeout(printDeadlineMs);
      while (!pattern.test(printed)) {
        await Promise.race([once(child.stdout, 'data', { signal: deadline }), end]);
        if ((child.exitCode ?? child.signalCode) !== null && !pattern.test(printed))
          throw new Error(`it ended, having printed: ${printed}`);
      }
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
};
