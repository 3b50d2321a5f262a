import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { SshTarget } from '#core/ssh.ts';
import { childChannel } from '#ssh/local/channel.ts';
import { createPool } from '#ssh/shell/pool.ts';

const at: SshTarget = {
  ...{ name: 'web-1', address: '127.0.0.1', port: 22, user: 'ada', connectTimeoutMs: 5_000 },
  ...{ identityFiles: [], agent: false, via: [], knownHosts: [] },
};

/** A pool whose shells end at once, with this said, before anybody listens; the host says nothing after that. */
const poolOver = (script: string) =>
  createPool({
    at,
    log: silentLog,
    heardSince: () => false,
    async open() {
      const child = spawn('sh', ['-c', script]);
      await once(child, 'spawn');
      return childChannel(child, () => undefined);
    },
  });

test('a sudo that refuses at once is a refusal of sudo, and not a host that is away', async () => {
  const pool = poolOver('echo "sudo: a password is required" >&2; exit 1');
  const found = await pool.take('deploy', new AbortController().signal).then(() => undefined, refusalOf);
  expect(found).toMatchObject({ code: 'ssh.sudo', details: { stderr: expect.stringContaining('password') } });
});

test('a host that is silent is away', async () => {
  const pool = createPool({
    at: { ...at, connectTimeoutMs: 300 },
    log: silentLog,
    heardSince: () => false,
    async open() {
      const child = spawn('sleep', ['5']);
      await once(child, 'spawn');
      return childChannel(child, () => undefined);
    },
  });
  const found = await pool.take('deploy', new AbortController().signal).then(() => undefined, refusalOf);
  expect(found).toMatchObject({ code: 'ssh.unreachable' });
});
