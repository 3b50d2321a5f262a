import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { hashed, isAbout, readHostLine } from '#playbook/modules/known_hosts/lines.ts';
import { knownHosts } from '#playbook/modules/known_hosts.ts';
import { changes, shells, tryModule } from './host.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'known-'));
  path = join(folder, 'known_hosts');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIPtnR0Oa0yjhCLqLGrHLZQNVQVEsSVwqd8eWjLfEMoMT';
const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIF3Yp3TSk0UUsFwqG1YpOQwAC0vyXMf9oyHKXs8cU6lb';

describe('lines of known hosts', () => {
  const lines = [
    `web ssh-ed25519 ${key}`,
    `other,web,10.0.0.1 ssh-ed25519 ${key} somebody`,
    `w?b ssh-ed25519 ${key}`,
    `*.example.com,!bad.example.com ssh-ed25519 ${key}`,
    `w*b ssh-ed25519 ${key}`,
    `*w**b* ssh-ed25519 ${key}`,
    `[web]:2222 ssh-ed25519 ${key}`,
    `WEB ssh-ed25519 ${key}`,
    `@revoked web ssh-ed25519 ${key}`,
    `@cert-authority *.example.com ssh-ed25519 ${key}`,
    `${hashed('web', key)} ssh-ed25519 ${key}`,
    `${hashed('[web]:2222', key)} ssh-ed25519 ${key}`,
    `# web ssh-ed25519 ${key}`,
  ];
  const names = ['web', 'wib', 'www.web', '10.0.0.1', 'good.example.com', 'bad.example.com', '[web]:2222', 'other'];

  it.each(lines)('%s is about the hosts that ssh-keygen finds in it', (line) => {
    writeFileSync(path, `${line}\n`);
    for (const name of names) {
      const read = readHostLine(line);
      let found = '';
      try {
        found = execFileSync('ssh-keygen', ['-F', name, '-f', path], { encoding: 'utf8', stdio: 'pipe' });
      } catch {
        // It ends so where it finds nothing.
      }
      expect([name, read !== undefined && isAbout(read, name)]).toEqual([name, found !== '']);
    }
  });

  it('takes no time over a pattern of many stars', () => {
    const read = readHostLine(`${'*a'.repeat(200)}b ssh-ed25519 ${key}`);
    expect(read && isAbout(read, 'a'.repeat(400))).toBe(false);
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('known_hosts, on %s', (_name, shell) => {
  const settle = async (args: JsonObject) => {
    const given = { path, ...args };
    const foreseen = changes((await tryModule(knownHosts, given, { shell }, false)).plan);
    const { plan, result } = await tryModule(knownHosts, given, { shell });
    expect(result?.failed).toBeUndefined();
    expect(changes(plan)).toEqual(foreseen);
    expect(changes((await tryModule(knownHosts, given, { shell })).plan)).toEqual([]);
    return { foreseen, result: result?.result };
  };
  const now = (): string => readFileSync(path, 'utf8');

  it('makes the file, adds a line, replaces one of the same type, and removes it', async () => {
    const { result } = await settle({ name: 'web', key: `web ssh-ed25519 ${key}` });
    expect(result).toMatchObject({ name: 'web', key: `web ssh-ed25519 ${key}`, hash_host: false, path, state: 'file' });
    expect(now()).toBe(`web ssh-ed25519 ${key}\n`);
    await settle({ name: 'db', key: `db,10.0.0.1 ssh-ed25519 ${key}` });
    await settle({ name: 'web', key: `web ssh-rsa ${other}` });
    await settle({ host: 'WEB', key: `web ssh-ed25519 ${other}\n` });
    expect(now()).toBe(`db,10.0.0.1 ssh-ed25519 ${key}\nweb ssh-rsa ${other}\nweb ssh-ed25519 ${other}\n`);
    await settle({ name: 'web', key: `web ssh-rsa ${other}`, state: 'absent' });
    await settle({ name: '10.0.0.1', state: 'absent' });
    expect(now()).toBe(`web ssh-ed25519 ${other}\n`);
  });

  it('leaves comments, authorities, an odd line and the mode as they are', async () => {
    writeFileSync(path, `# mine\n@cert-authority web ssh-ed25519 ${key}\nodd\nweb ssh-rsa ${key}`, { mode: 0o640 });
    await settle({ name: 'web', state: 'absent' });
    expect(now()).toBe(`# mine\n@cert-authority web ssh-ed25519 ${key}\nodd\n`);
    await settle({ name: 'db', key: `db ssh-rsa ${key}` });
    expect(now()).toMatch(/\nodd\ndb ssh-rsa /);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('hides the name, and knows it again', async () => {
    await settle({ name: 'web', key: `web,10.0.0.1 ssh-ed25519 ${key}`, hash_host: true });
    expect(now()).toMatch(/^\|1\|[\w+/=]+\|[\w+/=]+ ssh-ed25519 AAAA\S+\n$/);
    expect(execFileSync('ssh-keygen', ['-F', 'web', '-f', path], { encoding: 'utf8' })).toContain(key);
    await settle({ name: 'web', key: `web ssh-ed25519 ${key}` });
    expect(now()).toBe(`web ssh-ed25519 ${key}\n`);
  });

  it('makes nothing where nothing is to go, and no folders', async () => {
    await settle({ name: 'web', state: 'absent' });
    await settle({ name: 'web', key: `web ssh-rsa ${key}`, state: 'absent' });
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['a key of another host', { name: 'web', key: `db ssh-ed25519 ${key}` }],
    ['no key', { name: 'web' }],
    ['two names', { name: 'web,db', key: `web,db ssh-ed25519 ${key}` }],
    ['a key that is none', { name: 'web', key: 'web' }],
  ])('refuses %s', async (_what, args) => {
    await expect(tryModule(knownHosts, { path, ...args }, { shell })).rejects.toThrow('module.arguments');
  });
});
