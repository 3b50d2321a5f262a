import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withMark } from './processes.ts';
import type { ServedHost } from './server.ts';

/** A unit that does not do its work after the boot of its host, and what was said about it. */
export interface UnitTrouble {
  readonly host: string;
  readonly unit: string;
  readonly said: string;
}

/** A host that boots: each unit of it serves on the same port. */
export interface BootingHost extends Pick<ServedHost, 'home' | 'environment' | 'mark'> {
  readonly name: string;
  readonly servicePort: number;
}

const run = promisify(execFile);
const listensWithinMs = 5_000;
const betweenLooksMs = 20;
/** Whether a unit still runs costs a dozen processes to ask: rarely, while others boot beside it. */
const looksPerQuestion = 25;

/** What a machine does when it boots: starts what is enabled and waits until it listens. Never throws for a unit. */
export async function startUnits(host: BootingHost): Promise<readonly UnitTrouble[]> {
  const units = await readdir(join(host.home, 'etc', 'enabled'));
  const starts = units.map((unit) =>
    start(host, unit).then(
      () => [],
      (thrown: unknown) => [{ host: host.name, unit, said: saidBy(thrown) }],
    ),
  );
  return (await Promise.all(starts)).flat();
}

async function start(host: BootingHost, unit: string): Promise<void> {
  await systemctl(host, 'start', unit);
  const deadline = Date.now() + listensWithinMs;
  for (let looks = 1; !(await listens(host.servicePort)); looks += 1) {
    if (looks % looksPerQuestion === 0)
      await systemctl(host, 'is-active', unit).catch(() => {
        throw new Error(`it ended; var/log/${unit}.log of the host says why`);
      });
    if (Date.now() > deadline) throw new Error(`it does not listen on port ${host.servicePort}`);
    await sleep(betweenLooksMs);
  }
}

const systemctl = ({ home, environment, mark }: BootingHost, ...words: readonly string[]) =>
  run(...withMark(mark, [join(home, 'bin', 'systemctl'), ...words]), { env: environment, cwd: home });

async function listens(port: number): Promise<boolean> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // nobody there yet
  } finally {
    socket.destroy();
  }
}

/** What a program said on its way out, else what is known of its end. */
function saidBy(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const said = 'stderr' in thrown ? String(thrown.stderr).trim() : '';
  return said === '' ? thrown.message : said;
}
