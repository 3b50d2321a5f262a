import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '#core/json.ts';
import { fleetOf, type Inventory, loadInventory } from '#playbook/inventory/load.ts';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

const write = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

const load = async (files: Readonly<Record<string, string>>, ...sources: readonly string[]): Promise<Inventory> => {
  const folder = write(files);
  const loaded = await loadInventory(sources.length > 0 ? sources.map((name) => join(folder, name)) : [folder]);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal));
  return loaded.value;
};

const faultsOf = async (files: Readonly<Record<string, string>>, source: string): Promise<readonly string[]> => {
  const loaded = await loadInventory([join(write(files), source)]);
  if (loaded.ok) return [];
  const faults = loaded.refusal.details?.faults as readonly { line: number; column: number; message: { en: string } }[];
  return faults.map((fault) => `${fault.line}:${fault.column} ${fault.message.en}`);
};

const variables = (inventory: Inventory, host: string): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    inventory
      .variables(host)
      .flatMap((layer) => Object.entries(layer.values).map(([name, { value }]) => [name, value])),
  );

const selected = (inventory: Inventory, pattern: string): string => {
  const found = inventory.match(pattern);
  return found.ok ? found.value.map((host) => host.name).join(' ') : `${found.refusal.code}`;
};

const ini = `
lonely ansible_port=2222
; a comment
[web]
web-[01:03].x a=1 b="x y" c=True d=0644 e='[1, "a", None]' # hi
w[a:b]:2200
[web:vars]
v=5 # five
z=yes
[db]
db-1 ansible_host=10.0.0.1
[production:children]
web
db
[production:vars]
v=1
p="{{ v }}"
`;

describe('an INI inventory', () => {
  it('gives the hosts, groups and variables that Ansible gives', async () => {
    const inventory = await load({ hosts: ini }, 'hosts');
    expect(inventory.groupHosts()).toEqual({
      all: ['lonely', 'web-01.x', 'web-02.x', 'web-03.x', 'wa', 'wb', 'db-1'],
      ungrouped: ['lonely'],
      web: ['web-01.x', 'web-02.x', 'web-03.x', 'wa', 'wb'],
      db: ['db-1'],
      production: ['web-01.x', 'web-02.x', 'web-03.x', 'wa', 'wb', 'db-1'],
    });
    expect(variables(inventory, 'web-02.x')).toEqual({
      a: 1,
      b: 'x y',
      c: true,
      d: '0644',
      e: [1, 'a', null],
      v: 5,
      z: 'yes',
      p: '{{ v }}',
    });
    expect(variables(inventory, 'wb')).toEqual({ ansible_port: 2200, v: 5, z: 'yes', p: '{{ v }}' });
    expect(inventory.host('db-1')).toEqual({ name: 'db-1', groups: ['db', 'production'], address: '10.0.0.1' });
  });

  it('tells every fault with its line', async () => {
    const source =
      '[web]\nw1 a\n[web:kids]\nx\n[we b]\n[db:children]\nnope\ndb\n[db]\nw[1:\n[gone:vars]\na=1\n[web:vars]\nb\n';
    expect(await faultsOf({ hosts: source }, 'hosts')).toEqual([
      '2:1 expected key=value behind the host, not “a”',
      '3:1 section [web:kids]: only hosts, children and vars exist',
      '5:1 “[we b]” is not a section: no spaces in it',
      '7:1 [db:children] names the group “nope”, which is not defined',
      '8:1 group “db” would be inside itself',
      '10:1 “w[1:” is not a host name or range',
      '11:1 [gone:vars] names the group “gone”, which is not defined',
      '14:1 expected key=value, not “b”',
    ]);
  });

  it('names the section that was meant', async () => {
    expect(await faultsOf({ hosts: '[db:childrn]\nx\n' }, 'hosts')).toEqual([
      '1:1 section [db:childrn]: only hosts, children and vars exist: did you mean [db:children]?',
    ]);
  });

  it('refuses a script rather than reading it as a list of hosts', async () => {
    expect(await faultsOf({ hosts: '#!/bin/sh\necho {}\n' }, 'hosts')).toEqual([
      '1:1 this inventory script may not be executed: chmod +x',
    ]);
  });
});

describe('a YAML inventory', () => {
  const yaml = `
all:
  vars: {v: 0}
  hosts:
    solo:
  children:
    web:
      hosts:
        web-[1:2]: {a: 1}
        web-3:2200:
      vars: {v: 1, o: {x: 1}}
    production:
      children: {web: , db: {hosts: db-1}}
      vars: {v: 9}
`;
  it('gives the same model as INI', async () => {
    const inventory = await load({ 'hosts.yml': yaml }, 'hosts.yml');
    expect(inventory.groupHosts()).toMatchObject({
      web: ['web-1', 'web-2', 'web-3'],
      production: ['web-1', 'web-2', 'web-3', 'db-1'],
      db: ['db-1'],
      ungrouped: ['solo'],
    });
    expect(variables(inventory, 'web-3')).toEqual({ v: 1, o: { x: 1 }, ansible_port: 2200 });
    expect(variables(inventory, 'db-1').v).toBe(9);
  });

  it('refuses words that are not hosts, children or vars', async () => {
    expect(await faultsOf({ 'h.yml': 'web:\n  host:\n    a:\n' }, 'h.yml')).toEqual([
      '2:3 group “web” has “host”; only hosts, children and vars belong there',
    ]);
  });
});

describe('variables', () => {
  const files = {
    'a.ini':
      '[web]\nw1 h=inline\n[web:vars]\nfile=group\nprio=web\n[other]\nw1\n[other:vars]\nansible_group_priority=5\nprio=other\n[parent:children]\nweb\nother\n[parent:vars]\nfile=parent\nonly=parent\n',
    'group_vars/all.yml': 'file: all-vars\nx: all\n',
    'group_vars/web/one.yml': 'x: web\ny: 1\n',
    'group_vars/web/two': 'y: 2\n',
    'group_vars/parent.json': '{"x": "parent", "z": "parent"}',
    'host_vars/w1.yaml': 'h: file\n',
  };

  it('follow the order Ansible documents', async () => {
    const inventory = await load(files, 'a.ini');
    expect(variables(inventory, 'w1')).toEqual({
      file: 'all-vars',
      prio: 'other',
      only: 'parent',
      x: 'web',
      y: 2,
      z: 'parent',
      h: 'file',
    });
  });

  it('beside the playbooks win over those beside the inventory', async () => {
    const folder = write({
      'inv/hosts': '[web]\nw1\n',
      'inv/group_vars/web.yml': 'x: inventory\ny: 1\n',
      'play/group_vars/web.yml': 'x: play\n',
    });
    const loaded = await loadInventory([join(folder, 'inv/hosts')], { beside: join(folder, 'play') });
    expect(loaded.ok && variables(loaded.value, 'w1')).toEqual({ x: 'play', y: 1 });
  });

  it('of a folder are merged in name order, and each file is noted with its sum', async () => {
    const inventory = await load({
      '1': 'a x=1\n',
      '2.yml': 'all: {hosts: {a: {x: 2}, b: {}}}\n',
      'notes.md': 'no\n',
      '3~': 'junk [\n',
      'plugin.ini': '[junk\n',
    });
    expect(variables(inventory, 'a')).toEqual({ x: 2 });
    expect(Object.keys(inventory.files).map((name) => name.split('/').at(-1))).toEqual(['1', '2.yml']);
  });

  it('of a folder leave out .ini, as with Ansible: where there is nothing else, that is said', async () => {
    const files = { 'inv/hosts.ini': '[web]\na\n', 'inv/group_vars/web.yml': 'x: 1\n' };
    expect(await faultsOf(files, 'inv')).toEqual([
      '1:1 a folder’s .ini files are left out, as Ansible does, and it holds no others: name hosts.ini itself, or rename it to “hosts”',
    ]);
    expect((await load(files, 'inv/hosts.ini')).hosts().map(({ name }) => name)).toEqual(['a']);
  });

  it('that are no mapping are a fault with its place', async () => {
    expect(await faultsOf({ hosts: 'a\n', 'group_vars/all.yml': '- x\n' }, 'hosts')).toEqual([
      expect.stringMatching(/^1:1 .*must be a mapping of variables$/),
    ]);
  });
});

describe('host patterns', () => {
  it.each([
    ['all', 'lonely web-01.x web-02.x web-03.x wa wb db-1'],
    ['web', 'web-01.x web-02.x web-03.x wa wb'],
    ['web:!w?', 'web-01.x web-02.x web-03.x'],
    ['db:lonely', 'db-1 lonely'],
    ['db,lonely', 'db-1 lonely'],
    ['production:&db', 'db-1'],
    ['!production', 'lonely'],
    ['production[1:2]', 'web-02.x web-03.x'],
    ['web[-1]', 'wb'],
    ['web[3:]', 'wa wb'],
    ['~^w.$', 'wa wb'],
    ['~db', 'db-1'],
    ['web-0*', 'web-01.x web-02.x web-03.x'],
    ['web:!nope', 'inventory.no_match'],
    ['nope', 'inventory.no_match'],
    ['web:!web', 'inventory.no_match'],
    ['web[99]', 'inventory.bad_pattern'],
    ['~(a+)+$', 'inventory.no_match'],
    ['~(w|d)[ab]', 'db-1 wa wb'],
    ['~(?P<a>w)(?=b)', 'wb'],
    [`~${'.?'.repeat(48)}@`, 'inventory.bad_pattern'],
    [`~${'(.?|)'.repeat(19)}@`, 'inventory.bad_pattern'],
    [
      Array(9)
        .fill(`~${'(.?|)'.repeat(19)}@`)
        .join(','),
      'inventory.bad_pattern',
    ],
    ['~[', 'inventory.bad_pattern'],
    ['', 'inventory.bad_pattern'],
    [':', 'inventory.bad_pattern'],
    ['~', 'inventory.bad_pattern'],
    ['web[0', 'inventory.bad_pattern'],
    ['a'.repeat(3000), 'inventory.bad_pattern'],
    ['$(reboot)', 'inventory.no_match'],
  ])('%s selects %s', async (pattern, names) => {
    const inventory = await load({ hosts: ini }, 'hosts');
    expect(selected(inventory, pattern)).toBe(names);
  });

  it('name the nearest when they name nothing', async () => {
    const inventory = await load({ hosts: ini }, 'hosts');
    const found = fleetOf(inventory).match('prodution');
    expect(found.ok ? '' : (found.refusal.say as { en: string }).en).toContain('Did you mean “production”?');
  });

  it('may name what is not there when they are a playbook’s', async () => {
    const inventory = await load({ hosts: ini }, 'hosts');
    const found = inventory.match('db:staging', { lenient: true });
    expect(found.ok && found.value.map((host) => host.name)).toEqual(['db-1']);
  });
});

describe('connection variables', () => {
  const connect = async (line: string) => (await load({ hosts: `h ${line}\n` }, 'hosts')).connection('h');

  it('say how to reach a host', async () => {
    const line =
      "ansible_host=10.0.0.1 ansible_port=2222 ansible_user=ops ansible_ssh_private_key_file=~/.ssh/k ansible_become=yes ansible_ssh_common_args='-o ProxyJump=j@gw:22,b'";
    expect(await connect(line)).toEqual({
      ok: true,
      value: {
        host: '10.0.0.1',
        port: 2222,
        user: 'ops',
        privateKeyFile: '~/.ssh/k',
        become: true,
        jumps: ['j@gw:22', 'b'],
      },
    });
  });

  it.each([
    ['-o StrictHostKeyChecking=no -o ControlMaster=auto -o ControlPersist=60s -C -q', { jumps: [] }],
    [
      '-o UserKnownHostsFile=/srv/known -oIdentitiesOnly=yes',
      { jumps: [], identitiesOnly: true, knownHosts: '/srv/known' },
    ],
    ['-o UserKnownHostsFile=/dev/null', { jumps: [] }],
    ['-i ~/.ssh/k -p 2222 -l ops', { jumps: [], user: 'ops', port: 2222, privateKeyFile: '~/.ssh/k' }],
    ['-o "ProxyCommand ssh -W %h:%p -q -p 22 ops@gate"', { jumps: ['ops@gate:22'] }],
    ['-J a -o ProxyJump=b', { jumps: ['a', 'b'] }],
  ])('the arguments %s of ssh say what they say there', async (text, value) => {
    expect(await connect(`ansible_ssh_common_args='${text}'`)).toEqual({ ok: true, value });
  });

  it.each([
    ['ansible_ssh_common_args=\'-o ProxyCommand="nc %h 22"\'', '“-o ProxyCommand=nc %h 22” in ansible_ssh_common_args'],
    ["ansible_ssh_common_args='-J -oProxyCommand=x'", '“-J -oProxyCommand=x” in'],
    ["ansible_ssh_extra_args='-o LocalCommand=id'", '“-o LocalCommand=id” in ansible_ssh_extra_args'],
    ["ansible_ssh_args='-F /etc/x'", '“-F” in ansible_ssh_args'],
    ["ansible_ssh_args='evil.example'", '“evil.example” in'],
    ['ansible_password=secret', 'keys, an agent'],
    ['ansible_become_pass=secret', 'keys, an agent'],
    ['ansible_connection=docker', 'ssh and local only'],
    ['ansible_become_method=su', 'sudo only'],
    ['ansible_port=99999', 'not a port'],
    ["ansible_host='{{ ip }}'", 'must be plain'],
    ["ansible_connection='{{ c }}'", 'ansible_connection holds a template; a connection variable must be plain'],
  ])('%s is refused with a sentence', async (line, words) => {
    const found = await connect(line);
    const say = found.ok ? '' : (found.refusal.say as { en: string }).en;
    expect(say).toContain(words);
    expect(say).not.toContain('secret');
  });
});
