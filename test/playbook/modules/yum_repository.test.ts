import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { readSections, writeSections } from '#playbook/modules/yum_repository/sections.ts';
import { yumRepository } from '#playbook/modules/yum_repository.ts';
import { changes, shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yum-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const again = (text: string): string => {
  const read = readSections(text);
  if ('line' in read) return `line ${read.line}`;
  return writeSections(read);
};

/** What Python's `RawConfigParser` wrote of what it read. */
describe('files of repositories', () => {
  it.each([
    ['[a]\nb=1\n', '[a]\nb = 1\n\n'],
    ['# c\n[a]\n; d\nB : x=y\n\n[c d]\ne=\n', '[a]\nb = x=y\n\n[c d]\ne = \n\n'],
    [
      '[a]\nbaseurl=http://x\n  http://y\n\thttp://z\nb=1',
      '[a]\nbaseurl = http://x\n\thttp://y\n\thttp://z\nb = 1\n\n',
    ],
    ['[a]\nb=1\n\n  2\n\n\nc=3\n', '[a]\nb = 1\n\t\n\t2\nc = 3\n\n'],
    ['[a] x\nb=1 # no comment\n', '[a]\nb = 1 # no comment\n\n'],
    ['', ''],
    ['b=1\n', 'line 1'],
    ['[a]\nb\n', 'line 2'],
    ['[a]\nb=1\nB=2\n', 'line 3'],
    ['[a]\n[a]\n', 'line 2'],
  ])('%j', (text, expected) => expect(again(text)).toBe(expected));
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('yum_repository, on %s', (_name, shell) => {
  const settle = async (args: JsonObject) => {
    const given = { reposdir: folder, ...args };
    const foreseen = changes((await tryModule(yumRepository, given, { shell }, false)).plan);
    const { plan, result } = await tryModule(yumRepository, given, { shell });
    expect(result?.failed).toBeUndefined();
    expect(changes(plan)).toEqual(foreseen);
    expect(changes((await tryModule(yumRepository, given, { shell })).plan)).toEqual([]);
    return foreseen;
  };
  const now = (name: string): string => readFileSync(join(folder, `${name}.repo`), 'utf8');

  const epel: JsonObject = {
    name: 'epel',
    description: "EPEL it's $(id) é",
    baseurl: ['https://a.example/$releasever/$basearch/', 'https://b.example/'],
    gpgcheck: true,
    gpgkey: 'https://a.example/key',
    exclude: ['one*', 'two'],
    enabled: false,
    priority: 5,
    validate_certs: true,
  };

  it('makes a file, a second repository in it, and removes both with the file', async () => {
    await settle({ ...epel, mode: '0640' });
    expect(now('epel')).toBe(
      "[epel]\nbaseurl = https://a.example/$releasever/$basearch/\n\thttps://b.example/\nenabled = 0\nexclude = one* two\ngpgcheck = 1\ngpgkey = https://a.example/key\nname = EPEL it's $(id) é\npriority = 5\nsslverify = 1\n\n",
    );
    expect(statSync(join(folder, 'epel.repo')).mode & 0o777).toBe(0o640);
    await settle({ name: 'other', file: 'epel', description: 'Other', mirrorlist: 'https://m.example' });
    await settle({ ...epel, enabled: true, mode: '0644' });
    expect(now('epel')).toMatch(/^\[other\]\n[\s\S]*\[epel\]\n[\s\S]*enabled = 1\n/);
    expect(statSync(join(folder, 'epel.repo')).mode & 0o777).toBe(0o644);
    await settle({ name: 'other', file: 'epel', state: 'absent' });
    expect(now('epel')).not.toContain('other');
    expect(await settle({ name: 'epel', state: 'absent' })).toEqual(['state: file → absent']);
    expect(existsSync(join(folder, 'epel.repo'))).toBe(false);
  });

  it('leaves a file that says the same as it is, with its comments', async () => {
    const text = '# mine\n[a]\nname: A\nBASEURL=http://x\n';
    writeFileSync(join(folder, 'a.repo'), text);
    await settle({ name: 'a', description: 'A', baseurl: 'http://x' });
    expect(now('a')).toBe(text);
    await settle({ name: 'b', file: 'a', state: 'absent' });
    expect(now('a')).toBe(text);
  });

  it('shows no password, and notices another one', async () => {
    const args = {
      name: 'a',
      description: 'A',
      baseurl: 'http://x',
      username: 'u',
      password: 'geheim',
      reposdir: folder,
    };
    const made = await tryModule(yumRepository, args, { shell });
    expect(JSON.stringify(made.plan.differences.map(({ sealed: _sealed, ...one }) => one))).not.toContain('geheim');
    expect(now('a')).toContain('password = geheim\n');
    const other = await tryModule(yumRepository, { ...args, password: 'anders' }, { shell });
    expect(JSON.stringify(other.plan.differences.map(({ sealed: _sealed, ...one }) => one))).not.toMatch(
      /geheim|anders/,
    );
    expect(now('a')).toContain('password = anders\n');
  });

  it('says where there is no folder, and which line cannot be read', async () => {
    const args = { name: 'a', description: 'A', baseurl: 'http://x' };
    const none = await tryModule(yumRepository, { ...args, reposdir: `${folder}/none` }, { shell });
    expect(none.plan.failed).toBe(`Repo directory '${folder}/none' does not exist.`);
    writeFileSync(join(folder, 'a.repo'), '[x]\nodd\n');
    const odd = await tryModule(yumRepository, { ...args, reposdir: folder }, { shell });
    expect(odd.plan.failed).toContain('line 2 of');
  });
});

it.each<JsonObject>([
  { name: 'a', description: 'A' },
  { name: 'a', baseurl: 'http://x' },
  { name: 'a]\n[b', description: 'A', baseurl: 'http://x' },
  { name: '../a', description: 'A', baseurl: 'http://x' },
  { name: 'a', file: 'x/y', state: 'absent' },
])('yum_repository refuses %j', async (args) => {
  await expect(tryModule(yumRepository, args)).rejects.toThrow('module.arguments');
});
