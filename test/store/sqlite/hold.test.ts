import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { holdDataFolder } from '#store/sqlite/hold.ts';
import { startChild } from '../children/child.ts';
import { testFolder } from '../folder.ts';

test('a data folder held by a living process is refused, with its pid in the sentence', async () => {
  await using folder = await testFolder();
  await using holder = startChild('hold.ts', folder.path);
  await holder.prints(/held/);
  const refused = holdDataFolder(folder.path);
  await expect(refused).rejects.toMatchObject({
    code: 'store.in_use',
    refusal: { details: { pid: holder.process.pid }, say: { en: expect.stringContaining(`${holder.process.pid}`) } },
  });
});

test('a killed holder frees the folder by dying', async () => {
  await using folder = await testFolder();
  for (let turn = 0; turn < 3; turn += 1) {
    await using holder = startChild('hold.ts', folder.path);
    await holder.prints(/held/);
    await holder.kill();
  }
  const held = await holdDataFolder(folder.path);
  await held.release();
});

test('a folder held by this process is refused to another, and to this one again, until it is released', async () => {
  await using folder = await testFolder();
  const held = await holdDataFolder(folder.path);
  await using other = startChild('hold.ts', folder.path);
  await other.prints(/store\.in_use/);
  await expect(holdDataFolder(folder.path)).rejects.toMatchObject({ code: 'store.in_use' });
  await using third = startChild('hold.ts', folder.path);
  await third.prints(/store\.in_use/);
  await held.release();
  await held.release();
  const again = await holdDataFolder(folder.path);
  await again.release();
});

test('of ten processes that start at once one gets the folder', async () => {
  await using folder = await testFolder();
  await using stack = new AsyncDisposableStack();
  const children = Array.from({ length: 10 }, () => stack.use(startChild('hold.ts', folder.path)));
  await Promise.all(children.map((child) => child.prints(/held|store\.in_use/)));
  expect(children.filter((child) => child.output().includes('held'))).toHaveLength(1);
});

test("the folder is made if need be, and is its owner's alone", async () => {
  await using folder = await testFolder();
  const path = folder.file('new/data');
  const held = await holdDataFolder(path);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await stat(`${path}/lock.pid`)).mode & 0o777).toBe(0o600);
  await held.release();
});

test('a folder of others is refused and left as it is; an empty one, and one that was ours, are taken', async () => {
  await using folder = await testFolder();
  const made = async (name: string, mode: number, ...files: readonly string[]) => {
    await mkdir(folder.file(name));
    for (const file of files) await writeFile(folder.file(`${name}/${file}`), '');
    await chmod(folder.file(name), mode);
    return folder.file(name);
  };
  const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;
  for (const [path, mode] of [
    [await made('etc', 0o755, 'passwd'), 0o755],
    [await made('tmp', 0o1777), 0o1777],
    [await made('tmp-again', 0o1777, 'lock.db'), 0o1777],
  ] as const) {
    await expect(holdDataFolder(path)).rejects.toMatchObject({
      code: 'data.foreign',
      refusal: {
        say: { en: expect.stringContaining(mode === 0o1777 ? 'everybody may write' : 'not Quarterdeck’s') },
        details: { folder: path },
      },
    });
    expect(await modeOf(path)).toBe(mode);
  }
  for (const path of [
    await made('new', 0o755),
    await made('disk', 0o755, 'lost+found'),
    await made('before', 0o755, 'quarterdeck.db', 'more'),
    await made('to-restore', 0o755, 'digest.key', 'known_hosts'),
    await made('private', 0o700, 'quarterdeck.yaml'),
  ]) {
    await (await holdDataFolder(path)).release();
    expect(await modeOf(path)).toBe(0o700);
  }
});

test('nonsense in the pid file is not repeated', async () => {
  await using folder = await testFolder();
  const held = await holdDataFolder(folder.path);
  await writeFile(folder.file('lock.pid'), '$(rm -rf /) 12');
  await expect(holdDataFolder(folder.path)).rejects.toMatchObject({
    refusal: { say: { en: expect.stringContaining('another process') } },
  });
  await held.release();
});

test('a file where the folder should be is a clear fault', async () => {
  await using folder = await testFolder();
  await writeFile(folder.file('data'), '');
  await expect(holdDataFolder(folder.file('data'))).rejects.toMatchObject({ code: 'data.unusable' });
});

test('a folder that cannot be made is a clear fault, and an answer', async () => {
  await expect(holdDataFolder('/proc/nope/data')).rejects.toMatchObject({ code: 'data.unusable' });
  await expect(holdDataFolder('/dev/null/data')).rejects.toMatchObject({ code: 'data.unusable' });
});
