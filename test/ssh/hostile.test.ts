import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { SshTarget } from '#core/ssh.ts';
import { ensureKey } from '#harbour/keys.ts';
import { createSsh } from '#ssh/real/open.ts';

/** What a hostile host answers to a script, by the markers it read in it. */
type Answer = (channel: ssh2.ServerChannel, begin: string, end: string) => void;

const flooding = 1_000_000_000;
let folder: string;
let sent = 0;
const servers: ssh2.Server[] = [];
const clients = new Set<ssh2.Connection>();
const ssh = createSsh({ log: silentLog });

const pour = (channel: ssh2.ServerChannel, chunk = Buffer.alloc(32_768, 0x78)): void => {
  sent += chunk.length;
  if (sent > flooding || !channel.writable) return;
  if (channel.write(chunk)) setImmediate(pour, channel, chunk);
  else channel.once('drain', () => pour(channel, chunk));
};

/** Greets as a shell of ours does, then answers the script as it likes. */
const lie = (channel: ssh2.ServerChannel, answer: Answer): void => {
  let heard = '';
  let greeted = false;
  channel.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
    const hello = greeted ? null : /printf '%s \\n%s %s %s %s\\n' (qd\w+) (qd\w+)/.exec(heard);
    if (hello) {
      [greeted, heard] = [true, ''];
      channel.write(`${hello[1]} \n${hello[2]} none root /root\n`);
      channel.stderr.write(`${hello[1]} \n${hello[2]} \n`);
    }
    const asked = /9<<'qd\w+'[^\n]*\n: (qd\w+)\n[\s\S]*printf '%s %s %s\\n' (qd\w+)/.exec(heard);
    if (!asked) return;
    heard = '';
    answer(channel, asked[1] ?? '', asked[2] ?? '');
  });
};

const honest = (channel: ssh2.ServerChannel, command: string): void => {
  const child = spawn('sh', ['-c', command]);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('close', (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
};

const serve = async (name: string, run: (channel: ssh2.ServerChannel, command: string) => void): Promise<SshTarget> => {
  const server = new ssh2.Server({ hostKeys: [await readFile(join(folder, 'host'))] }, (client) => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    client.on('authentication', (login) => login.accept());
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        for (const stream of [channel, channel.stderr]) stream.on('error', () => undefined);
        run(channel, command);
      });
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const known = join(folder, `known-${port}`);
  await writeFile(known, `[127.0.0.1]:${port} ${await readFile(join(folder, 'host.pub'), 'utf8')}`);
  return {
    name,
    address: '127.0.0.1',
    port,
    user: userInfo().username,
    identityFiles: [join(folder, 'user')],
    agent: false,
    via: [],
    knownHosts: [known],
    connectTimeoutMs: 15_000,
  };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-hostile-'));
  for (const name of ['host', 'user']) await ensureKey(folder, join(folder, name));
});
afterAll(async () => {
  await ssh.stop();
  for (const client of clients) client.end();
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
  await rm(folder, { recursive: true, force: true });
});

const ask = async (target: SshTarget, script: string) => {
  const { signal } = new AbortController();
  const connection = await ssh.connect(target, signal);
  return (await connection.shell()).run(script, { signal, timeoutMs: 60_000 });
};

const strange = { code: 'ssh.lost', say: { en: expect.stringContaining('it does not speak as expected') } };

describe('a hostile host', { timeout: 240_000 }, () => {
  it('that floods after a marker is given up, its connection with it, while another is answered', async () => {
    const answer: Answer = (channel, begin, end) => {
      channel.write(`${begin} 1\n${end}`);
      pour(channel);
    };
    const evil = await serve('evil', (channel) => lie(channel, answer));
    const good = await serve('good', honest);
    const lost = ask(evil, 'uptime').then(
      () => undefined,
      (thrown: unknown) => refusalOf(thrown),
    );
    expect(await ask(good, 'echo here')).toMatchObject({ code: 0, stdout: 'here\n' });
    expect(await lost).toMatchObject(strange);
    expect(sent).toBeLessThan(flooding / 10);
    await expect.poll(() => clients.size).toBe(1);
  });

  it.each([
    ['a process id that is none', (begin: string, end: string) => `${begin} 1;id\n${end} 0 0\n`],
    ['an exit code that is none', (begin: string, end: string) => `${begin} 1\n${end} zero 0\n`],
    ['no end of line', (begin: string) => `${begin} ${'9'.repeat(5000)}`],
  ])('that answers with %s is given up', async (_what, words) => {
    const evil = await serve('evil', (channel) => lie(channel, (to, begin, end) => to.write(words(begin, end))));
    await expect(ask(evil, 'uptime').catch((thrown) => Promise.reject(refusalOf(thrown)))).rejects.toMatchObject(
      strange,
    );
  });
});
