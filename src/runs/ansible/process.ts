import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTold, type Told } from './told.ts';

/** How a process of Ansible went. */
export interface Ended {
  readonly code: number | null;
  /** The end of what it printed, errors too. */
  readonly said: string;
  /** What it printed, without the errors. */
  readonly out: string;
}

/** One process to start. */
export interface AnsibleCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The folder it begins in. */
  readonly cwd: string;
  /** The folder to take away when this process is killed with what it started. */
  readonly folder: string;
  /** Ends it at once. */
  readonly now: AbortSignal;
}

const saidBytes = 8_000;
const outBytes = 4_000_000;

/** For so long what it told last is waited for. */
const lingerMs = 2_000;

/** How long it may take to end by itself. */
const graceMs = 10_000;

/** Where it tells what happens. */
export const eventsDescriptor = 4;

/**
 * Ends the group when the other end of descriptor 3 goes, whatever that one died of: then nobody would see what Ansible does,
 * nor stop it.
 */
const underWatch = `folder=$1; shift
( trap '' INT TERM HUP; cat <&3 >/dev/null; kill -INT 0; sleep 5; rm -rf "$folder"; kill -KILL 0 ) 4>&- </dev/null >/dev/null 2>&1 &
exec 3<&-
exec "$@"`;

/** What ends those under way, where this process ends by itself. */
const underWay = new Set<() => void>();
process.on('exit', () => {
  for (const gone of underWay) gone();
});

/** Starts Ansible in a process group of its own, and gives each thing it tells. */
export async function callAnsible(call: AnsibleCall, tell: (told: Told) => void): Promise<Ended> {
  const child = spawn('/bin/sh', ['-c', underWatch, 'sh', call.folder, call.program, ...call.args], {
    cwd: call.cwd,
    env: call.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  let broken: { readonly thrown: unknown } | undefined;
  let said = '';
  const hear = (chunk: unknown): void => {
    said = (said + String(chunk)).slice(-saidBytes);
  };
  let out = '';
  child.stdout?.on('data', hear);
  child.stdout?.on('data', (chunk) => {
    out = (out + String(chunk)).slice(-outBytes);
  });
  child.stderr?.on('data', hear);
  let kill: NodeJS.Timeout | undefined;
  const events = createInterface({ input: child.stdio[eventsDescriptor] as Readable });
  events.on('line', (line) => {
    const told = readTold(line);
    try {
      if (told && !broken) tell(told);
    } catch (thrown) {
      broken = { thrown }; // nobody takes down what it does any more
      stop();
    }
  });
  const heard = new Promise((done) => events.once('close', done));
  const signal = (name: NodeJS.Signals): void => signalGroup(child.pid, name);
  const stop = (): void => {
    signal('SIGINT');
    kill ??= setTimeout(() => signal('SIGKILL'), graceMs);
  };
  const gone = (): void => signal('SIGKILL');
  underWay.add(gone);
  if (call.now.aborted) stop();
  call.now.addEventListener('abort', stop);
  try {
    const code = await new Promise<number | null>((done, fail) => child.once('exit', done).once('error', fail));
    clearTimeout(kill);
    gone(); // the watch, and whatever it left behind
    await Promise.race([heard, sleep(lingerMs, undefined, { ref: false })]);
    if (broken) throw broken.thrown;
    return { code, said, out };
  } finally {
    clearTimeout(kill);
    call.now.removeEventListener('abort', stop);
    underWay.delete(gone);
    for (const stream of child.stdio) stream?.destroy();
  }
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // nobody is left in it
  }
}
