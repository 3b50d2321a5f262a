import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Applied } from '#playbook/modules/module.ts';
import { readSetup, setupProbe } from '#playbook/setup/setup.ts';
import { quote } from '#ssh/quote.ts';
import { runScript, shells } from './modules/host.ts';

const said = (lines: string): Applied => ({ code: 0, stdout: `${lines}\nend\n`, stderr: '' });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'facts of its own-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'the facts of setup, asked by %s,',
  (_name, shell) => {
    it('have Ansible’s names', async () => {
      const output = await runScript(setupProbe(quote, folder), { shell });
      const facts = readSetup(output);
      expect(output.stderr).toBe('');
      expect(facts).toMatchObject({
        ansible_system: 'Linux',
        ansible_user_uid: process.getuid?.(),
        ansible_kernel: expect.stringMatching(/^\d+\./),
        ansible_env: { PATH: expect.stringContaining('/') },
        ansible_lo: { type: 'loopback', ipv4: { address: '127.0.0.1', netmask: '255.0.0.0', network: '127.0.0.0' } },
        ansible_interfaces: expect.arrayContaining(['lo']),
        ansible_local: {},
      });
      expect(facts.ansible_all_ipv4_addresses).not.toContain('127.0.0.1');
      expect(facts.ansible_mounts).toBeInstanceOf(Array);
    });

    it('hold what the host says of itself', async () => {
      await writeFile(join(folder, 'a.fact'), '{"role": "web", "tiers": [1, 2]}');
      await writeFile(
        join(folder, 'b b.fact'),
        '# ours\n[General]\nOwner = ops team\nlevel: 3\nserver=nginx\n[empty]\n[DEFAULT]\nall=1\n',
      );
      await writeFile(join(folder, 'c.fact'), '#!/bin/sh\nprintf \'{"pid": "it\\\\u0027s %s"}\' "$(id -u)"\n');
      await writeFile(join(folder, 'd.fact'), '#!/bin/sh\necho lost; exit 3\n');
      await writeFile(join(folder, 'e.fact'), 'neither\nnor\n');
      await writeFile(join(folder, 'f.fact'), '');
      await writeFile(join(folder, 'none.txt'), '{}');
      for (const name of ['c', 'd']) await chmod(join(folder, `${name}.fact`), 0o755);
      await mkdir(join(folder, 'g.fact'));
      const { ansible_local } = readSetup(await runScript(setupProbe(quote, folder), { shell }));
      expect(ansible_local).toEqual({
        a: { role: 'web', tiers: [1, 2] },
        'b b': { General: { owner: 'ops team', level: '3', server: 'nginx', all: '1' }, empty: { all: '1' } },
        c: { pid: `it's ${process.getuid?.()}` },
        d: 'Failure executing fact script (d.fact), rc: 3',
        e: 'error loading facts as JSON or ini - please check content: e.fact',
        f: {},
      });
    });

    it('hold an environment with lines and backslashes as it is', async () => {
      const script = `export ODD='one\\two\nthree=\\n'\n${setupProbe(quote, folder)}`;
      expect(readSetup(await runScript(script, { shell })).ansible_env).toMatchObject({ ODD: 'one\\two\nthree=\\n' });
    });
  },
);

describe('names that every object has already', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  it.each(names)('are facts like others, and nobody else’s: %s', (name) => {
    const facts = readSetup(
      said(
        [
          ...[
            `fact.1=${name}`,
            'raw=fact.1',
            `|[${name}]`,
            'port=1',
            `|[${name}]`,
            '|port=22',
            '|keys=1',
            `|${name}=w`,
          ],
          ...[`fact.2=b`, 'raw=fact.2', `|{"${name}": {"port": 22}}`, `env.${name}=y`, `cmdline=${name}=z`],
        ].join('\n'),
      ),
    );
    const own = (value: unknown, key: string) => (value as Record<string, unknown>)[key];
    expect(Object.keys(facts.ansible_local as object)).toEqual([name, 'b']);
    expect(Object.getOwnPropertyDescriptor(own(facts, 'ansible_local'), name)?.value).toEqual(
      Object.fromEntries([
        [
          name,
          Object.fromEntries([
            ['port', '22'],
            ['keys', '1'],
            [name.toLowerCase(), 'w'],
          ]),
        ],
      ]),
    );
    expect(Object.keys(facts.ansible_env as object)).toContain(name);
    expect(own({}, 'port')).toBeUndefined();
    expect(own(Object, 'port')).toBeUndefined();
    expect(typeof Object.keys).toBe('function');
  });
});

describe('what a host prints', () => {
  it('of its network becomes devices, addresses and the way out', () => {
    const facts = readSetup(
      said(`link=1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
link=2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\\    link/ether 02:42:0a:01:02:03 brd ff:ff:ff:ff:ff:ff
link=3: br-lan.5: <BROADCAST> mtu 1400 qdisc noop state DOWN\\    link/ether 02:42:0a:01:02:04 brd ff:ff:ff:ff:ff:ff
addr=1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever
addr=2: eth0    inet 10.1.2.3/20 brd 10.1.15.255 scope global eth0\\       valid_lft forever
addr=2: eth0    inet 10.1.2.9/20 brd 10.1.15.255 scope global secondary eth0\\       valid_lft forever
addr=2: eth0    inet6 fe80::42/64 scope link \\       valid_lft forever
route.4=default via 10.1.0.1 dev eth0 proto dhcp`),
    );
    expect(facts).toMatchObject({
      ansible_interfaces: ['lo', 'eth0', 'br-lan.5'],
      ansible_eth0: {
        active: true,
        macaddress: '02:42:0a:01:02:03',
        ipv4: {
          address: '10.1.2.3',
          netmask: '255.255.240.0',
          network: '10.1.0.0',
          prefix: '20',
          broadcast: '10.1.15.255',
        },
        ipv4_secondaries: [{ address: '10.1.2.9' }],
        ipv6: [{ address: 'fe80::42', prefix: '64', scope: 'link' }],
      },
      ansible_br_lan_5: { active: false, mtu: 1400 },
      ansible_default_ipv4: { address: '10.1.2.3', interface: 'eth0', gateway: '10.1.0.1', mtu: 1500, type: 'ether' },
      ansible_default_ipv6: {},
      ansible_all_ipv4_addresses: ['10.1.2.3', '10.1.2.9'],
      ansible_all_ipv6_addresses: ['fe80::42'],
    });
  });

  it('of its processors, disks, kernel and security is counted', () => {
    const facts = readSetup(
      said(`cpus=4
cpu=processor\t: 0
cpu=vendor_id\t: GenuineIntel
cpu=model name\t: Fast: one
cpu=physical id\t: 0
cpu=siblings\t: 4
cpu=cpu cores\t: 2
mount=/dev/sda1 / ext4 rw,relatime
mount=/dev/sdb1 /srv/my\\040data xfs rw
disk=1000 400 /
virt=none
selinux=1
cmdline=quiet root=/dev/sda1 init=/sbin/init=x
lsb.DISTRIB_ID=Ubuntu
lsb.DISTRIB_RELEASE=22.04
lsb.DISTRIB_DESCRIPTION="Ubuntu 22.04 LTS"
fqdn=web-1.example.org`),
    );
    expect(facts).toMatchObject({
      ansible_processor: ['0', 'GenuineIntel', 'Fast: one'],
      ansible_processor_vcpus: 4,
      ansible_processor_count: 1,
      ansible_processor_cores: 2,
      ansible_processor_threads_per_core: 2,
      ansible_mounts: [
        { device: '/dev/sda1', mount: '/', fstype: 'ext4', size_total: 1_024_000, size_available: 409_600 },
        { device: '/dev/sdb1', mount: '/srv/my data', fstype: 'xfs', options: 'rw' },
      ],
      ansible_virtualization_type: 'NA',
      ansible_virtualization_role: 'NA',
      ansible_selinux: { status: 'enabled', mode: 'enforcing' },
      ansible_cmdline: { quiet: true, root: '/dev/sda1', init: '/sbin/init=x' },
      ansible_lsb: { id: 'Ubuntu', release: '22.04', major_release: '22', description: 'Ubuntu 22.04 LTS' },
      ansible_domain: 'example.org',
    });
  });
});
