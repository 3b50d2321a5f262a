import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { rootOf } from '#playbook/modules/archive/work.ts';
import { archive } from '#playbook/modules/archive.ts';
import { present } from '#test/support/programs.ts';
import { changes, shells, tryModule } from './host.ts';

let folder = '';
let from = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  from = join(folder, "it's $(id)");
  mkdirSync(join(from, 'sub/empty'), { recursive: true });
  writeFileSync(join(from, 'a é'), 'a', { mode: 0o640 });
  writeFileSync(join(from, 'sub/-b\nc'), 'bb');
  writeFileSync(join(from, 'sub/log.tmp'), 'no');
  symlinkSync('a é', join(from, 'link'));
  linkSync(join(from, 'a é'), join(from, 'second'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each with the program that packs it. */
const formats = present(
  [
    ['gz', 'gzip'],
    ['bz2', 'bzip2'],
    ['xz', 'xz'],
    ['tar', 'tar'],
  ],
  ([, program = '']) => program,
);

it.each([
  [['/srv/foo'], '/srv/'],
  [['/srv/foo/'], '/srv/foo/'],
  [['/srv/a', '/srv/ab'], '/srv/'],
  [['/srv/a/x', '/srv/ab/y'], '/srv/'],
  [['/a', '/b/c'], '/'],
])('what %j have in common is %s', (paths, root) => expect(rootOf(paths)).toBe(root));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('archive, on %s', (_name, shell) => {
  const attempt = (args: JsonObject, run = true) => tryModule(archive, args, { shell }, run);

  const settle = async (args: JsonObject) => {
    const foreseen = changes((await attempt(args, false)).plan);
    const { plan, result } = await attempt(args);
    expect(result?.failed).toBeUndefined();
    expect(changes(plan)).toEqual(foreseen);
    expect(changes((await attempt(args)).plan)).toEqual([]);
    return { foreseen, result: result?.result };
  };

  const unpacked = (file: string): string => {
    const place = mkdtempSync(join(folder, 'out-'));
    execFileSync('tar', ['-xf', file, '-C', place]);
    return place;
  };

  it.each(formats)('puts a folder into an archive by %s, and knows it again', async (format) => {
    const dest = join(folder, `x.${format}`);
    const { foreseen, result } = await settle({ path: from, dest, format, mode: '0600' });
    expect(foreseen).toEqual(['content: absent → an archive of 7', 'mode: 0644 → 0600']);
    expect(result).toMatchObject({
      dest,
      dest_state: 'archive',
      arcroot: `${folder}/`,
      missing: [],
      expanded_paths: [from],
    });
    const out = join(unpacked(dest), "it's $(id)");
    expect(readdirSync(out).toSorted()).toEqual(['a é', 'link', 'second', 'sub']);
    expect(readFileSync(join(out, 'sub/-b\nc'), 'utf8')).toBe('bb');
    expect(statSync(join(out, 'a é')).mode & 0o777).toBe(0o640);
    utimesSync(join(from, 'a é'), 1, 1);
    expect((await settle({ path: from, dest, format, mode: '0600' })).foreseen).toEqual([
      'content: another → an archive of 7',
    ]);
  });

  it('leaves out what it is told, and takes a pattern and several paths', async () => {
    const dest = join(folder, 'x.tgz');
    await settle({
      path: [`${from}/*`, `${folder}/nothing`],
      exclude_path: [`${from}/lin*`],
      exclusion_patterns: ['*.tmp', '*/empty'],
      dest,
    });
    const made = await attempt({ path: [`${from}/*`, `${folder}/nothing`], dest });
    expect(made.plan.result).toMatchObject({ dest_state: 'incomplete', missing: [`${folder}/nothing`] });
    rmSync(dest);
    await settle({
      path: [`${from}/*`],
      exclude_path: [`${from}/lin*`],
      exclusion_patterns: ['*.tmp', '*/empty'],
      dest,
    });
    const out = unpacked(dest);
    expect(readdirSync(out).toSorted()).toEqual(['a é', 'second', 'sub']);
    expect(readdirSync(join(out, 'sub'))).toEqual(['-b\nc']);
  });

  it('packs one file alone, and takes it away when told', async () => {
    const path = join(from, 'a é');
    const { foreseen, result } = await settle({ path });
    expect(foreseen).toEqual(['content: absent → the file, packed']);
    expect(result).toMatchObject({ dest: `${path}.gz`, dest_state: 'compress', archived: [path] });
    expect(execFileSync('gzip', ['-dc', `${path}.gz`], { encoding: 'utf8' })).toBe('a');
    writeFileSync(path, 'b');
    await settle({ path, remove: true });
    expect(existsSync(path)).toBe(false);
    expect(execFileSync('gzip', ['-dc', `${path}.gz`], { encoding: 'utf8' })).toBe('b');
    await settle({ path: join(from, 'sub/log.tmp'), format: 'tar' });
    await settle({
      path: join(from, 'sub/log.tmp'),
      format: 'gz',
      force_archive: true,
      dest: join(folder, 'one.tar.gz'),
    });
    expect(readdirSync(unpacked(join(folder, 'one.tar.gz')))).toEqual(['log.tmp']);
  });

  it('takes a whole folder away once it is in the archive', async () => {
    const dest = join(folder, 'x.tar.gz');
    const { foreseen } = await settle({ path: `${from}/`, dest, remove: true });
    expect(foreseen).toEqual(['content: absent → an archive of 7', 'state: directory → absent']);
    expect(existsSync(from)).toBe(false);
    expect(readdirSync(unpacked(dest)).toSorted()).toEqual(['a é', 'link', 'second', 'sub']);
  });

  it.each<readonly [args: () => JsonObject, why: string]>([
    [() => ({ path: `${folder}/none*`, dest: `${folder}/x` }), 'Error, no source paths were found'],
    [() => ({ path: from }), 'must specify "dest"'],
    [() => ({ path: from, dest: `${from}/x.tgz`, remove: true }), 'can not be contained in source paths'],
    [() => ({ path: from, dest: `${folder}/none/x.tgz` }), 'does not exist'],
    [() => ({ path: from, dest: folder }), 'is a directory'],
  ])('refuses %s', async (args, why) => {
    expect((await attempt(args())).plan.failed).toContain(why);
  });
});

it('archive refuses what it cannot compare', () => {
  expect(JSON.stringify(archive.args.format?.refuse?.('zip'))).toContain('zip is not made here');
  expect(archive.args.format?.refuse?.('gz')).toBeUndefined();
});
