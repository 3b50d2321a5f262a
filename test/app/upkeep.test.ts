import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Undo } from '#app/undo.ts';
import { keepTidy, tidy } from '#app/upkeep.ts';
import { verifyAudit } from '#audit/verify.ts';
import { silentLog } from '#core/log.ts';
import { openFiles } from '#store/files.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from '#test/store/folder.ts';
import { at, fact, heldClock, later, order, run } from '#test/store/samples.ts';

const never = new AbortController().signal;
const day = 86_400_000;
const on = (days: number) => new Date(Date.parse(at) + days * day);

/** A data folder with a store, ninety-five days after everything in it happened. */
async function lived() {
  const folder = await testFolder();
  const clock = heldClock();
  const store = await openSqliteStore({ path: folder.file('store.db'), clock });
  const [files, runLogs] = [folder.file('files'), folder.file('runs')];
  await mkdir(runLogs);
  clock.move(95 * day);
  const keep = (size: string) => () => ({ days: 90, files: size });
  return {
    store,
    runLogs,
    files: openFiles({ folder: files, index: store.files }),
    folder: files,
    options: { store, clock, files, runLogs, keep: keep('500 MB') },
    tidy: (size = '500 MB') => tidy({ store, clock, files, runLogs, keep: keep(size) }, never),
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test('what is old goes with the log of its run, what can be resumed stays, and the audit still verifies', async () => {
  await using bot = await lived();
  const { store } = bot;
  for (let n = 0; n < 250; n += 1) {
    await store.audit.append(fact('order.done', { orderId: n }));
    await store.orders.add(order(`e${n}`, { state: 'done', finishedAt: later(n) }));
  }
  const gone = await store.runs.add(run({ state: 'done', finishedAt: later(1) }));
  const kept = await store.runs.add(run({ state: 'interrupted', finishedAt: later(1) }));
  for (const { id } of [gone, kept]) {
    await writeFile(join(bot.runLogs, `${id}.log`), 'ok\n');
    await utimes(join(bot.runLogs, `${id}.log`), on(0), on(0));
  }
  await bot.tidy();
  expect(await store.orders.last(300)).toEqual([]);
  expect(await readdir(bot.runLogs)).toEqual([`${kept.id}.log`]);
  expect(await verifyAudit(store.audit)).toMatchObject({ entries: 250 });
  expect((await store.orders.add(order('next'))).id).toBe(251);
});

test('nothing goes while the clock is not believed, and the log says so', async () => {
  await using bot = await lived();
  await bot.store.orders.add(order('e1', { state: 'done', finishedAt: later(1) }));
  const undo = new Undo();
  const said: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, message: string) => void said.push(message) };
  keepTidy({ ...bot.options, believes: () => false }, log, undo);
  await expect.poll(() => said).toEqual([expect.stringContaining('the clock is far ahead')]);
  await undo.all();
  expect(await bot.store.orders.last(9)).toHaveLength(1);
  keepTidy({ ...bot.options, believes: () => true }, log, undo);
  await expect.poll(() => bot.store.orders.last(9)).toEqual([]);
  await undo.all();
});

test('files go by age, and above the size the oldest first; one that is kept again is young again', async () => {
  await using bot = await lived();
  const put = async (content: string, days: number) => {
    const { id } = await bot.files.put(Buffer.from(content.padEnd(400)), 'chart.png', 'image/png');
    await utimes(join(bot.folder, id), on(days), on(days));
    return id;
  };
  const there = async (ids: readonly string[]) =>
    (await Promise.all(ids.map(async (id) => (await bot.files.get(id)) !== undefined))).map(Number);
  const ids = [await put('a', 1), await put('b', 2), await put('c', 91), await put('d', 92), await put('e', 93)];
  await bot.files.put(Buffer.from('b'.padEnd(400)), 'chart.png', 'image/png');
  await bot.tidy();
  expect(await there(ids)).toEqual([0, 1, 1, 1, 1]);
  expect(await bot.store.files.get(ids[0] ?? '')).toBeUndefined();
  await bot.tidy('1 kB');
  expect(await there(ids)).toEqual([0, 1, 0, 0, 1]);
});

test('what a killed bot left half written goes after a day, and no other file', async () => {
  await using bot = await lived();
  const { id } = await bot.files.put(Buffer.from('x'), 'chart.png', 'image/png');
  const yesterday = new Date(Date.now() - 2 * day);
  for (const name of [`${id}.17.a-b.tmp`, `${id}.17.c-d.tmp`, 'notes.tmp'])
    await writeFile(join(bot.folder, name), 'x');
  for (const name of [`${id}.17.a-b.tmp`, 'notes.tmp']) await utimes(join(bot.folder, name), yesterday, yesterday);
  await bot.tidy();
  expect((await readdir(bot.folder)).filter((name) => name.endsWith('.tmp')).sort()).toEqual([
    `${id}.17.c-d.tmp`,
    'notes.tmp',
  ]);
});
