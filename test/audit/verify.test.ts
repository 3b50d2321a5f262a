import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { verifyAudit } from '#audit/verify.ts';
import { auditHash, chainStart } from '#core/audit-hash.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from '../store/folder.ts';
import { fact } from '../store/samples.ts';

/** A store with ten entries that somebody with the file in hand has changed, the triggers taken off. */
const tampered = async (tamper: (sqlite: DatabaseSync) => void, entries = 10) => {
  const folder = await testFolder();
  const options = { path: folder.file('store.db'), clock: systemClock };
  const before = await openSqliteStore(options);
  await before.transaction(async (inside) => {
    for (let at = 1; at <= entries; at += 1) {
      await inside.audit.append(fact(`action.${at}`, { via: 'root', orderId: at, details: { text: `order ${at}` } }));
    }
  });
  const all = await before.audit.from(1, entries);
  await before.close();
  const sqlite = new DatabaseSync(options.path);
  for (const trigger of ['no_update', 'no_delete', 'only_next']) sqlite.exec(`drop trigger audit_${trigger}`);
  tamper(sqlite);
  sqlite.close();
  const store = await openSqliteStore(options);
  return {
    audit: store.audit,
    all,
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};

const untouched = () => {};

describe('an intact chain', () => {
  test('is intact, and its head is the newest hash', async () => {
    await using log = await tampered(untouched);
    expect(await verifyAudit(log.audit)).toEqual({ intact: true, entries: 10, head: log.all[9]?.hash });
  });

  test('is followed over many pages', async () => {
    await using log = await tampered(untouched, 2_500);
    expect(await verifyAudit(log.audit, [{ seq: 2_500, hash: log.all[2_499]?.hash ?? '' }])).toMatchObject({
      intact: true,
      entries: 2_500,
    });
  });

  test('of nothing is intact', async () => {
    await using log = await tampered(untouched, 0);
    expect(await verifyAudit(log.audit)).toEqual({ intact: true, entries: 0, head: chainStart });
  });

  test('agrees with anchors taken from it', async () => {
    await using log = await tampered(untouched);
    const anchors = [1, 5, 10].map((seq) => ({ seq, hash: log.all[seq - 1]?.hash ?? '' }));
    expect((await verifyAudit(log.audit, anchors)).intact).toBe(true);
  });
});

describe('a chain somebody edited is found, at the entry', () => {
  const edits: readonly (readonly [what: string, sql: string, reason: string])[] = [
    ['the time', "update audit set at = '2020-01-01T00:00:00.000Z' where seq = 4", 'hash'],
    ['the actor', "update audit set actor = 'somebody' where seq = 4", 'hash'],
    ['the account behind', "update audit set via = 'somebody' where seq = 4", 'hash'],
    ['the account behind, removed', 'update audit set via = null where seq = 4', 'hash'],
    ['the action', "update audit set action = 'order.approved' where seq = 4", 'hash'],
    ['the order', 'update audit set order_id = 99 where seq = 4', 'hash'],
    ['the order, removed', 'update audit set order_id = null where seq = 4', 'hash'],
    ['the details', `update audit set details = '{"text":"order 5"}' where seq = 4`, 'hash'],
    ['the details, made unreadable', "update audit set details = '{' where seq = 4", 'hash'],
    ['the details, made bytes', "update audit set details = x'00ff' where seq = 4", 'hash'],
    ['the previous hash', "update audit set previous = 'x' where seq = 4", 'link'],
    ['the hash', "update audit set hash = 'x' where seq = 4", 'hash'],
    ['the number, to a free one', 'update audit set seq = 40 where seq = 4', 'gap'],
    ['a removed entry', 'delete from audit where seq = 4', 'gap'],
    [
      'a removed entry, the rest numbered anew',
      'delete from audit where seq = 4; update audit set seq = -seq where seq > 4; update audit set seq = -seq - 1 where seq < 0',
      'link',
    ],
    ['a row of the wrong type', "update audit set actor = x'00' where seq = 4", 'hash'],
  ];

  test.each(edits)('%s', async (_what, sql, reason) => {
    await using log = await tampered((sqlite) => sqlite.exec(sql));
    expect(await verifyAudit(log.audit)).toEqual({
      intact: false,
      entries: 3,
      head: log.all[2]?.hash,
      broken: { seq: 4, reason },
    });
  });

  test('an entry put before the first', async () => {
    await using log = await tampered((sqlite) =>
      sqlite.exec("insert into audit values (0, 'x', 'x', null, 'x', null, '{}', 'x', 'x')"),
    );
    expect(await verifyAudit(log.audit)).toMatchObject({ intact: false, broken: { seq: 1, reason: 'gap' } });
  });

  test('an entry whose hash was made to fit breaks the next one', async () => {
    await using log = await tampered((sqlite) => {
      const row = sqlite.prepare('select * from audit where seq = 4').get() ?? {};
      const forged = {
        seq: 4,
        at: String(row.at),
        previous: String(row.previous),
        actor: 'somebody',
        via: 'root',
        action: String(row.action),
        orderId: 4,
        details: { text: 'order 4' },
      };
      sqlite.prepare('update audit set actor = ?, hash = ? where seq = 4').run('somebody', auditHash(forged));
    });
    expect(await verifyAudit(log.audit)).toMatchObject({ broken: { seq: 5, reason: 'link' } });
  });

  test('the first entries removed', async () => {
    await using log = await tampered((sqlite) => sqlite.exec('delete from audit where seq < 4'));
    expect(await verifyAudit(log.audit)).toMatchObject({ entries: 0, broken: { seq: 1, reason: 'gap' } });
  });
});

describe('what the chain alone cannot show, an anchor does', () => {
  test('the end cut off', async () => {
    await using log = await tampered((sqlite) => sqlite.exec('delete from audit where seq > 6'));
    const anchor = { seq: 10, hash: log.all[9]?.hash ?? '' };
    expect(await verifyAudit(log.audit)).toMatchObject({ intact: true, entries: 6 });
    expect(await verifyAudit(log.audit, [anchor])).toMatchObject({
      intact: false,
      entries: 6,
      broken: { seq: 7, reason: 'missing' },
    });
  });

  test('everything removed', async () => {
    await using log = await tampered((sqlite) => sqlite.exec('delete from audit'));
    const anchor = { seq: 10, hash: log.all[9]?.hash ?? '' };
    expect(await verifyAudit(log.audit, [anchor])).toMatchObject({ broken: { seq: 1, reason: 'missing' } });
  });

  test('the whole chain written anew', async () => {
    await using log = await tampered(untouched);
    expect(await verifyAudit(log.audit, [{ seq: 5, hash: 'noted before' }])).toMatchObject({
      intact: false,
      entries: 4,
      broken: { seq: 5, reason: 'hash' },
    });
  });

  test('two anchors that contradict each other cannot both be right', async () => {
    await using log = await tampered(untouched);
    const right = { seq: 5, hash: log.all[4]?.hash ?? '' };
    for (const anchors of [
      [right, { seq: 5, hash: 'x' }],
      [{ seq: 5, hash: 'x' }, right],
    ]) {
      expect((await verifyAudit(log.audit, anchors)).intact).toBe(false);
    }
  });
});
