import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { timezone } from '#playbook/modules/timezone.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

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

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('timezone, on %s', (_name, shell) => {
  it('asks this machine', async () => {
    expect((await tryModule(timezone, { name: 'Mars/Base' }, { shell }, false)).plan.failed).toContain('not available');
  });
});
