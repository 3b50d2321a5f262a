import { createHash } from 'node:crypto';
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { openFiles } from '#store/files.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from './folder.ts';

const opened = async () => {
  const folder = await testFolder();
  const store = await openSqliteStore({ path: folder.file('store.db'), clock: systemClock });
  const files = openFiles({ folder: folder.file('files'), index: store.files });
  return {
    files,
    path: (id: string) => folder.file(`files/${id}`),
    folder,
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};

const content = Buffer.from([0, 1, 2, 255, 254]);

test('bytes come back as they were, under the hash of their content, readable by their owner alone', async () => {
  await using one = await opened();
  const file = await one.files.put(content, 'cpu.png', 'image/png');
  expect(file).toEqual({
    id: createHash('sha256').update(content).digest('hex'),
    name: 'cpu.png',
    type: 'image/png',
    bytes: 5,
  });
  expect(await one.files.get(file.id)).toEqual({ file, content });
  expect((await stat(one.path(file.id))).mode & 0o777).toBe(0o600);
});

test('the same bytes, even many times at once, are kept once under the first name', async () => {
  await using one = await opened();
  const first = await one.files.put(content, 'a', 'image/png');
  const again = await Promise.all(Array.from({ length: 10 }, () => one.files.put(content, 'b', 'text/html')));
  expect(again).toEqual(again.map(() => first));
  expect(await readdir(one.folder.file('files'))).toEqual([first.id]);
});

test("an id that is no hash is nobody's file, and never a path", async () => {
  await using one = await opened();
  for (const id of ['../store.db', '', '.', 'a'.repeat(64), `${'a'.repeat(63)}/`, `${'a'.repeat(64)}\0`]) {
    expect(await one.files.get(id)).toBeUndefined();
  }
});

test('a file that is gone, cut short or changed is no file, until the same bytes are kept again', async () => {
  await using one = await opened();
  const { id } = await one.files.put(content, 'a', 'b');
  for (const damage of [
    () => rm(one.path(id)),
    () => truncate(one.path(id), 2),
    () => writeFile(one.path(id), 'else'),
  ]) {
    await damage();
    expect(await one.files.get(id)).toBeUndefined();
    await one.files.put(content, 'a', 'b');
    expect((await one.files.get(id))?.content).toEqual(content);
  }
});

test('an empty file is a file', async () => {
  await using one = await opened();
  const { id } = await one.files.put(Buffer.alloc(0), 'empty', 'text/plain');
  expect((await one.files.get(id))?.content).toHaveLength(0);
});
