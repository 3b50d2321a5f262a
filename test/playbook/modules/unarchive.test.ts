import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
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
import { readEntries } from '#playbook/modules/unarchive/entries.ts';
import { unarchive } from '#playbook/modules/unarchive.ts';
import { present } from '#test/support/programs.ts';
import { changes, type Place, shells, tryModule } from './host.ts';

let folder = '';
const long = `${'long-name-'.repeat(14)}é.txt`;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'unarchive-')));
  mkdirSync(join(folder, 'src/app/deep'), { recursive: true });
  mkdirSync(join(folder, 'dest'));
  writeFileSync(join(folder, 'src/app/run'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, "src/app/deep/it's"), "it's\n");
  writeFileSync(join(folder, 'src/app', long), 'long\n');
  symlinkSync('run', join(folder, 'src/app/current'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pack = (name: string, command: string, ...args: readonly string[]): string => {
  execFileSync(command, args, { cwd: join(folder, 'src') });
  return join(folder, name);
};

const kinds = present<readonly [name: string, make: () => string, needs: string]>(
  [
    ['a.tar', () => pack('a.tar', 'tar', '-cf', '../a.tar', 'app'), 'tar'],
    ['a.tar.gz', () => pack('a.tar.gz', 'tar', '-czf', '../a.tar.gz', '--format=pax', 'app'), 'gzip'],
    ['a.tgz', () => pack('a.tgz', 'tar', '-czf', '../a.tgz', '--format=gnu', './app'), 'gzip'],
    ['a.tar.zst', () => pack('a.tar.zst', 'tar', '--zstd', '-cf', '../a.tar.zst', 'app'), 'zstd'],
    ['a.zip', () => pack('a.zip', 'zip', '-qry', '../a.zip', 'app'), 'zip'],
  ],
  ([, , needs]) => needs,
);

const ours: Place['controller'] = {
  read: async (src) => ({ path: src, content: readFileSync(src) }),
};

describe('archives', () => {
  it.each(kinds)('%s is read as what was packed', (name, make) => {
    const entries = readEntries(name.endsWith('.zip') ? 'zip' : 'tar', readFileSync(make()), {
      strip: 0,
      include: [],
      exclude: [],
    });
    const shown = entries
      ?.map(({ path, type, content, target }) => `${type} ${path} ${target ?? content.toString()}`)
      .toSorted();
    expect(shown).toEqual([
      'directory app ',
      'directory app/deep ',
      "file app/deep/it's it's\n",
      `file app/${long} long\n`,
      'file app/run #!/bin/sh\n',
      'link app/current run',
    ]);
  });

  it('choose and cut paths', () => {
    const content = readFileSync(pack('a.tar', 'tar', '-cf', '../a.tar', 'app'));
    const paths = (include: readonly string[], exclude: readonly string[], strip = 0) =>
      readEntries('tar', content, { strip, include, exclude })
        ?.filter((entry) => entry.type === 'file')
        .map((entry) => entry.path)
        .toSorted();
    expect(paths(['app/run'], [])).toEqual(['app/run']);
    expect(paths([], ['app/deep', '*.txt'])).toEqual(['app/run']);
    expect(paths(['app/deep'], [], 1)).toEqual(["deep/it's"]);
  });

  it.each([
    ['that lead outside', () => pack('a.tar', 'tar', '-cPf', '../a.tar', '../src/app/run')],
    [
      'that are cut',
      () => {
        const path = pack('a.tar', 'tar', '-cf', '../a.tar', 'app');
        writeFileSync(path, readFileSync(path).subarray(0, 1200));
        return path;
      },
    ],
  ])('%s are refused', (_what, make) => {
    expect(() => readEntries('tar', readFileSync(make()), { strip: 0, include: [], exclude: [] })).toThrow(
      'module.archive',
    );
  });

  it('that are no archive are refused', () => {
    expect(() => readEntries('zip', Buffer.from('hello'), { strip: 0, include: [], exclude: [] })).toThrow(
      'module.archive',
    );
    expect(() =>
      readEntries('tar', Buffer.from([0x1f, 0x8b, 1, 2, 3]), { strip: 0, include: [], exclude: [] }),
    ).toThrow('module.archive');
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('unarchive, on %s', (_name, shell) => {
  const settles = async (args: JsonObject): Promise<readonly string[]> => {
    const place: Place = { shell, ...(ours && { controller: ours }) };
    const before = await tryModule(unarchive, args, place, false);
    const first = await tryModule(unarchive, args, place);
    expect(first.result?.failed).toBeUndefined();
    expect(changes(first.plan)).toEqual(changes(before.plan));
    expect(changes((await tryModule(unarchive, args, place)).plan)).toEqual([]);
    return changes(first.plan);
  };
  const unpacked = (): void => {
    expect(readFileSync(join(folder, "dest/app/deep/it's"), 'utf8')).toBe("it's\n");
    expect(readFileSync(join(folder, 'dest/app', long), 'utf8')).toBe('long\n');
    expect(readlinkSync(join(folder, 'dest/app/current'))).toBe('run');
    expect(statSync(join(folder, 'dest/app/run')).mode & 0o777).toBe(0o755);
  };

  it.each(kinds)('unpacks %s of ours, and what changed since', async (_kind, make) => {
    const args = { src: make(), dest: join(folder, 'dest') };
    expect(await settles(args)).toHaveLength(6);
    unpacked();
    writeFileSync(join(folder, 'dest/app/run'), 'drift');
    rmSync(join(folder, 'dest/app/current'));
    expect(await settles(args)).toEqual(['state: absent → as in the archive', 'content: other → as in the archive']);
    unpacked();
  });

  it.each(kinds)('unpacks %s that lies on the host, and what changed since', async (_kind, make) => {
    const args = { src: make(), dest: join(folder, 'dest'), remote_src: true };
    expect(await settles(args)).toHaveLength(6);
    unpacked();
    writeFileSync(join(folder, 'dest/app/run'), 'drift');
    expect(await settles(args)).toEqual(['content: other → as in the archive']);
  });

  it('takes only what is chosen, with paths cut and a mode', async () => {
    const args = {
      src: pack('a.tar', 'tar', '-cf', '../a.tar', 'app'),
      dest: join(folder, 'dest'),
      extra_opts: ['--strip-components=1'],
      exclude: ['app/deep'],
      mode: 'go=',
    };
    await settles(args);
    expect(existsSync(join(folder, 'dest/deep'))).toBe(false);
    expect(statSync(join(folder, 'dest/run')).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(folder, 'dest/current')).isSymbolicLink()).toBe(true);
  });

  it('does nothing when what it creates is there', async () => {
    const src = pack('a.tar.xz', 'tar', '-cJf', '../a.tar.xz', 'app');
    const args = { src, dest: join(folder, 'dest'), creates: join(folder, 'dest/app/run') };
    expect(await settles(args)).toEqual([`unpacked: false → ${src}`]);
    unpacked();
  });

  it('says what is wrong with archive or folder, and changes nothing', async () => {
    const place: Place = { shell, ...(ours && { controller: ours }) };
    const failed = async (args: JsonObject) => (await tryModule(unarchive, args, place)).plan.failed;
    expect(await failed({ src: join(folder, 'no.tar'), dest: join(folder, 'dest'), remote_src: true })).toBe(
      `Source '${folder}/no.tar' does not exist`,
    );
    expect(await failed({ src: kinds[0]?.[1]() ?? '', dest: join(folder, 'nowhere') })).toBe(
      `Destination '${folder}/nowhere' is not a directory`,
    );
    writeFileSync(join(folder, 'bad.tar.gz'), 'not an archive');
    expect(await failed({ src: join(folder, 'bad.tar.gz'), dest: join(folder, 'dest'), remote_src: true })).toContain(
      'Failed to find handler',
    );
    expect(await failed({ src: join(folder, 'bad.tar.gz'), dest: join(folder, 'dest'), copy: false })).toContain(
      'Failed to find handler',
    );
  });
});

describe('unarchive', () => {
  it.each([
    [{ src: 'a.rar', dest: '/x' }],
    [{ src: 'https://x/a.tar', dest: '/x' }],
    [{ src: 'a.tar', dest: '/x', include: ['a'], exclude: ['b'] }],
    [{ src: 'a.tar', dest: '/x', extra_opts: ['--to-command=sh'] }],
    [{ src: 'a.tar', dest: '/x', extra_opts: ['--checkpoint-action=exec=sh'] }],
    [{ src: 'a.tar', dest: '/x', extra_opts: ['-C', '/'] }],
    [{ src: 'a.tar', dest: '/x', extra_opts: ['--transform=s/.*/id/e'] }],
  ])('refuses %j', async (args) => {
    await expect(tryModule(unarchive, args)).rejects.toThrow('module.arguments');
  });

  it('refuses an archive that it could never compare', async () => {
    const controller = {
      read: async () => ({ path: '/a.tar.xz', content: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) }),
    };
    await expect(tryModule(unarchive, { src: 'a.tar.xz', dest: '/x' }, { controller })).rejects.toThrow(
      'module.arguments',
    );
  });
});
