import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { alternatives } from '#playbook/modules/alternatives.ts';
import { described } from './described.ts';
import { changes } from './host.ts';

const display = `editor - manual mode
  link best version is /usr/bin/vim
  link currently points to /bin/nano
  link editor is /usr/bin/editor
  slave editor.1.gz is /usr/share/man/man1/editor.1.gz
/bin/nano - priority 40
  slave editor.1.gz: /usr/share/man/man1/nano.1.gz
/usr/bin/vim - priority 50`;

const host = ['exists=yes', 'tool=yes', 'raw=display', ...`${display}x`.split('\n').map((line) => `|${line}`)];
const nano = { name: 'editor', path: '/bin/nano' };
const slave = {
  name: 'editor.1.gz',
  path: '/usr/share/man/man1/nano.1.gz',
  link: '/usr/share/man/man1/editor.1.gz',
};

describe('alternatives', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    ['is chosen already', nano, host, [], ''],
    [
      'is chosen',
      { name: 'editor', path: '/usr/bin/vim' },
      host,
      ['selected: /bin/nano → /usr/bin/vim'],
      "--set 'editor' '/usr/bin/vim'",
    ],
    ['is chosen by the system again', { ...nano, state: 'auto' }, host, ['mode: manual → auto'], "--auto 'editor'"],
    ['has its further links', { ...nano, subcommands: [slave] }, host, [], ''],
    [
      'gets another priority, and keeps its further links',
      { ...nano, priority: 90 },
      host,
      ['priority of /bin/nano: 40 → 90'],
      "--install '/usr/bin/editor' 'editor' '/bin/nano' '90' --slave '/usr/share/man/man1/editor.1.gz' 'editor.1.gz' '/usr/share/man/man1/nano.1.gz'",
    ],
    [
      'is new',
      { name: "it's", path: '/x y', link: '/usr/bin/$(id)', state: 'present' },
      ['exists=yes', 'tool=yes'],
      ['state of /x y: absent → present', 'priority of /x y: null → 50'],
      "--install '/usr/bin/$(id)' 'it'\\''s' '/x y' '50'",
    ],
    [
      'goes',
      { ...nano, state: 'absent' },
      host,
      ['state of /bin/nano: present → absent'],
      "--remove 'editor' '/bin/nano'",
    ],
    ['is gone', { name: 'editor', path: '/bin/ed', state: 'absent' }, host, [], ''],
  ])('%s', async (_name, args, lines, differences, script) => {
    const made = await described(alternatives, args, lines);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it('says what is missing', async () => {
    const failed = async (args: JsonObject, lines: readonly string[]) =>
      (await described(alternatives, args, lines)).plan.failed;
    expect(await failed(nano, [])).toContain('The host has no “update-alternatives”');
    expect(await failed(nano, ['tool=yes'])).toBe('Specified path /bin/nano does not exist');
    expect(await failed(nano, ['tool=yes', 'exists=yes'])).toContain('missing the link');
  });

  it.each([
    [{ name: '-x', path: '/y' }],
    [{ name: 'x', path: '-y' }],
    [{ name: 'x', path: '/y', link: 'z' }],
    [{ name: 'x', path: '/y', subcommands: ['z'] }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(alternatives, args, host)).rejects.toThrow('module.arguments');
  });
});
