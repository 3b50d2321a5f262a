import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '#core/log.ts';
import { layoutIn } from '#harbour/layout.ts';
import { type Harbour, startHarbour } from '#harbour/open.ts';
import { findProgram } from '#test/support/programs.ts';

const run = promisify(execFile);

describe.skipIf(!findProgram('ssh'))('OpenSSH’s own clients on a host of the harbour', () => {
  let folder: string;
  let harbour: Harbour;
  let port: number;
  const home = () => layoutIn(folder).host('web-1');
  const common = () => [
    '-F',
    'none',
    '-i',
    harbour.identityFile,
    '-o',
    `UserKnownHostsFile=${harbour.knownHosts}`,
    '-o',
    'GlobalKnownHostsFile=none',
    '-o',
    'StrictHostKeyChecking=yes',
    '-o',
    'BatchMode=yes',
    '-o',
    'IdentitiesOnly=yes',
    '-o',
    'IdentityAgent=none',
  ];
  const ssh = (...words: string[]) =>
    run('ssh', [...common(), '-p', String(port), 'deploy@127.0.0.1', ...words], {
      encoding: 'buffer',
      maxBuffer: 64e6,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'harbour-clients-'));
    harbour = await startHarbour({ folder, log: silentLog });
    await harbour.boot();
    port = JSON.parse(await readFile(layoutIn(folder).ports, 'utf8'))['web-1'].ssh;
  });
  afterAll(async () => {
    await harbour?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('run commands: output apart, exit codes, signals, input', async () => {
    const { stdout, stderr } = await ssh('echo out; echo err >&2');
    expect([String(stdout), String(stderr)]).toEqual(['out\n', 'err\n']);
    await expect(ssh('exit 7')).rejects.toMatchObject({ code: 7 });
    await expect(ssh('kill -9 $$')).rejects.toMatchObject({ code: 255 });
    const piped = spawnSync('ssh', [...common(), '-p', String(port), 'deploy@127.0.0.1', 'sha256sum'], {
      input: 'x'.repeat(3_000_000),
    });
    expect(String(piped.stdout).slice(0, 64)).toBe(createHash('sha256').update('x'.repeat(3_000_000)).digest('hex'));
  });

  it('get all of a long output, on both streams at once', async () => {
    const { stdout, stderr } = await ssh('head -c 20000000 /dev/zero & head -c 9000000 /dev/zero >&2 & wait');
    expect([stdout.length, stderr.length]).toEqual([20_000_000, 9_000_000]);
  });

  it('send, list, rename, remove and fetch files', async () => {
    const content = randomBytes(1_500_000);
    const local = join(folder, 'local');
    await writeFile(local, content, { mode: 0o640 });
    const orders = [
      'mkdir made',
      `put -p ${local} made/one`,
      'rename made/one made/two',
      'ls -l made',
      `get made/two ${local}.back`,
      'rm made/two',
      'rmdir made',
      'pwd',
    ];
    await writeFile(join(folder, 'orders'), `${orders.join('\n')}\n`);
    const { stdout } = await run('sftp', [
      ...common(),
      '-b',
      join(folder, 'orders'),
      '-P',
      String(port),
      'deploy@127.0.0.1',
    ]);
    expect((await readFile(`${local}.back`)).equals(content)).toBe(true);
    expect(stdout).toMatch(/two/);
    expect(stdout).toContain(`Remote working directory: ${home()}`);
    await expect(stat(join(home(), 'made'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are told when a file is not there or may not be written', async () => {
    await writeFile(join(folder, 'bad'), 'get /no/such/file\n');
    await expect(
      run('sftp', [...common(), '-b', join(folder, 'bad'), '-P', String(port), 'deploy@127.0.0.1']),
    ).rejects.toMatchObject({ code: 1 });
  });
});
