import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringBack, look } from '#runs/ansible/bring-back.ts';
import { copyPlaybooks } from '#runs/ansible/copy.ts';
import { openWorkspace, writeSsh } from '#runs/ansible/workspace.ts';
import { quote } from '#ssh/quote.ts';

const usual = process.env.TMPDIR;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ansible-workspace-'));
  process.env.TMPDIR = folder;
});
afterEach(async () => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  await rm(folder, { recursive: true });
});

const all = (root: string) => readdirSync(root, { recursive: true }).map(String).sort();

describe('the folder of a run of Ansible', () => {
  it('is for its owner alone, and goes; what dead processes left goes after a day', async () => {
    const [old, fresh, alive] = ['4194301-old', '4194302-new', `${process.pid}-mine`].map((name) =>
      join(folder, `qd-ansible-${name}`),
    ) as [string, string, string];
    for (const path of [old, fresh, alive]) await mkdir(path);
    for (const path of [old, alive]) await utimes(path, 1, 1);
    const workspace = await openWorkspace();
    expect([old, fresh, alive].map(existsSync)).toEqual([false, true, true]);
    expect(statSync(workspace.folder).mode & 0o777).toBe(0o700);
    const path = await workspace.write('vars.json', '{}');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await workspace.remove();
    expect(existsSync(workspace.folder)).toBe(false);
  });

  it('has an ssh that enters nothing before it is heard, and goes by its own known hosts whatever it is told', async () => {
    const workspace = await openWorkspace();
    await writeSsh(workspace, { hostKeys: ['h ssh-ed25519 AAAA'], hops: [], quote });
    const ask = (...more: string[]) => execFileSync(workspace.ssh, ['-G', ...more, 'h'], { encoding: 'utf8' });
    expect(() => ask()).toThrow();
    await workspace.write('ready', '');
    const told = ask('-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'ForwardAgent=yes');
    expect(told).toMatch(/^stricthostkeychecking (?:true|yes)$/m);
    expect(told).toContain(`userknownhostsfile ${workspace.path('known_hosts')}\n`);
    expect(told).toMatch(/^forwardagent no$/m);
    await workspace.remove();
  });
});

describe('the copy of the playbooks', () => {
  it('holds every file, links followed, and what others install left out; each has a digest of its own', async () => {
    const [root, copy] = [join(folder, 'root'), join(folder, 'copy')];
    await mkdir(join(root, 'roles/a'), { recursive: true });
    await mkdir(join(root, '.git'));
    await writeFile(join(root, '.git/config'), 'x');
    await writeFile(join(root, 'site.yml'), '- hosts: web\n');
    await writeFile(join(root, 'roles/a/run.sh'), 'true\n', { mode: 0o755 });
    execFileSync('ln', ['-s', '../site.yml', join(root, 'roles/link.yml')]);
    execFileSync('ln', ['-s', '..', join(root, 'roles/around')]);
    execFileSync('ln', ['-s', 'nowhere', join(root, 'lost')]);
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const sums = await copyPlaybooks(root, copy);
    expect(Object.keys(sums).sort()).toEqual(['lost', 'roles/a/run.sh', 'roles/link.yml', 'site.yml']);
    expect(sums['roles/link.yml']).toBe(sums['site.yml']);
    expect(all(copy)).toEqual(['roles', 'roles/a', 'roles/a/run.sh', 'roles/link.yml', 'site.yml']);
    expect(statSync(join(copy, 'roles/a/run.sh')).mode & 0o777).toBe(0o755);
    await writeFile(join(root, 'site.yml'), '- hosts: db\n');
    expect((await copyPlaybooks(root, join(folder, 'again')))['site.yml']).not.toBe(sums['site.yml']);
  });

  it('gives back what was fetched into it, and all that was written only where that is wanted', async () => {
    const [root, copy] = [join(folder, 'root'), join(folder, 'copy')];
    await mkdir(root);
    await writeFile(join(root, 'site.yml'), 'old');
    await copyPlaybooks(root, copy);
    const before = await look(copy);
    await mkdir(join(copy, 'fetched/web-1'), { recursive: true });
    await writeFile(join(copy, 'fetched/web-1/motd'), 'hello');
    await writeFile(join(copy, 'site.yml'), 'changed');
    expect(await bringBack(copy, root, before, { all: false })).toEqual([]);
    expect(all(root)).toEqual(['fetched', 'fetched/web-1', 'fetched/web-1/motd', 'site.yml']);
    expect(statSync(join(root, 'site.yml')).size).toBe(3);
    await bringBack(copy, root, before, { all: true });
    expect(statSync(join(root, 'site.yml')).size).toBe(7);
  });

  it('gives nothing back through a link that leads elsewhere', async () => {
    const [root, copy, elsewhere] = ['root', 'copy', 'elsewhere'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const path of [root, copy, elsewhere]) await mkdir(path);
    execFileSync('ln', ['-s', elsewhere, join(root, 'fetched')]);
    await mkdir(join(copy, 'fetched'));
    await writeFile(join(copy, 'fetched/motd'), 'hello');
    expect(await bringBack(copy, root, new Map(), { all: false })).toEqual(['fetched/motd']);
    expect(all(elsewhere)).toEqual([]);
  });
});
