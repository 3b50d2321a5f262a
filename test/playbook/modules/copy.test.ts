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
import { checkArguments } from '#playbook/modules/arguments.ts';
import { copy } from '#playbook/modules/copy.ts';
import type { Controller } from '#playbook/modules/module.ts';
import { template } from '#playbook/modules/template.ts';
import { quote } from '#ssh/quote.ts';
import { cases } from './copy.cases.ts';
import { changes, type Place, shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'copy-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nothing: Controller = {
  read: () => Promise.reject(new Error('not read')),
  render: (text) => Promise.resolve(text),
  test: () => Promise.resolve(true),
  evaluate: () => Promise.resolve(null),
};

/** A controller with a few sources; templates are rendered by putting one name in. */
const sources: Partial<Controller> = {
  read: async (src) => ({
    path: `/here/${src}`,
    content: Buffer.from(src === 'binary' ? [0, 1, 255] : `from ${src}\n`),
    mode: 0o100750,
  }),
  folder: async (src) =>
    src.startsWith('tree')
      ? [
          { path: 'a', kind: 'file', mode: 0o644, content: Buffer.from('A\n') },
          { path: 'empty', kind: 'directory', mode: 0o755, content: Buffer.alloc(0) },
          { path: 'sub', kind: 'directory', mode: 0o755, content: Buffer.alloc(0) },
          { path: "sub/b 'c'\n", kind: 'file', mode: 0o755, content: Buffer.from('B\n') },
        ]
      : undefined,
  render: async (text) => text.replace('{{ name }}', 'Ada'),
};

describe('copy, described', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const checked = checkArguments(copy, one.args);
    if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
    const args = await copy.prepare(checked.value, nothing);
    const state = copy.read({ code: 0, stdout: [...one.probe, 'end', ''].join('\n'), stderr: '' }, args);
    const plan = copy.plan(args, state);
    expect(plan.failed).toBe(one.failed);
    if (one.failed !== undefined) return;
    expect(changes(plan)).toEqual(one.differences);
    const apply = copy.apply(args, state, plan, quote);
    if (one.differences?.length === 0) expect(apply).toBeUndefined();
    for (const words of one.script ?? []) expect(apply?.script).toContain(words);
  });

  it.each([
    [{ dest: '/x' }],
    [{ dest: '/x', src: 'a', content: 'b' }],
    [{ dest: '/x/', content: 'b' }],
    [{ dest: '/x', content: 'b', remote_src: true }],
    [{ dest: '/x', content: 'b', validate: 'visudo -c' }],
    [{ dest: '/x', content: 'b', checksum: 'ffff' }],
  ])('refuses %j before any host is asked', async (args) => {
    const checked = checkArguments(copy, args);
    await expect(async () => checked.ok && copy.prepare(checked.value, nothing)).rejects.toThrow('module.arguments');
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('copy, on %s', (_name, shell) => {
  const place: Place = { shell, controller: sources };
  const settles = async (args: JsonObject): Promise<readonly string[]> => {
    const before = await tryModule(copy, args, place, false);
    const first = await tryModule(copy, args, place);
    expect(first.result?.failed).toBeUndefined();
    expect(changes(first.plan)).toEqual(changes(before.plan));
    const second = await tryModule(copy, args, place);
    expect(changes(second.plan)).toEqual([]);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.quarterdeck'))).toEqual(
      [],
    );
    return changes(first.plan);
  };
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it.each(["it's", '$(touch pwned)', '-n', 'new\nline', ' é😀 '])(
    'puts a content into a file called %j',
    async (name) => {
      const content = `${name}\n'"\\$(id)\n\tno end`;
      await settles({ content, dest: join(folder, name) });
      expect(read(name)).toBe(content);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
  );

  it('shows a unified diff of what changes', async () => {
    writeFileSync(join(folder, 'f'), 'one\ntwo\n');
    const { plan } = await tryModule(copy, { content: 'one\n2\n', dest: join(folder, 'f') }, place, false);
    expect(plan.differences[0]?.diff).toBe(
      `--- before: ${folder}/f\n+++ after: ${folder}/f\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n`,
    );
  });

  it('shows binary contents by their sums alone', async () => {
    writeFileSync(join(folder, 'f'), Buffer.from([0, 200, 10]));
    const text = await tryModule(copy, { content: 'text\n', dest: join(folder, 'f') }, place, false);
    expect(text.plan.differences.map((one) => one.diff)).toEqual([undefined]);
    const binary = await tryModule(copy, { src: 'binary', dest: join(folder, 'g') }, place);
    expect(binary.plan.differences.map((one) => one.diff)).toEqual([undefined, undefined]);
    expect([...readFileSync(join(folder, 'g'))]).toEqual([0, 1, 255]);
  });

  it('keeps the mode of what it replaces and takes the one it is given', async () => {
    writeFileSync(join(folder, 'f'), 'old', { mode: 0o600 });
    chmodSync(join(folder, 'f'), 0o4750);
    await settles({ content: 'new', dest: join(folder, 'f') });
    expect(statSync(join(folder, 'f')).mode & 0o7777).toBe(0o4750);
    await settles({ src: 's', dest: join(folder, 'f'), mode: 'preserve' });
    expect(statSync(join(folder, 'f')).mode & 0o7777).toBe(0o750);
  });

  it('goes into a folder under its own name, and makes the folder when dest ends with a slash', async () => {
    await settles({ src: 's.conf', dest: folder });
    expect(read('s.conf')).toBe('from s.conf\n');
    expect(await settles({ src: 's.conf', dest: `${folder}/new/sub/`, directory_mode: '0700' })).toHaveLength(4);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
    expect(read('new/sub/s.conf')).toBe('from s.conf\n');
  });

  it('replaces a link, or follows it when told', async () => {
    writeFileSync(join(folder, 'target'), 'old');
    symlinkSync('target', join(folder, 'l'));
    await settles({ content: 'followed', dest: join(folder, 'l'), follow: true });
    expect([read('target'), lstatSync(join(folder, 'l')).isSymbolicLink()]).toEqual(['followed', true]);
    await settles({ content: 'replaced', dest: join(folder, 'l') });
    expect([read('target'), read('l'), lstatSync(join(folder, 'l')).isSymbolicLink()]).toEqual([
      'followed',
      'replaced',
      false,
    ]);
  });

  it('leaves everything as it was when the new file is not valid', async () => {
    writeFileSync(join(folder, 'f'), 'good');
    const args = { content: 'bad', dest: join(folder, 'f'), validate: "grep -q 'good one' %s" };
    const { result } = await tryModule(copy, args, place);
    expect(result?.failed).toContain('failed to validate');
    expect([read('f'), readdirSync(folder)]).toEqual(['good', ['f']]);
    await settles({ ...args, content: 'a good one' });
  });

  it('tells in one line what the program said that did not take it', async () => {
    const says = `sh -c 'echo "line 1: no" >&2; echo "50%s of it"; exit 1' sh %s`;
    const { result } = await tryModule(copy, { content: 'bad', dest: join(folder, 'f'), validate: says }, place);
    const lastLine = (text: string | undefined) => text?.trim().split('\n').at(-1);
    expect(lastLine(result?.failed)).toMatch(/^failed to validate: line 1: no 50\S+ of it ?$/);
    const silent = { content: 'bad', dest: join(folder, 'f'), validate: "grep -q 'good one' %s" };
    expect(lastLine((await tryModule(copy, silent, place)).result?.failed)).toBe('failed to validate');
  });

  it('keeps a backup of what it replaces', async () => {
    writeFileSync(join(folder, 'f'), 'old');
    const { result } = await tryModule(copy, { content: 'new', dest: join(folder, 'f'), backup: true }, place);
    expect(readFileSync(String(result?.result.backup_file), 'utf8')).toBe('old');
  });

  it('puts a whole folder, itself or what is in it, and only what differs', async () => {
    await settles({ src: 'tree', dest: join(folder, 'x') });
    expect([
      read('x/tree/a'),
      read("x/tree/sub/b 'c'\n"),
      statSync(join(folder, 'x/tree/empty')).isDirectory(),
    ]).toEqual(['A\n', 'B\n', true]);
    await settles({ src: 'tree/', dest: join(folder, 'y'), mode: '0600' });
    expect(read('y/a')).toBe('A\n');
    writeFileSync(join(folder, 'y/a'), 'drift');
    expect(await settles({ src: 'tree/', dest: join(folder, 'y'), mode: '0600' })).toHaveLength(1);
  });

  it('copies on the host itself, files and folders', async () => {
    mkdirSync(join(folder, 'src/deep'), { recursive: true });
    writeFileSync(join(folder, "src/deep/it's\n"), 'one', { mode: 0o640 });
    writeFileSync(join(folder, 'src/top'), 'two');
    await settles({ src: join(folder, 'src'), dest: join(folder, 'a'), remote_src: true });
    expect(read('a/src/top')).toBe('two');
    await settles({ src: `${folder}/src/`, dest: join(folder, 'b'), remote_src: true });
    expect(read("b/deep/it's\n")).toBe('one');
    writeFileSync(join(folder, 'b/top'), 'drift');
    expect(await settles({ src: `${folder}/src/`, dest: join(folder, 'b'), remote_src: true })).toHaveLength(1);
    expect(
      await settles({ src: join(folder, 'src/top'), dest: join(folder, 'c'), remote_src: true, mode: '0600' }),
    ).toContain('mode: 0644 → 0600');
    const missing = await tryModule(
      copy,
      { src: join(folder, 'nope'), dest: join(folder, 'd'), remote_src: true },
      place,
    );
    expect(missing.plan.failed).toBe(`Source ${folder}/nope not found`);
  });

  it('says so when the disk is full, and leaves the file as it was', async () => {
    writeFileSync(join(folder, 'f'), 'old');
    writeFileSync(
      join(folder, 'cat'),
      '#!/bin/sh\nprintf part\necho "cat: write error: No space left on device" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    const full = { ...place, env: { PATH: `${folder}:${process.env.PATH}` } };
    const { result } = await tryModule(copy, { content: 'new', dest: join(folder, 'f') }, full);
    expect(result?.failed).toContain('No space left on device');
    expect([read('f'), readdirSync(folder).toSorted()]).toEqual(['old', ['cat', 'f']]);
  });

  it('renders a template and puts it', async () => {
    const rendering: Place = {
      ...place,
      controller: {
        ...sources,
        read: async (src) => ({ path: `/here/templates/${src}`, content: Buffer.from('hello {{ name }}\n') }),
      },
    };
    const args = { src: 'greeting.j2', dest: join(folder, 'greeting'), mode: '0640' };
    const first = await tryModule(template, args, rendering);
    expect(changes(first.plan)).toContain('mode: 0644 → 0640');
    expect(read('greeting')).toBe('hello Ada\n');
    expect(changes((await tryModule(template, args, rendering)).plan)).toEqual([]);
    await tryModule(template, { ...args, newline_sequence: '\\r\\n' }, rendering);
    expect(read('greeting')).toBe('hello Ada\r\n');
  });
});
