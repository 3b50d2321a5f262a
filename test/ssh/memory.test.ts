import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import type { SshTarget } from '#core/ssh.ts';
import { createMemorySsh, type MemorySsh } from '#ssh/memory/open.ts';

const never = new AbortController().signal;
const options = { signal: never, timeoutMs: 5000 };
const target = (name: string): SshTarget => ({
  name,
  address: name,
  port: 22,
  user: 'deploy',
  identityFiles: [],
  agent: false,
  via: [],
  knownHosts: [],
  connectTimeoutMs: 1000,
});

describe('the Ssh in memory', () => {
  let folder: string;
  let ssh: MemorySsh;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ssh-memory-'));
    ssh = createMemorySsh({ folder, hosts: ['web-1', 'web-2'] });
  });
  afterAll(async () => {
    await ssh.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives each host a folder of its own', async () => {
    for (const host of ['web-1', 'web-2']) {
      const shell = await (await ssh.connect(target(host), never)).shell();
      expect((await shell.run('pwd', options)).stdout).toBe(`${join(folder, host)}\n`);
    }
  });

  it('does not reach a host it does not know, nor one that is switched off, until it is on again', async () => {
    expect(await ssh.connect(target('db-1'), never).catch(refusalOf)).toMatchObject({ code: 'ssh.unreachable' });
    ssh.unreachable('web-1');
    expect(await ssh.connect(target('web-1'), never).catch(refusalOf)).toMatchObject({
      code: 'ssh.unreachable',
      retryable: true,
    });
    ssh.unreachable('web-1', false);
    await (await ssh.connect(target('web-1'), never)).close();
  });

  it('loses the connections of one host alone', async () => {
    const [one, two] = await Promise.all(['web-1', 'web-2'].map((host) => ssh.connect(target(host), never)));
    ssh.lose('web-1');
    expect([one?.lost.aborted, two?.lost.aborted]).toEqual([true, false]);
    expect(await one?.shell().catch(refusalOf)).toMatchObject({ code: expect.stringMatching(/^ssh\./) });
  });

  it('can be slow', async () => {
    ssh.slow('web-2', 150);
    const begun = performance.now();
    await (await ssh.connect(target('web-2'), never)).close();
    expect(performance.now() - begun).toBeGreaterThan(140);
    ssh.slow('web-2', 0);
  });

  it('keeps nothing of scripts that are over', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const shell = await (await ssh.connect(target('web-1'), never)).shell();
    // What tests before it in this process left over is not its own.
    collect();
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 60; round += 1) await shell.run('head -c 1000000 /dev/zero', options);
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  it('becomes nobody else: a become shell is the same local user', async () => {
    const shell = await (await ssh.connect(target('web-1'), never)).shell({ user: 'postgres' });
    expect((await shell.run('echo on', options)).stdout).toBe('on\n');
  });
});
