import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostKey } from '#core/ssh.ts';
import { hostKey, keysOf, knownName, namesHost, parseKnownHosts, trustHost } from '#ssh/known-hosts.ts';
import { findProgram } from '#test/support/programs.ts';

describe.skipIf(!findProgram('ssh-keygen'))('known_hosts', () => {
  let folder: string;
  const keys: HostKey[] = [];
  const path = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ssh-known-'));
    for (const type of ['ed25519', 'ecdsa', 'rsa']) {
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path(type)]);
      const [, base64 = ''] = (await readFile(path(`${type}.pub`), 'utf8')).split(' ');
      keys.push(hostKey(Buffer.from(base64, 'base64')));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('shows fingerprints as ssh-keygen does', () => {
    for (const [index, type] of ['ed25519', 'ecdsa', 'rsa'].entries()) {
      const shown = execFileSync('ssh-keygen', ['-l', '-f', path(`${type}.pub`)], { encoding: 'utf8' });
      expect(shown.split(' ')[1]).toBe(keys[index]?.fingerprint);
    }
  });

  it('finds the lines ssh-keygen finds, hashed or plain, with ports and patterns', async () => {
    const key = `${keys[0]?.type} ${keys[0]?.base64}`;
    const lines = [
      'web-1',
      '[web-1]:2222',
      'a,b,web-2',
      '*.example.org',
      'web-?',
      '!web-3,web-*',
      '[*.example.org]:2222',
      'WEB-9',
      '192.0.2.1',
    ];
    const names = [
      'web-1',
      '[web-1]:2222',
      'web-2',
      'web-3',
      'x.example.org',
      '[x.example.org]:2222',
      'web-9',
      '192.0.2.1',
      'b',
      'nobody',
    ];
    for (const hashed of [false, true]) {
      await writeFile(path('hosts'), lines.map((hosts) => `${hosts} ${key}\n`).join(''));
      if (hashed) execFileSync('ssh-keygen', ['-q', '-H', '-f', path('hosts')], { stdio: 'ignore' });
      const { entries } = parseKnownHosts(await readFile(path('hosts'), 'utf8'));
      for (const name of names) {
        const theirs = spawnSync('ssh-keygen', ['-F', name, '-f', path('hosts')], { encoding: 'utf8' });
        const ours = entries.some((entry) => namesHost(entry.hosts, name));
        expect(ours, `${name} ${hashed}`).toBe(theirs.status === 0);
      }
    }
  });

  it('names a host as OpenSSH does', () => {
    expect(knownName('Web-1', 22)).toBe('web-1');
    expect(knownName('::1', 2222)).toBe('[::1]:2222');
  });

  it('lets nothing vouch that it cannot read: authorities, broken keys, lies about the type', () => {
    const key = `${keys[0]?.type} ${keys[0]?.base64}`;
    const text = [
      '# comment',
      '',
      `@cert-authority * ${key}`,
      `@revoked web-1 ${key}`,
      `@other web-1 ${key}`,
      'web-1 ssh-ed25519',
      'web-1 ssh-rsa AAAA',
      `web-1 ssh-rsa ${keys[0]?.base64}`,
    ].join('\n');
    const { entries, ignored } = parseKnownHosts(text);
    expect(entries).toMatchObject([{ hosts: 'web-1', revoked: true }]);
    expect(ignored.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '3 cert-authority',
      '5 unreadable',
      '6 unreadable',
      '7 unreadable',
      '8 unreadable',
    ]);
  });

  it('matches hostile patterns quickly', () => {
    const begun = performance.now();
    expect(namesHost(`${'*a'.repeat(2000)}b`, 'a'.repeat(2000))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it('trusts a host by writing lines OpenSSH reads, in a file of its owner alone, leaving others as they are', async () => {
    const file = path('made/known_hosts');
    await trustHost(file, { address: 'web-1', port: 2222 }, keys);
    await trustHost(file, { address: 'web-2', port: 22 }, keys.slice(0, 1));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(spawnSync('ssh-keygen', ['-F', '[web-1]:2222', '-f', file]).status).toBe(0);
    expect(spawnSync('ssh-keygen', ['-F', 'web-2', '-f', file]).status).toBe(0);
    expect(spawnSync('ssh-keygen', ['-F', 'web-1', '-f', file]).status).toBe(1);
  });

  it('leaves a file whose it is and who may read it, and a new one to the owner of its folder', async () => {
    const isRoot = process.geteuid?.() === 0;
    const [uid, gid] = isRoot ? [12_345, 12_346] : [process.geteuid?.(), process.getegid?.()];
    const owned = path('owned');
    await mkdir(owned);
    const old = join(owned, 'known_hosts');
    await writeFile(old, '# kept\n');
    await chmod(old, 0o640);
    for (const one of [owned, old]) if (isRoot) await chown(one, 12_345, 12_346);
    await trustHost(old, { address: 'web-1', port: 22 }, keys);
    const fresh = join(owned, 'fresh');
    await trustHost(fresh, { address: 'web-1', port: 22 }, keys);
    const [first, second] = await Promise.all([stat(old), stat(fresh)]);
    expect([first.uid, first.gid, first.mode & 0o777]).toEqual([uid, gid, 0o640]);
    expect([second.uid, second.gid, second.mode & 0o777]).toEqual([uid, gid, 0o600]);
  });

  it('follows a link, also to a file that is not there yet', async () => {
    for (const name of ['linked', 'to-come']) {
      if (name === 'linked') await writeFile(path(name), '# kept\n');
      await symlink(name, path(`${name}.link`));
      await trustHost(path(`${name}.link`), { address: 'web-1', port: 22 }, keys);
      expect((await lstat(path(`${name}.link`))).isSymbolicLink()).toBe(true);
      expect(await readFile(path(name), 'utf8')).toContain('web-1 ');
    }
  });

  it('names a file that cannot be read, and takes one that is not there for an empty one', async () => {
    const target = { address: 'web-1', port: 22 };
    expect(await keysOf([path('missing')], target)).toEqual({ known: [], revoked: [] });
    await expect(keysOf([path('missing'), folder], target)).rejects.toMatchObject({
      code: 'ssh.known_hosts_unreadable',
      refusal: { details: { file: folder } },
    });
  });

  it('knows no key that is revoked, in whatever file', async () => {
    const line = (key?: HostKey) => `${key?.type} ${key?.base64}\n`;
    await writeFile(path('own'), `web-1 ${line(keys[0])}web-1 ${line(keys[1])}`);
    await writeFile(path('shared'), `@revoked * ${line(keys[0])}@revoked web-2 ${line(keys[1])}`);
    expect(await keysOf([path('own'), path('shared')], { address: 'web-1', port: 22 })).toEqual({
      known: [keys[1]],
      revoked: [keys[0]],
    });
  });

  it('replaces the old key of a host it trusts again, and no line that says more', async () => {
    const file = path('again');
    const [first, , other] = keys;
    const shared = `web-1,web-2 ${first?.type} ${first?.base64}`;
    await writeFile(file, `# kept\n${shared}\nweb-1 ssh-ed25519 ${keys[0]?.base64}\nweb-1 ssh-rsa ${other?.base64}`);
    const fresh =
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('fresh')]) &&
      (await readFile(path('fresh.pub'), 'utf8'));
    const key = hostKey(Buffer.from(fresh.split(' ')[1] ?? '', 'base64'));
    await trustHost(file, { address: 'web-1', port: 22 }, [key]);
    expect((await readFile(file, 'utf8')).split('\n')).toEqual([
      '# kept',
      shared,
      `web-1 ssh-rsa ${other?.base64}`,
      `web-1 ssh-ed25519 ${key.base64}`,
      '',
    ]);
  });
});
