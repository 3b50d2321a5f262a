import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { editSysctl } from '#playbook/modules/sysctl/text.ts';
import { sysctl } from '#playbook/modules/sysctl.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

describe('a file of kernel settings', () => {
  it.each<[string, string, string, string | undefined, string | undefined]>([
    ['gets a line', '# x\n', 'a.b', '1', '# x\na.b=1\n'],
    ['has it', ' a.b =  1 \n', 'a.b', '1', undefined],
    ['has each once when written', 'a.b = 1\n; c\na.b=2\n\nx = y = z\n', 'a.b', '3', 'a.b=3\n; c\n\nx=y = z\n'],
    ['the last one counts', 'a.b=1\na.b=2\n', 'a.b', '2', undefined],
    ['loses it', 'a.b=1\nc=2\n', 'a.b', undefined, 'c=2\n'],
    ['has none to lose', 'c=2\n', 'a.b', undefined, undefined],
    ['keeps words that are no setting', 'word\n', 'a', '1', 'word\na=1\n'],
    ['is new', '', 'a', '1', 'a=1\n'],
  ])('%s', (_name, text, name, value, expected) => expect(editSysctl(text, name, value)).toBe(expected));
});

describe('sysctl, described', () => {
  const host = (now: string): readonly string[] => [
    'it.path=2f78',
    'it.type=file',
    `it.base64=${Buffer.from('a.b=1\n').toString('base64')}`,
    'tool=yes',
    `now=${Buffer.from(now).toString('hex')}`,
  ];
  const args = { name: 'a.b', value: '1', sysctl_file: '/x' };

  it.each<[string, JsonObject, string, readonly string[], string]>([
    ['is as it should be, whatever parts its words', { ...args, value: '1' }, '1\n', [], ''],
    ['is loaded again when the kernel says otherwise', args, '0', ['value: 0 → 1'], "sysctl -p '/x'"],
    ['is not asked for without reload', { ...args, reload: false }, '0', [], ''],
    [
      'is set at once',
      { ...args, reload: false, sysctl_set: true, ignoreerrors: true },
      '0',
      ['value: 0 → 1'],
      "sysctl -e -w 'a.b=1'",
    ],
    ['yes is 1', { ...args, value: 'yes' }, '1', [], ''],
  ])('a setting %s', async (_name, given, now, differences, script) => {
    const made = await described(sysctl, given, host(now));
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it('says when the host has no sysctl', async () => {
    expect((await described(sysctl, args, ['it.path=2f78'])).plan.failed).toContain('The host has no “sysctl”');
  });

  it.each([[{ name: '-w', value: '1' }], [{ name: 'a b', value: '1' }], [{ name: 'a' }], [{ name: 'a', value: ' ' }]])(
    'refuses %j before any host is asked',
    async (given) => {
      await expect(described(sysctl, given, [])).rejects.toThrow('module.arguments');
    },
  );
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sysctl-'));
  writeFileSync(join(folder, 'sysctl'), '#!/bin/sh\necho "$*" >>"${0%/*}/orders"\n', { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('sysctl, on %s', (_name, shell) => {
  it('writes its file', async () => {
    const place = { shell, env: { PATH: `${folder}:${process.env.PATH}` } };
    const file = join(folder, "it's $(id).conf");
    const args = { name: 'net.ipv4.ip_forward', value: 1, sysctl_file: file, reload: false };
    expect(changes((await tryModule(sysctl, args, place)).plan)[0]).toBe('state: absent → file');
    expect(readFileSync(file, 'utf8')).toBe('net.ipv4.ip_forward=1\n');
    expect(changes((await tryModule(sysctl, args, place)).plan)).toEqual([]);
    await tryModule(sysctl, { ...args, state: 'absent', reload: true }, place);
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(readFileSync(join(folder, 'orders'), 'utf8')).toContain(`-p ${file}\n`);
  });
});
