import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openAnchor } from '#audit/anchor.ts';
import { verifyAudit } from '#audit/verify.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from '../store/folder.ts';
import { fact } from '../store/samples.ts';

const opened = async () => {
  const folder = await testFolder();
  const path = folder.file('store.db');
  let store = await openSqliteStore({ path, clock: systemClock });
  return {
    file: folder.file('anchor.json'),
    get audit() {
      return store.audit;
    },
    get store() {
      return store;
    },
    async tamper(sql: string) {
      await store.close();
      const sqlite = new DatabaseSync(path);
      sqlite.exec('drop trigger if exists audit_no_delete; drop trigger if exists audit_no_update');
      sqlite.exec(sql);
      sqlite.close();
      store = await openSqliteStore({ path, clock: systemClock });
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};

const append = async (log: Awaited<ReturnType<typeof opened>>, times: number) => {
  for (let at = 0; at < times; at += 1) await log.audit.append(fact('x'));
};

test('it notes the newest entry, and knows it after a restart', async () => {
  await using log = await opened();
  await append(log, 3);
  const anchor = await openAnchor(log.file);
  expect(anchor.newest()).toBeUndefined();
  await anchor.keep(log.audit);
  const [newest] = await log.audit.last(1);
  expect(anchor.newest()).toEqual({ seq: 3, hash: newest?.hash });
  expect((await openAnchor(log.file)).newest()).toEqual(anchor.newest());
  expect((await stat(log.file)).mode & 0o777).toBe(0o600);
});

test('it finds that the end was cut off, and does not move back', async () => {
  await using log = await opened();
  const anchor = await openAnchor(log.file);
  await append(log, 5);
  await anchor.keep(log.audit);
  await log.tamper('delete from audit where seq > 3');
  await expect(anchor.keep(log.audit)).rejects.toMatchObject({ code: 'audit.cut' });
  await append(log, 4);
  await expect(anchor.keep(log.audit)).rejects.toMatchObject({ code: 'audit.cut' });
  const again = await openAnchor(log.file);
  expect(again.newest()?.seq).toBe(5);
  const noted = again.newest();
  expect(await verifyAudit(log.audit, noted ? [noted] : [])).toMatchObject({ broken: { seq: 5, reason: 'hash' } });
});

test('a chain emptied whole is found', async () => {
  await using log = await opened();
  const anchor = await openAnchor(log.file);
  await append(log, 2);
  await anchor.keep(log.audit);
  await log.tamper('delete from audit');
  await expect(anchor.keep(log.audit)).rejects.toMatchObject({ code: 'audit.cut' });
});

test('it never leads the chain: an entry that is undone was never noted', async () => {
  await using log = await opened();
  const anchor = await openAnchor(log.file);
  await append(log, 1);
  let keeping: Promise<void> | undefined;
  const undone = log.store.transaction(async (inside) => {
    await inside.audit.append(fact('undone'));
    keeping = anchor.keep(log.audit);
    throw new Error('undo');
  });
  await expect(undone).rejects.toThrow('undo');
  await keeping;
  expect(anchor.newest()?.seq).toBe(1);
});

test('kept many times at once while the chain grows, it ends at the newest', async () => {
  await using log = await opened();
  const anchor = await openAnchor(log.file);
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      await log.audit.append(fact('x'));
      await anchor.keep(log.audit);
    }),
  );
  expect(JSON.parse(await readFile(log.file, 'utf8'))).toEqual(anchor.newest());
  expect(anchor.newest()?.seq).toBe(40);
});

test('an empty chain is not noted', async () => {
  await using log = await opened();
  const anchor = await openAnchor(log.file);
  await anchor.keep(log.audit);
  expect(anchor.newest()).toBeUndefined();
});

test.each(['', '{', '[]', 'null', '{"seq":"1","hash":"x"}', '{"seq":1.5,"hash":"x"}', '{"seq":1}'])(
  'a note that reads %j is a clear fault, not a new beginning',
  async (text) => {
    await using log = await opened();
    await writeFile(log.file, text);
    await expect(openAnchor(log.file)).rejects.toMatchObject({ code: 'audit.anchor' });
  },
);

test('a note that cannot be written is a fault, and the next attempt succeeds', async () => {
  await using log = await opened();
  const anchor = await openAnchor(`${log.file}/inside`);
  await append(log, 1);
  await writeFile(log.file, '');
  await expect(anchor.keep(log.audit)).rejects.toMatchObject({ code: 'audit.anchor' });
  await rm(log.file);
  const other = await openAnchor(log.file);
  await other.keep(log.audit);
  expect(other.newest()?.seq).toBe(1);
});

test('an entry that was committed is noted also when the chain has lost it since', async () => {
  await using log = await opened();
  const anchor = await openAnchor(log.file);
  await append(log, 2);
  await anchor.keep(log.audit);
  const { seq, hash } = await log.audit.append(fact('cut off before it was noted'));
  await log.tamper('delete from audit where seq = 3');
  await anchor.note({ seq, hash });
  await anchor.note({ seq: 1, hash: 'older' });
  const again = await openAnchor(log.file);
  expect(again.newest()).toEqual({ seq, hash });
  await expect(again.keep(log.audit)).rejects.toMatchObject({ code: 'audit.cut' });
});
