import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { joined, unescaped } from '#playbook/modules/assemble/join.ts';
import { assemble } from '#playbook/modules/assemble.ts';
import type { Controller } from '#playbook/modules/module.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

describe('the fragments', () => {
  const of = (...contents: readonly string[]) =>
    contents.map((content, index) => ({ name: String(index), content: Buffer.from(content) }));

  it.each<[string, readonly string[], string, string]>([
    ['follow one another', ['a\n', 'b\n'], '', 'a\nb\n'],
    ['each begin a line', ['a', 'b', 'c'], '', 'a\nb\nc'],
    ['have the delimiter between them', ['a\n', 'b', 'c\n'], '--', 'a\n--\nb\n--\nc\n'],
    ['have a delimiter that ends its line', ['a\n', 'b\n'], '--\n', 'a\n--\nb\n'],
    ['may be empty', ['', '', 'c'], '', '\n\nc'],
    ['may be none', [], '--', ''],
  ])('%s', (_name, contents, delimiter, whole) => expect(joined(of(...contents), delimiter).toString()).toBe(whole));

  it('are sorted by the bytes of their names', () => {
    const names = ['b', '10', '9', '_', 'A', '\xc3\xa9', '.a'];
    const all = names.map((name) => ({ name, content: Buffer.from(`${name}\n`, 'latin1') }));
    expect(joined(all, '').toString()).toBe('.a\n10\n9\nA\n_\nb\né\n');
  });

  it.each([
    ['a\\nb', 'a\nb'],
    ['\\x41\\101\\t', 'AA\t'],
    ['\\\\n \\q', '\\n \\q'],
    ['\\xzz \\', '\\xzz \\'],
  ])('escapes in a delimiter are undone: %s', (written, meant) => expect(unescaped(written)).toBe(meant));
});

describe('assemble, described', () => {
  const there = ['src=folder', 'parent=folder', 'umask=0022', 'it.path==/d', 'it.type=absent'];

  it.each<[string, readonly string[], string]>([
    ['there is no such folder', ['src=missing'], 'Source (/s) does not exist'],
    ['it is no folder', ['src=other'], 'Source (/s) is not a directory'],
    ['it may not be looked into', ['src=closed'], 'Source (/s) cannot be read: permission denied'],
    ['there is nowhere to put it', ['parent=missing'], 'Destination directory / does not exist'],
    ['nothing may be put there', ['parent=closed'], 'Destination / not writable'],
    ['a folder is in the way', ['it.type=directory', 'it.stat=41ed 1 0 0 1 1 1 1 1 1 root root'], 'not a regular file'],
    ['a fragment may not be read', ['name==a', 'f0.closed=yes'], '/s/a cannot be read: permission denied'],
    ['a fragment is too large', ['name==a', 'f0.large=99999999'], '/s/a has 95.4 MB'],
  ])('says that %s', async (_name, lines, words) => {
    expect((await described(assemble, { src: '/s', dest: '/d' }, [...there, ...lines])).plan.failed).toContain(words);
  });

  it('does not mind what it does not take', async () => {
    const args = { src: '/s', dest: '/d', regexp: '^b' };
    expect((await described(assemble, args, [...there, 'name==a', 'f0.closed=yes'])).plan.failed).toBeUndefined();
  });

  it('ends a pattern that never would', async () => {
    const args = { src: '/s', dest: '/d', regexp: '^(a+)+$' };
    const name = `name=${Buffer.from(`${'a'.repeat(40)}!`).toString('hex')}`;
    expect((await described(assemble, args, [...there, name, 'f0.hex='])).plan.failed).toBeTruthy();
  });

  it.each<[JsonObject]>([
    [{ src: '/s' }],
    [{ dest: '/d' }],
    [{ src: '/s', dest: '/d', regexp: '(' }],
    [{ src: '/s', dest: '/d', validate: 'true' }],
    [{ src: '/s', dest: '/d', owner: '-x' }],
    [{ src: '/s', dest: '/d', decrypt: false }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(assemble, args, [])).rejects.toThrow('module.arguments');
  });

  it('depends on whatever is put into its folder before', () => {
    const about = (own: unknown) => assemble.subjects?.({ src: '/s', own } as never, undefined as never);
    expect([about(undefined), about([])]).toEqual([['/s/*'], []]);
  });
});

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "it's $(id) ")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (path: string, content: string) =>
  ({ path, kind: 'file', mode: 0o644, content: Buffer.from(content) }) as const;

/** A controller with one folder. */
const controller: Partial<Controller> = {
  folder: async (src) =>
    src === 'parts'
      ? [
          entry('b', 'B'),
          entry('.hidden', 'H\n'),
          { path: 'deep', kind: 'directory', mode: 0o755, content: Buffer.alloc(0) },
          entry('deep/c', 'C\n'),
          entry('a', 'A\n'),
        ]
      : undefined,
};

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('assemble, on %s', (_name, shell) => {
  const attempt = (args: JsonObject, run = true) =>
    tryModule(assemble, { src: join(folder, 'parts'), dest: join(folder, 'd'), ...args }, { shell, controller }, run);
  const whole = (): string => readFileSync(join(folder, 'd'), 'utf8');
  const part = (name: string, content: string | Buffer): void => writeFileSync(join(folder, 'parts', name), content);
  beforeEach(() => mkdirSync(join(folder, 'parts')));

  it('puts together what is on the host, once', async () => {
    for (const name of ['20 b', "10 it's", '-n', '$(touch pwned)', '30\nnew', '*', '.hid']) part(name, `${name}\n`);
    mkdirSync(join(folder, 'parts/deep'));
    writeFileSync(join(folder, 'parts/deep/x'), 'no\n');
    symlinkSync('20 b', join(folder, 'parts/40'));
    symlinkSync('nowhere', join(folder, 'parts/50'));
    expect(changes((await attempt({}, false)).plan)).toEqual([
      'state: absent → file',
      expect.stringMatching(/^content: null → sha1:/),
    ]);
    expect(existsSync(join(folder, 'd'))).toBe(false);
    const { result } = await attempt({ mode: '0640' });
    expect(result).toMatchObject({ changed: true, result: { msg: 'OK', mode: '0640', dest: join(folder, 'd') } });
    expect(whole()).toBe("$(touch pwned)\n*\n-n\n.hid\n10 it's\n20 b\n30\nnew\n20 b\n");
    expect((await attempt({ mode: '0640' })).plan.differences).toEqual([]);
    expect(readdirSync(folder).toSorted()).toEqual(['d', 'parts']);
  });

  it('takes the names that a pattern finds, and no hidden ones when told', async () => {
    for (const name of ['a.conf', 'b.conf~', 'c.conf', '.d.conf']) part(name, `${name}\n`);
    await attempt({ regexp: '\\.conf$' });
    expect(whole()).toBe('.d.conf\na.conf\nc.conf\n');
    const { plan } = await attempt({ regexp: '\\.conf$', ignore_hidden: true });
    expect(plan.differences[0]?.diff).toContain('-.d.conf\n');
    expect(whole()).toBe('a.conf\nc.conf\n');
  });

  it('keeps bytes that are no text', async () => {
    part('a', Buffer.from([0, 255]));
    part('b', Buffer.from([200, 10]));
    const { plan } = await attempt({ delimiter: '\\xff\\n' });
    expect(plan.differences.map(({ diff }) => diff)).toEqual([undefined, undefined]);
    expect([...readFileSync(join(folder, 'd'))]).toEqual([0, 255, 10, 255, 10, 200, 10]);
  });

  it('puts together what is beside the playbook', async () => {
    const { result } = await attempt({ src: 'parts', remote_src: false, delimiter: '# next', ignore_hidden: true });
    expect(result?.changed).toBe(true);
    expect(whole()).toBe('A\n# next\nB');
    expect(
      (await attempt({ src: 'parts', remote_src: false, delimiter: '# next', ignore_hidden: true })).plan.differences,
    ).toEqual([]);
    await expect(attempt({ src: 'other', remote_src: false })).rejects.toThrow('module.arguments');
  });

  it('leaves everything as it was when the new file is not valid', async () => {
    part('a', 'bad\n');
    writeFileSync(join(folder, 'd'), 'good\n');
    const { result } = await attempt({ validate: "grep -q 'good' %s", backup: true });
    expect(result?.failed).toContain('failed to validate');
    expect(whole()).toBe('good\n');
  });

  it('keeps a copy, the mode and the owner of what it replaces, and takes the place of a link', async () => {
    part('a', 'new\n');
    writeFileSync(join(folder, 'real'), 'old\n');
    chmodSync(join(folder, 'real'), 0o600);
    symlinkSync('real', join(folder, 'd'));
    const { result } = await attempt({ backup: true });
    expect(readFileSync(String(result?.result.backup_file), 'utf8')).toBe('old\n');
    expect([whole(), readFileSync(join(folder, 'real'), 'utf8')]).toEqual(['new\n', 'old\n']);
    expect([lstatSync(join(folder, 'd')).isFile(), statSync(join(folder, 'd')).mode & 0o777]).toEqual([true, 0o600]);
  });

  it('only sets the mode when that is all that differs', async () => {
    part('a', 'x\n');
    await attempt({});
    expect(changes((await attempt({ mode: 'g+w' })).plan)).toEqual(['mode: 0644 → 0664']);
    expect(statSync(join(folder, 'd')).mode & 0o777).toBe(0o664);
  });
});
