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

let folder: string;
let bastion: SshTarget;
let server: ssh2.Server;
const clients = new Set<ssh2.Connection>();
const ssh = createSsh({ log: silentLog });

/** A jump host that lets everybody in and never says whether it reaches anything, like one before a closed firewall. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-jump-'));
  for (const name of ['host', 'user']) await ensureKey(folder, join(folder, name));
  server = new ssh2.Server({ hostKeys: [await readFile(join(folder, 'host'))] }, (client) => {
    clients.add(client);
    client.on('authentication', (login) => login.accept());
    client.on('tcpip', () => undefined);
    client.on('error', () => undefined);
    client.on('close', () => clients.delete(client));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await writeFile(
    join(folder, 'known_hosts'),
    `[127.0.0.1]:${port} ${await readFile(join(folder, 'host.pub'), 'utf8')}`,
  );
  bastion = {
    name: 'bastion',
    address: '127.0.0.1',
    port,
    user: userInfo().username,
    identityFiles: [join(folder, 'user')],
    agent: false,
    via: [],
    knownHosts: [join(folder, 'known_hosts')],
    connectTimeoutMs: 5000,
  };
});
afterAll(async () => {
  await ssh.stop();
  await new Promise<void>((done) => server.close(() => done()));
  await rm(folder, { recursive: true, force: true });
});

const behind = (change: Partial<SshTarget> = {}): SshTarget => ({
  ...bastion,
  name: 'web-1',
  address: '192.0.2.1',
  port: 22,
  via: [bastion],
  connectTimeoutMs: 300,
  ...change,
});

const refusal = (target: SshTarget, signal: AbortSignal) =>
  ssh.connect(target, signal).then(
    () => undefined,
    (thrown: unknown) => refusalOf(thrown),
  );

describe('a target that its jump host never reaches', () => {
  it('is unreachable after its time limit, and nothing stays open on the jump host', async () => {
    const found = await refusal(behind(), new AbortController().signal);
    expect(found).toMatchObject({ code: 'ssh.unreachable', details: { host: 'web-1' } });
    await expect.poll(() => clients.size).toBe(0);
  });

  it('is given up at once when nobody waits for it any more', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    const found = await refusal(behind({ connectTimeoutMs: 60_000 }), stop.signal);
    expect(found).toMatchObject({ code: 'ssh.cancelled', details: { host: 'web-1' } });
  });

  it('shows no key to a scan, which ends too', async () => {
    await expect(ssh.scan(behind(), new AbortController().signal)).rejects.toMatchObject({ code: 'ssh.unreachable' });
  });
});
