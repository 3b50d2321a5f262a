import { stat, writeFile } from 'node:fs/promises';
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
