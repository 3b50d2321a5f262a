import { describe, expect, it } from 'vitest';
import { hostname } from '#playbook/modules/hostname.ts';
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

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('hostname, on %s', (_name, shell) => {
  it('asks this machine', async () => {
    expect((await tryModule(hostname, { name: 'nobody-here' }, { shell }, false)).plan.differences).toHaveLength(2);
  });
});
