import { chmod, mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LiveInventory, openInventory } from '#app/inventory.ts';
import { ok, refused } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { Inventory } from '#playbook/inventory/load.ts';

let folder: string;
let live: LiveInventory;
let told: (string | undefined)[];

beforeEach(async () => {
  told = [];
  folder = await mkdtemp(join(tmpdir(), 'inventory-'));
  await mkdir(join(folder, 'production/group_vars'), { recursive: true });
  await mkdir(join(folder, 'production/host_vars'));
  await writeFile(join(folder, 'production/hosts'), '[web]\nweb-1\nweb-2\n[db]\ndb-1\n');
  await writeFile(join(folder, 'production/host_vars/web-1.yml'), 'ansible_host: 10.0.0.1\n');
  await writeFile(join(folder, 'single.ini'), '[edge]\nedge-1\n');
  await mkdir(join(folder, 'playbooks/host_vars'), { recursive: true });
  const opened = await openInventory(
    {
      inventory: [join(folder, 'production'), join(folder, 'single.ini')],
      playbooks: join(folder, 'playbooks'),
      vault: {},
    },
    silentLog,
    undefined,
    (fault) => told.push(fault?.code),
  );
  if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
  live = opened.value;
});
afterEach(async () => {
  live.stop();
  await rm(folder, { recursive: true, force: true });
});

const put = (name: string, text: string) => writeFile(join(folder, name), text);
const groupsOf = (name: string) =>
  live
    .fleet()
    .hosts()
    .find((host) => host.name === name)?.groups;
const addressOf = (name: string) =>
  live
    .fleet()
    .hosts()
    .find((host) => host.name === name)?.address;
const soon = { timeout: 8000, interval: 100 };

describe('an inventory that changes while the bot runs', () => {
  it('is read again when variables beside the playbooks change', async () => {
    await put('playbooks/host_vars/web-2.yml', 'ansible_host: 10.0.0.22\n');
    await expect.poll(() => addressOf('web-2'), soon).toBe('10.0.0.22');
  });

  it('is read at once when somebody asks for a host that is not in it yet', async () => {
    await put('production/hosts', '[web]\nweb-1\nweb-2\nweb-3\n[db]\ndb-1\n');
    await live.look();
    expect(groupsOf('web-3')).toEqual(['web']);
  });

  it('is taken when a file of a folder is written in its place: a host that moved is in its new group', async () => {
    await put('production/hosts', '[web]\nweb-1\n[db]\ndb-1\nweb-2\n');
    await expect.poll(() => groupsOf('web-2'), soon).toEqual(['db']);
  });

  it('is taken when a file comes into a folder, also by renaming', async () => {
    await put('elsewhere', '[cache]\ncache-1\n');
    await rename(join(folder, 'elsewhere'), join(folder, 'production/more'));
    await expect.poll(() => groupsOf('cache-1'), soon).toEqual(['cache']);
  });

  it('is taken when the variables beside it change, or come', async () => {
    await put('production/host_vars/web-1.yml', 'ansible_host: 10.0.0.9\n');
    await expect.poll(() => addressOf('web-1'), soon).toBe('10.0.0.9');
    await mkdir(join(folder, 'host_vars'));
    await put('host_vars/edge-1.yml', 'ansible_host: 10.0.0.7\n');
    await expect.poll(() => addressOf('edge-1'), soon).toBe('10.0.0.7');
  });

  it('is kept as it was when the change is broken, and taken when it is mended', async () => {
    await put('single.ini', '[edge\n');
    await new Promise((done) => setTimeout(done, 2500));
    expect(groupsOf('edge-1')).toEqual(['edge']);
    await put('single.ini', '[rim]\nedge-1\n');
    await expect.poll(() => groupsOf('edge-1'), soon).toEqual(['rim']);
  });

  it('is kept as it was when it no longer suits what it is asked to have', async () => {
    const suits = (found: Inventory) =>
      found.groups().includes('edge') ? ok(undefined) : refused({ code: 'settings.faulty', say: 'no edge' });
    expect(
      await live.use(
        { inventory: [join(folder, 'single.ini')], playbooks: join(folder, 'playbooks'), vault: {} },
        suits,
      ),
    ).toEqual(ok(undefined));
    await put('single.ini', '[rim]\nedge-1\n');
    await new Promise((done) => setTimeout(done, 2500));
    expect(groupsOf('edge-1')).toEqual(['edge']);
    await put('single.ini', '[edge]\nedge-1\nedge-2\n');
    await expect.poll(() => groupsOf('edge-2'), soon).toEqual(['edge']);
  });

  it('is told as good again when another configuration goes with what was broken for the one before', async () => {
    const single = { inventory: [join(folder, 'single.ini')], playbooks: join(folder, 'playbooks'), vault: {} };
    const wants = (group: string) => (found: Inventory) =>
      found.groups().includes(group) ? ok(undefined) : refused({ code: 'settings.faulty', say: `no ${group}` });
    await live.use(single, wants('edge'));
    await put('single.ini', '[rim]\nedge-1\n');
    await expect.poll(() => told.at(-1), soon).toBe('settings.faulty');
    expect(live.fault()?.code).toBe('settings.faulty');
    expect(await live.use(single, wants('rim'))).toEqual(ok(undefined));
    expect([told.at(-1), live.fault()]).toEqual([undefined, undefined]);
    expect(groupsOf('edge-1')).toEqual(['rim']);
  });

  it('is read again also when a change left its size and its date what they were', async () => {
    const file = join(folder, 'single.ini');
    const { atime, mtime } = await stat(file);
    await utimes(file, atime, mtime); // whole milliseconds, as it will be put back
    await live.look();
    await put('single.ini', '[rim1]\nedge-1\n');
    await utimes(file, atime, mtime);
    await live.look();
    expect(groupsOf('edge-1')).toEqual(['rim1']);
  });

  it('is asked again every so often where a program prints it, and what it prints then is in force', async () => {
    live.stop();
    const program = join(folder, 'program');
    const prints = (hosts: string) => put('printed.json', `{"web":{"hosts":["${hosts}"]},"_meta":{"hostvars":{}}}`);
    await put('program', `#!/bin/sh\ncat ${join(folder, 'printed.json')}\n`);
    await chmod(program, 0o755);
    await prints('web-1');
    const from = { inventory: [program], playbooks: join(folder, 'playbooks'), vault: {} };
    const opened = await openInventory(from, silentLog, undefined, (fault) => told.push(fault?.code), 500);
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
    live = opened.value;
    await new Promise((done) => setTimeout(done, 2500));
    expect(told).toEqual([]);
    await prints('web-2');
    await expect.poll(() => groupsOf('web-2'), soon).toEqual(['web']);
    expect(told).toEqual([undefined]);
    await put('printed.json', 'no JSON');
    await expect.poll(() => told.at(-1), soon).toBe('inventory.invalid');
    await new Promise((done) => setTimeout(done, 2500));
    expect(told).toEqual([undefined, 'inventory.invalid']);
    expect(groupsOf('web-2')).toEqual(['web']);
  });

  it('is read again after a while where it was broken, although no file changed since', async () => {
    let isUp = false;
    const single = { inventory: [join(folder, 'single.ini')], playbooks: join(folder, 'playbooks'), vault: {} };
    const suits = (found: Inventory) =>
      isUp || found.groups().includes('edge') ? ok(undefined) : refused({ code: 'settings.faulty', say: 'not now' });
    await live.use(single, suits);
    await put('single.ini', '[rim]\nedge-1\n');
    await expect.poll(() => told.at(-1), soon).toBe('settings.faulty');
    isUp = true;
    await expect.poll(() => groupsOf('edge-1'), soon).toEqual(['rim']);
    expect([told.at(-1), live.fault()]).toEqual([undefined, undefined]);
  });
});
