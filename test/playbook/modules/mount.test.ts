import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { mountedAt, withMount, withoutMount } from '#playbook/modules/mount/fstab.ts';
import { mount } from '#playbook/modules/mount.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

const line = { src: '/dev/sda1', name: '/mnt/a b', fstype: 'ext4', opts: 'defaults', dump: '0', passno: '2' };

describe('fstab', () => {
  it.each<[string, string, string | undefined]>([
    ['gets the line', '# x\n', '# x\n/dev/sda1 /mnt/a\\040b ext4 defaults 0 2\n'],
    ['has it', '/dev/sda1\t/mnt/a\\040b  ext4 defaults 0 2\n', undefined],
    [
      'changes it where it is',
      '/dev/sdb1 /mnt/a\\040b ext4 ro 0 0\n/dev/x / ext4 ro',
      '/dev/sda1 /mnt/a\\040b ext4 defaults 0 2\n/dev/x / ext4 ro\n',
    ],
    ['leaves what is no line', 'odd line\n', 'odd line\n/dev/sda1 /mnt/a\\040b ext4 defaults 0 2\n'],
  ])('%s', (_name, text, expected) => expect(withMount(text, line)).toBe(expected));

  it('loses the line and nothing else', () => {
    expect(withoutMount('# /mnt/a\\040b\n/dev/sda1 /mnt/a\\040b ext4 defaults 0 2\nx /y z w 0 0\n', line)).toBe(
      '# /mnt/a\\040b\nx /y z w 0 0\n',
    );
    expect(withoutMount('x /y z w 0 0\n', line)).toBeUndefined();
  });

  it('tells one swap from another by its source', () => {
    const swap = { ...line, src: '/swap', name: 'none', fstype: 'swap' };
    expect(withoutMount('/other none swap sw 0 0\n/swap none swap sw 0 0\n', swap)).toBe('/other none swap sw 0 0\n');
  });

  it('knows what is mounted, bind mounts too', () => {
    const info = '36 35 98:0 /etc /mnt/a\\040b rw,noatime shared:1 - ext4 /dev/root rw\n';
    expect(mountedAt(info, '/mnt/a b/')).toEqual(['/dev/root', '/etc']);
    expect(mountedAt(info, '/mnt/a')).toEqual([]);
  });
});

describe('mount, described', () => {
  const table = (text: string): readonly string[] => [
    'it.path=2f66',
    'it.type=file',
    `it.base64=${Buffer.from(text).toString('base64')}`,
  ];
  const there = [...table('/dev/sda1 /mnt/a ext4 defaults 0 0\n'), 'there=yes'];
  const mounted = ['raw=mounts', '|36 35 98:0 / /mnt/a rw shared:1 - ext4 /dev/sda1 rw', '|x'];
  const args = { path: '/mnt/a', src: '/dev/sda1', fstype: 'ext4', fstab: '/f' };

  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    ['is mounted', { ...args, state: 'mounted' }, there, ['mounted: false → true'], "mount -T '/f' '/mnt/a' || undo"],
    ['is mounted already', { ...args, state: 'mounted' }, [...there, ...mounted], [], ''],
    [
      'is mounted with other options',
      { ...args, opts: 'ro', state: 'mounted' },
      [...there, ...mounted],
      ['content', 'runs: false → true'],
      "mount -o remount -T '/f' '/mnt/a' ||",
    ],
    [
      'is unmounted',
      { path: '/mnt/a', state: 'unmounted' },
      [...there, ...mounted],
      ['mounted: true → false'],
      "umount '/mnt/a'",
    ],
    ['is unmounted already', { path: '/mnt/a', state: 'unmounted' }, there, [], ''],
    [
      'goes',
      { path: '/mnt/a', state: 'absent' },
      [...there, ...mounted],
      ['content', 'mounted: true → false', 'state: directory → absent'],
      "umount '/mnt/a' || exit 1\nrmdir '/mnt/a'",
    ],
    [
      'stays mounted when it is not in the table',
      { path: '/mnt/a', state: 'absent' },
      [...table(''), ...mounted],
      [],
      '',
    ],
    [
      'is remounted every time',
      { path: '/mnt/a', state: 'remounted' },
      there,
      ['runs: false → true'],
      'mount -o remount',
    ],
    [
      'is remounted with options',
      { path: '/mnt/a', opts: 'ro', state: 'remounted' },
      there,
      ['runs: false → true'],
      "mount -o 'remount,ro' '/mnt/a' || undo",
    ],
    [
      'is mounted for now',
      { ...args, opts: 'ro', state: 'ephemeral' },
      there,
      ['mounted: false → true'],
      "mount -t 'ext4' -o 'ro' '/dev/sda1' '/mnt/a'",
    ],
    [
      'is not mounted at the next start',
      { ...args, opts: 'ro', boot: false, state: 'present' },
      there,
      ['content'],
      '',
    ],
  ])('a file system %s', async (_name, given, lines, differences, script) => {
    const made = await described(mount, given, lines);
    expect(changes(made.plan).map((one) => (one.startsWith('content') ? 'content' : one))).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it('does not put one thing over another for now', async () => {
    const { plan } = await described(mount, { ...args, src: '/dev/other', state: 'ephemeral' }, [...there, ...mounted]);
    expect(plan.failed).toContain('already mounted with a different source');
  });

  it.each([
    [{ path: '/a', state: 'mounted' }],
    [{ path: '/a', state: 'present', src: 'x' }],
    [{ path: '/a\nx', state: 'absent' }],
    [{ path: '/a', state: 'present', src: 'a\nb', fstype: 'x' }],
    [{ path: 'a', state: 'unmounted' }],
    [{ path: '/a', state: 'wrong' }],
  ])('refuses %j before any host is asked', async (given) => {
    await expect(described(mount, given, there)).rejects.toThrow('module.arguments');
  });
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mount-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('mount, on %s', (_name, shell) => {
  it('keeps a table', async () => {
    const fstab = join(folder, 'fstab');
    writeFileSync(fstab, '# mine');
    const args = { path: "/no/it's $(id) é", src: 'LABEL=a b', fstype: 'ext4', opts: 'noauto', fstab, backup: true };
    const { result } = await tryModule(mount, { ...args, state: 'present' }, { shell });
    expect(readFileSync(fstab, 'utf8')).toBe("# mine\nLABEL=a\\040b /no/it's\\040$(id)\\040é ext4 noauto 0 0\n");
    expect(readFileSync(String(result?.result.backup_file), 'utf8')).toBe('# mine');
    expect(changes((await tryModule(mount, { ...args, state: 'present' }, { shell })).plan)).toEqual([]);
    await tryModule(mount, { path: args.path, fstab, state: 'absent' }, { shell });
    expect(readFileSync(fstab, 'utf8')).toBe('# mine\n');
  });
});
