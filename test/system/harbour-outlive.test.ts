import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { layoutIn } from '#harbour/layout.ts';
import { present } from '#test/support/programs.ts';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** The processes that sleep for so many seconds; no other number on this machine is the same. */
const sleeping = (seconds: number): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && read(`/proc/${pid}/cmdline`) === `sleep\0${seconds}\0`);

/** The process of the fleet in a folder. */
const harbourOf = (folder: string): number => {
  const isIt = (pid: string) => read(`/proc/${pid}/cmdline`).includes(`child-entry.mjs\0${folder}\0`);
  const found = readdirSync('/proc').find(isIt);
  if (found === undefined) throw new Error('there is no harbour');
  return Number(found);
};

async function soon(holds: () => boolean, withinMs = 10_000): Promise<boolean> {
  for (const begun = Date.now(); Date.now() - begun < withinMs; await sleep(50)) if (holds()) return true;
  return false;
}

const first = 300_000 + (process.pid % 100_000);
let next = 0;
/** A number of seconds of one's own. */
const seconds = (): number => first + 100_000 * next++;

/** Ways to leave the environment that a login gave, each keeping two processes at work, one of them away from its parent. */
const ways: readonly {
  readonly name: string;
  readonly needs: string;
  readonly command: (a: number, b: number) => string;
}[] = [
  {
    name: 'as another account, by sudo',
    needs: 'sudo',
    command: (a, b) => `sudo -n -H -u nobody -- sh -c 'setsid nohup sleep ${a} >/dev/null 2>&1 & exec sleep ${b}'`,
  },
  {
    name: 'without the environment',
    needs: 'setsid',
    command: (a, b) => `env -i setsid nohup sleep ${a} >/dev/null 2>&1 & exec env -i sleep ${b}`,
  },
];

describe.runIf(process.getuid?.() === 0)('what a host of the harbour began', () => {
  const opened: { readonly folder: string; readonly bot: ReturnType<typeof spawn> }[] = [];
  const alive: number[] = [];
  afterEach(async () => {
    for (const { folder, bot } of opened.splice(0)) {
      bot.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
    for (const pid of alive.splice(0).flatMap(sleeping)) process.kill(pid, 'SIGKILL');
  });

  async function startBot() {
    const folder = await mkdtemp(join(tmpdir(), 'harbour-outlive-'));
    const bot = spawn(process.execPath, [join(import.meta.dirname, 'harbour-bot.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    opened.push({ folder, bot });
    await once(bot.stdout, 'data');
    const layout = layoutIn(folder);
    const ports = JSON.parse(await readFile(layout.ports, 'utf8'));
    const login = ['-p', ports['web-1'].ssh, '-i', layout.userKey, '-o', `UserKnownHostsFile=${layout.knownHosts}`];
    /** Begins a command on a host and leaves it. */
    const begin = (command: string) =>
      execFile('ssh', [...login.map(String), '-o', 'BatchMode=yes', 'deploy@127.0.0.1', command], () => undefined);
    return { folder, bot, begin };
  }

  for (const { name, command } of present(ways, ({ needs }) => needs)) {
    for (const killed of ['the bot', 'the bot and the harbour']) {
      it(`${name} is ended when ${killed} was killed`, async () => {
        const [a, b] = [seconds(), seconds()];
        alive.push(a, b);
        const { folder, bot, begin } = await startBot();
        begin(command(a, b));
        expect(await soon(() => sleeping(a).length > 0 && sleeping(b).length > 0)).toBe(true);
        bot.kill('SIGKILL');
        if (killed !== 'the bot') process.kill(harbourOf(folder), 'SIGKILL');
        expect(await soon(() => sleeping(a).length + sleeping(b).length === 0)).toBe(true);
      });
    }
  }
});
