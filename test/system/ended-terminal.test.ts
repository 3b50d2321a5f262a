import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { program, realBots, until } from '#test/support/real-bot.ts';

const main = join(program, 'src/app/main.mjs');
const bots = realBots();
let own: string;
beforeEach(async () => {
  own = await bots.folder();
});
afterEach(() => bots.end());

const env = () => ({ PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', QUARTERDECK_DATA: own });

/** Words of a shell, in which `$Q` is the command line; with what it printed to the end. */
async function shell(line: string) {
  const child = spawn('bash', ['-c', line], { cwd: own, env: { ...env(), Q: `${process.execPath} ${main}` } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece));
  const [code] = await once(child, 'close');
  return { code, said };
}

const tasks = `- hosts: localhost
  gather_facts: false
  tasks:
    - command: touch first
    - command: sleep 1
    - command: touch second
    - command: "false"
`;

describe('a run whose words nobody takes', () => {
  beforeEach(() => writeFile(join(own, 'play.yml'), tasks));

  it('is played to its end, and ends with its own exit code', async () => {
    const { said } = await shell('{ $Q run play.yml; echo "ended with $?" >&2; } | true');
    expect(existsSync(join(own, 'second'))).toBe(true);
    expect(said).toMatch(/^It did not succeed on localhost\.\n[\s\S]*ended with 2\n$/);
  });

  it.skipIf(!existsSync('/dev/full'))('as the disk is full is played as well', async () => {
    const { code, said } = await shell('$Q run play.yml > /dev/full');
    expect(existsSync(join(own, 'second'))).toBe(true);
    expect([code, said]).toEqual([2, expect.stringMatching(/^What .* could not be written \(ENOSPC\)\.\n/)]);
  });

  it.skipIf(!existsSync('/dev/full'))('is no success where all that is wanted are its words', async () => {
    expect((await shell('$Q help > /dev/full')).code).toBe(1);
  });
});

describe('a command that is told to stop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s ends a run after its task, with 130', async (signal) => {
    await writeFile(join(own, 'play.yml'), tasks.replace('touch first', 'touch began'));
    const child = spawn(process.execPath, [main, 'run', 'play.yml'], { cwd: own, env: env(), stdio: 'ignore' });
    await until('the first task is done', () => existsSync(join(own, 'began')));
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(existsSync(join(own, 'second'))).toBe(false);
  });

  it.each(['say help', 'doctor'])('says so and ends with 130: %s', async (words) => {
    let asked = false;
    // In the place of a bot that does not answer.
    const silent = createServer(() => (asked = true)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const access = { url: `http://127.0.0.1:${port}`, pid: process.pid, token: 'x', account: 'x' };
    await writeFile(join(own, 'bot.json'), JSON.stringify(access));
    const child = spawn(process.execPath, [main, ...words.split(' ')], { cwd: own, env: env() });
    let said = '';
    child.stderr.on('data', (piece) => (said += piece));
    await until('it waits for the bot', () => asked);
    child.kill('SIGINT');
    expect([await once(child, 'close'), said]).toEqual([[130, null], 'Stopped.\n']);
    silent.closeAllConnections();
    silent.close();
  });
});

/** Starts a bot without the demo fleet, which starts and stops in a moment. */
async function start(line = 'exec $Q start --config quarterdeck.yaml') {
  await writeFile(join(own, 'quarterdeck.yaml'), 'harbour: false\n');
  const Q = `${process.execPath} ${main}`;
  const child = spawn('bash', ['-c', line], { cwd: own, env: { ...env(), QUARTERDECK_PORT: '0', Q } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece));
  const ended = once(child, 'close');
  await until('the bot is open', () => child.exitCode !== null || existsSync(join(own, 'bot.json')));
  return { pid: child.pid ?? 0, ended, said: () => said };
}

describe('a bot', () => {
  it('is stopped as its terminal closes', async () => {
    const { pid, ended, said } = await start();
    process.kill(pid, 'SIGHUP');
    expect(await ended).toEqual([0, null]);
    expect(said()).toMatch(/Stopped\.\n$/);
  });

  it.skipIf(!existsSync('/dev/full'))('goes on as its words find no room, and says so in its log', async () => {
    const { pid, ended } = await start('exec $Q start --config quarterdeck.yaml >/dev/full 2>/dev/full');
    const log = () => readFile(join(own, 'quarterdeck.log'), 'utf8');
    await until('the log says so', async () => (await log()).includes('ENOSPC'));
    const { url } = JSON.parse(await readFile(join(own, 'bot.json'), 'utf8'));
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    process.kill(pid, 'SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('whose login links cannot be made does not go on half started', async () => {
    const store = await openSqliteStore({ path: join(own, 'quarterdeck.db'), clock: systemClock });
    await store.close();
    const sqlite = new DatabaseSync(join(own, 'quarterdeck.db'));
    sqlite.exec("create trigger no_links before insert on links begin select raise(abort, 'no'); end");
    sqlite.close();
    const { ended, said } = await start('exec $Q start');
    expect(await ended).toEqual([1, null]);
    expect(said()).toContain('The store');
    expect(existsSync(join(own, 'bot.json'))).toBe(false);
  });
});
