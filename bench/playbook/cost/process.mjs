// One program from its start to its end, and what it cost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openAccount } from './account.mjs';
import { watchPeak } from './memory.mjs';

const endsWithinMs = 900_000;

/** Resolves with exit code, output, elapsed and processor time in ms (NaN when it cannot be told) and peak memory in MB. */
export async function costOf(program, args, { env, cwd }) {
  const account = openAccount();
  const [command, words] = account?.entering(program, args) ?? [program, args];
  const begun = performance.now();
  const child = spawn(command, words, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  const late = setTimeout(end, endsWithinMs);
  process.once('exit', end);
  const memory = watchPeak(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  try {
    let wallMs = Number.NaN;
    child.once('exit', () => {
      wallMs = performance.now() - begun;
    });
    const [code] = await once(child, 'close');
    return { code, output, wallMs, processorMs: account?.usedMs() ?? Number.NaN, peakMb: memory.stop() };
  } finally {
    clearTimeout(late);
    memory.stop();
    process.off('exit', end);
    account?.close();
  }
}
