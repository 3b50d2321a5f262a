import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { hostname } from '#playbook/modules/hostname.ts';
import { timezone } from '#playbook/modules/timezone.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

describe('hostname', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['is as it should be', ['now=web-1', 'kept=web-1'], [], []],
    [
      'is set by systemd',
      ['now=old', 'kept=older', 'systemd=yes'],
      ['name: old → web-1', 'name after a restart: older → web-1'],
      ["hostnamectl --pretty --static set-hostname 'web-1'", "hostnamectl --transient set-hostname 'web-1'"],
    ],
    ['is kept for the next start', ['now=web-1', 'kept='], ['name after a restart:  → web-1'], ['>/etc/hostname']],
    ['is set now', ['now=old', 'kept=web-1'], ['name: old → web-1'], ["hostname 'web-1' || exit 1"]],
  ])('%s', async (_name, lines, differences, script) => {
    const made = await described(hostname, { name: 'web-1' }, [...lines, 'fqdn=web-1.example.org']);
    expect(changes(made.plan)).toEqual(differences);
    for (const words of script) expect(made.script).toContain(words);
  });

  it('gives its facts', async () => {
    const { plan } = await described(hostname, { name: 'web-1' }, [
      'now=web-1',
      'kept=web-1',
      'fqdn=web-1.example.org',
    ]);
    expect(plan.result.ansible_facts).toEqual({
      ansible_hostname: 'web-1',
      ansible_nodename: 'web-1',
      ansible_fqdn: 'web-1.example.org',
      ansible_domain: 'example.org',
    });
  });

  it.each([[{ name: '-x' }], [{ name: 'a b' }], [{ name: 'a\nb' }], [{ name: 'x'.repeat(65) }], [{ name: '$(id)' }]])(
    'refuses %j before any host is asked',
    async (args) => {
      await expect(described(hostname, args, [])).rejects.toThrow('module.arguments');
    },
  );
});

const status = ['raw=status', '|      Time zone: Europe/Paris (CET, +0100)', '| RTC in local TZ: no', '|x'];

describe('timezone', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    ['is as it should be', { name: 'Europe/Paris' }, status, [], ''],
    [
      'is set by systemd',
      { name: 'Etc/UTC', hwclock: 'local' },
      [...status, 'known=yes'],
      ['name: Europe/Paris → Etc/UTC', 'hwclock: UTC → local'],
      "timedatectl set-timezone 'Etc/UTC' || exit 1\ntimedatectl set-local-rtc yes",
    ],
    ['is as it should be without systemd', { name: 'Etc/UTC' }, ['link=Etc/UTC', 'file=Etc/UTC'], [], ''],
    [
      'is set without systemd',
      { name: 'America/Argentina/Buenos_Aires' },
      ['link=Etc/UTC', 'file=', 'known=yes'],
      ['name: Etc/UTC → America/Argentina/Buenos_Aires'],
      "ln -s /usr/share/zoneinfo/'America/Argentina/Buenos_Aires'",
    ],
  ])('%s', async (_name, args, lines, differences, script) => {
    const made = await described(timezone, args, lines);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it('says what is missing', async () => {
    expect((await described(timezone, { name: 'Mars/Base' }, status)).plan.failed).toContain(
      '"Mars/Base" is not available',
    );
    expect((await described(timezone, { hwclock: 'UTC' }, ['link='])).plan.failed).toContain('timedatectl');
  });

  it.each([[{}], [{ name: '../../etc/passwd' }], [{ name: '-x' }], [{ hwclock: 'x' }]])(
    'refuses %j before any host is asked',
    async (args) => {
      await expect(described(timezone, args, [])).rejects.toThrow('module.arguments');
    },
  );
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('their probes, on %s', (_name, shell) => {
  it('read this machine', async () => {
    expect((await tryModule(hostname, { name: 'nobody-here' }, { shell }, false)).plan.differences).toHaveLength(2);
    expect((await tryModule(timezone, { name: 'Mars/Base' }, { shell }, false)).plan.failed).toContain('not available');
  });
});
