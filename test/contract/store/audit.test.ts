import { describe, expect, test } from 'vitest';
import { verifyAudit } from '#audit/verify.ts';
import { auditHash, chainStart } from '#core/audit-hash.ts';
import { at, fact, order } from '#test/store/samples.ts';
import { subjects } from './subjects.ts';

describe.each(subjects)('$name keeps the audit chain', ({ fresh }) => {
  test('each entry names the one before it and is hashed over all it says', async () => {
    await using opened = await fresh();
    const { audit } = opened.store;
    const first = await audit.append(fact('order.accepted'));
    const second = await audit.append(fact('order.finished', { via: 'root', orderId: 7 }));
    expect(first).toStrictEqual({
      ...fact('order.accepted'),
      seq: 1,
      at,
      previous: chainStart,
      hash: auditHash({ ...fact('order.accepted'), seq: 1, at, previous: chainStart }),
    });
    expect(second).toMatchObject({ seq: 2, previous: first.hash, via: 'root', orderId: 7 });
    expect(await audit.from(1, 9)).toStrictEqual([first, second]);
    expect(await verifyAudit(audit)).toEqual({ intact: true, entries: 2, head: second.hash });
  });

  test('entries are read newest first, by actor and before a number', async () => {
    await using opened = await fresh();
    const { audit } = opened.store;
    for (const action of ['a', 'b', 'c']) await audit.append(fact(action));
    await audit.append(fact('d', { actor: 'grace' }));
    expect((await audit.last(2)).map((one) => one.action)).toEqual(['d', 'c']);
    expect((await audit.last(9, { actor: 'grace' })).map((one) => one.action)).toEqual(['d']);
    expect((await audit.last(2, { before: 3 })).map((one) => one.action)).toEqual(['b', 'a']);
    expect((await audit.from(3, 9)).map((one) => one.action)).toEqual(['c', 'd']);
  });

  test('an entry and what it is about are one: both are there, or neither', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const broken = store.transaction(async (inside) => {
      await inside.audit.append(fact('order.accepted'));
      await inside.orders.add(order('e1'));
      throw new Error('halfway');
    });
    await expect(broken).rejects.toThrow('halfway');
    expect(await store.audit.last(9)).toEqual([]);
    expect(await store.orders.last(9)).toEqual([]);
    await store.audit.append(fact('order.accepted'));
    expect(await verifyAudit(store.audit)).toMatchObject({ intact: true, entries: 1 });
  });

  test('two hundred entries at once make one chain', async () => {
    await using opened = await fresh();
    const { store } = opened;
    await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        at % 2 === 0
          ? store.audit.append(fact(`a${at}`))
          : store.transaction(async (inside) => inside.audit.append(fact(`a${at}`))),
      ),
    );
    expect(await verifyAudit(store.audit)).toMatchObject({ intact: true, entries: 200 });
  });

  test('what a database would store differently is hashed as it is stored', async () => {
    await using opened = await fresh();
    const details = JSON.parse('{"zero":-0,"big":1e21,"deep":{"b":1,"a":[null]},"odd":"\\ud800\\u0000"}');
    await opened.store.audit.append({ actor: 'a\ud800', via: 'b\udc00', action: 'x\0y', details });
    await opened.store.audit.append(
      fact('next', { details: { gone: undefined, list: [undefined, Number.NaN] } as never }),
    );
    const store = await opened.reopen();
    expect(await verifyAudit(store.audit)).toMatchObject({ intact: true, entries: 2 });
  });
});
