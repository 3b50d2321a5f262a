import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import { find } from '#playbook/modules/find.ts';
import { shells, tryModule } from './host.ts';

let folder = '';
const names = [
  'a.log',
  'b.txt',
  '.hidden.log',
  "it's $(id).log",
  'new\nline.log',
  '-n.log',
  'sub/c.log',
  'sub/deep/d.log',
];

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'find-')));
  mkdirSync(join(folder, 'sub/deep'), { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), `${name}\nsecond line é\n`, { mode: 0o640 });
  writeFileSync(join(folder, 'é😀.bin'), Buffer.alloc(5000, 255));
  symlinkSync('sub', join(folder, 'link'));
  utimesSync(join(folder, 'a.log'), new Date('2020-01-01'), new Date('2020-01-01'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('find, on %s', (_name, shell) => {
  const found = async (args: JsonObject): Promise<readonly string[]> => {
    const { plan } = await tryModule(find, { paths: folder, ...args }, { shell });
    expect(plan.failed).toBeUndefined();
    expect(plan.differences).toEqual([]);
    const files = plan.result.files as readonly { path: string }[];
    expect(plan.result.matched).toBe(files.length);
    return files.map(({ path }) => path.slice(folder.length + 1));
  };

  it.each<[JsonObject, readonly string[]]>([
    [{}, ['-n.log', 'a.log', 'b.txt', "it's $(id).log", 'new\nline.log', 'é😀.bin']],
    [{ patterns: '*.log' }, ['-n.log', 'a.log', "it's $(id).log", 'new\nline.log']],
    [{ patterns: '*.log', hidden: true, excludes: 'a*,-*' }, ['.hidden.log', "it's $(id).log", 'new\nline.log']],
    [{ patterns: ['[ab].*'] }, ['a.log', 'b.txt']],
    [{ patterns: ["it's*"], recurse: true }, ["it's $(id).log"]],
    [{ patterns: ['.*\\.log'], use_regex: true, recurse: true, excludes: ['[^cd]'] }, ['sub/c.log', 'sub/deep/d.log']],
    [{ patterns: '?.log', recurse: true, depth: 2 }, ['a.log', 'sub/c.log']],
    [{ file_type: 'directory', recurse: true }, ['sub', 'sub/deep']],
    [{ file_type: 'link' }, ['link']],
    [{ file_type: 'any', patterns: ['sub', 'link', 'b.txt'] }, ['b.txt', 'link', 'sub']],
    [{ patterns: 'c.log', recurse: true, follow: true }, ['link/c.log', 'sub/c.log']],
    [{ age: '1w' }, ['a.log']],
    [{ age: '-1d', patterns: '?.*' }, ['b.txt']],
    [{ size: '1k' }, ['é😀.bin']],
    [{ size: '-100', patterns: 'a*,b*,é*' }, ['a.log', 'b.txt']],
    [{ contains: 'second.*é', patterns: 'a*,b*,é*' }, ['a.log', 'b.txt']],
    [{ contains: 'ine' }, []],
    [{ contains: '^b[\\s\\S]*line', read_whole_file: true, patterns: '*.txt' }, ['b.txt']],
    [{ patterns: 'none*' }, []],
  ])('finds what %j asks for', async (args, expected) => {
    expect(await found(args)).toEqual(expected);
  });

  it('tells what Ansible tells about each file', async () => {
    const path = join(folder, 'b.txt');
    const { plan } = await tryModule(find, { paths: folder, patterns: 'b.txt', get_checksum: true }, { shell });
    const real = statSync(path);
    expect((plan.result.files as readonly JsonObject[])[0]).toMatchObject({
      path,
      mode: '0640',
      size: real.size,
      uid: real.uid,
      gid: real.gid,
      inode: real.ino,
      dev: real.dev,
      nlink: 1,
      mtime: Math.floor(real.mtimeMs / 1000),
      isreg: true,
      isdir: false,
      rusr: true,
      woth: false,
      checksum: createHash('sha1').update('b.txt\nsecond line é\n').digest('hex'),
    });
    expect(plan.result).toMatchObject({ examined: 9, msg: 'All paths examined', skipped_paths: {} });
  });

  it('goes on where a path is no folder', async () => {
    const { plan } = await tryModule(find, { paths: [join(folder, 'no'), folder], patterns: 'a.log' }, { shell });
    expect(plan.result).toMatchObject({
      matched: 1,
      skipped_paths: { [join(folder, 'no')]: `'${folder}/no' is not a directory` },
    });
  });

  it('is not held up by many files', async () => {
    const many = realpathSync(mkdtempSync(join(tmpdir(), 'find-many-')));
    execFileSync('sh', ['-c', 'i=0; while [ $i -lt 3000 ]; do : >"$1/f$i"; i=$((i+1)); done', 'sh', many]);
    const { plan } = await tryModule(find, { paths: many }, { shell });
    expect(plan.result).toMatchObject({ matched: 3000, examined: 3000 });
    rmSync(many, { recursive: true });
  });

  it.each([{ age: 'old' }, { size: '1x' }, { patterns: ['('], use_regex: true }, { contains: '*' }])(
    'refuses %j before any host is asked',
    async (args) => {
      const checked = checkArguments(find, { paths: '/x', ...args });
      await expect(async () => checked.ok && find.prepare(checked.value, {} as never)).rejects.toThrow(
        'module.arguments',
      );
    },
  );
});
