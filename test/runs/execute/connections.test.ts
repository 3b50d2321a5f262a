import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ssh, SshTarget } from '#core/ssh.ts';
import { createConnections } from '#runs/execute/connections.ts';
import { createMemorySsh, type MemorySsh } from '#ssh/memory/open.ts';

const hosts = Array.from({ length: 20 }, (_, index) => `h${index}`);
const target = (name: string): SshTarget => ({
  name,
  address: name,
  port: 22,
  user: 'me',
  identityFiles: [],
  agent: false,
  via: [],
  knownHosts: [],
  connectTimeoutMs: 1_000,
});
const never = () => new AbortController().signal;
const run = { timeoutMs: 5_000, signal: never() };

let folder: string;
let memory: MemorySsh;
let opened: number;
let most: number;
let closed: number;
let known: boolean;

/** The memory's own connections, counted. */
const counting = (): Ssh => {
  let opening = 0;
  return {
    ...memory,
    async connect(to, signal) {
      opening += 1;
      opened += 1;
      most = Math.max(most, opening);
      try {
        const connection = await memory.connect(to, signal);
        return {
          ...connection,
          stillKnown: async () => known,
          close: () => {
            closed += 1;
            return connection.close();
          },
        };
      } finally {
        opening -= 1;
      }
    },
  };
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-connections-'));
  memory = createMemorySsh({ folder, hosts });
  opened = most = closed = 0;
  known = true;
});
afterEach(async () => {
  await memory.stop();
  await rm(folder, { recursive: true, force: true });
});

test('no more handshakes go on at once than allowed', async () => {
  for (const host of hosts) memory.slow(host, 20);
  const connections = createConnections({ ssh: counting(), handshakes: 3, idleMs: 60_000 });
  const lines = await Promise.all(hosts.map((host) => connections.line(target(host), 'run', never())));
  expect(opened).toBe(20);
  expect(most).toBe(3);
  for (const line of lines) line.release();
  await connections.close();
});

test('all who want a host share its connection, and reading does not wait for a run', async () => {
  const connections = createConnections({ ssh: counting(), handshakes: 3, idleMs: 60_000 });
  const [long, read] = await Promise.all([
    connections.line(target('h1'), 'run', never()),
    connections.line(target('h1'), 'read', never()),
  ]);
  const slow = (await long.shell()).run('sleep 3', run);
  let over = false;
  const ended = slow.then(() => {
    over = true;
  });
  await (await read.shell()).run('true', run);
  expect(over).toBe(false);
  await ended;
  expect(opened).toBe(1);
  await connections.close();
});

test('an unused connection is closed after a while, a used one is not', async () => {
  const connections = createConnections({ ssh: counting(), handshakes: 3, idleMs: 50 });
  const line = await connections.line(target('h1'), 'run', never());
  await sleep(120);
  expect(closed).toBe(0);
  line.release();
  line.release();
  await sleep(120);
  expect(closed).toBe(1);
  (await connections.line(target('h1'), 'run', never())).release();
  expect(opened).toBe(2);
  await connections.close();
});

test('a connection whose host key is no longer known is not taken up again, and closed once nobody uses it', async () => {
  const connections = createConnections({ ssh: counting(), handshakes: 3, idleMs: 60_000 });
  const inUse = await connections.line(target('h1'), 'run', never());
  known = false;
  memory.unreachable('h1'); // as a real host is refused then
  await expect(connections.line(target('h1'), 'read', never())).rejects.toMatchObject({
    refusal: { code: 'ssh.unreachable' },
  });
  expect((await (await inUse.shell()).run('echo on', run)).stdout).toBe('on\n');
  expect(closed).toBe(0);
  inUse.release();
  await sleep(20);
  expect(closed).toBe(1);
  known = true;
  memory.unreachable('h1', false);
  (await connections.line(target('h1'), 'run', never())).release();
  expect(opened).toBe(3);
  known = false;
  (await connections.line(target('h1'), 'run', never())).release();
  expect([opened, closed]).toEqual([4, 2]);
  await connections.close();
  expect(closed).toBe(3);
});

test('a lost connection and one that could not be opened are not used again', async () => {
  const connections = createConnections({ ssh: counting(), handshakes: 3, idleMs: 60_000 });
  (await connections.line(target('h1'), 'run', never())).release();
  memory.unreachable('h1');
  memory.lose('h1');
  await expect(connections.line(target('h1'), 'run', never())).rejects.toMatchObject({
    refusal: { code: 'ssh.unreachable' },
  });
  memory.unreachable('h1', false);
  const line = await connections.line(target('h1'), 'run', never());
  expect((await (await line.shell()).run('echo back', run)).stdout).toBe('back\n');
  await connections.close();
});

test('who gives up waiting does not end the connection for the others', async () => {
  memory.slow('h1', 150);
  const connections = createConnections({ ssh: counting(), handshakes: 3, idleMs: 60_000 });
  const patient = connections.line(target('h1'), 'run', never());
  const hasty = connections.line(target('h1'), 'run', AbortSignal.timeout(20));
  await expect(hasty).rejects.toMatchObject({ refusal: { code: 'ssh.cancelled' } });
  expect((await patient).connection.target.name).toBe('h1');
  expect(opened).toBe(1);
  await connections.close();
});
