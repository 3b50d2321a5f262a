import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Repositories } from '#core/store.ts';
import { fact, incoming, order, run } from '#test/store/samples.ts';
import { subjects } from './subjects.ts';

describe.each(subjects)('$name has transactions', ({ fresh }) => {
  test('all of a transaction is there when it resolves, also after a restart', async () => {
    await using opened = await fresh();
    const id = await opened.store.transaction(async (inside) => {
      const added = await inside.orders.add(order('e1'));
      await inside.orders.change(added.id, ['received'], { state: 'working' });
      return added.id;
    });
    const store = await opened.reopen();
    expect(await store.orders.get(id)).toMatchObject({ state: 'working' });
  });

  test('none of a transaction is there when it throws, and what it threw is what its caller gets', async () => {
    await using opened = await fresh();
    const thrown = new Error('no');
    const failing = opened.store.transaction(async (inside) => {
      await inside.orders.add(order('e1'));
      await inside.locks.take(['app:shop'], 1);
      throw thrown;
    });
    await expect(failing).rejects.toBe(thrown);
    expect(await opened.store.orders.last(9)).toEqual([]);
    expect(await opened.store.locks.held()).toEqual([]);
  });

  test('a call outside does not slip into an open transaction, nor see what it has not finished', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const seen: number[] = [];
    const failing = store.transaction(async (inside) => {
      await inside.orders.add(order('inside'));
      void store.orders.add(order('outside'));
      void store.orders.last(9).then((orders) => seen.push(orders.length));
      await wait(50);
      throw new Error('undo');
    });
    await expect(failing).rejects.toThrow('undo');
    expect((await store.orders.last(9)).map((one) => one.eventId)).toEqual(['outside']);
    expect(seen).toEqual([1]);
  });

  test('transactions at the same time do not see each other halfway', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const { id } = await store.runs.add(run({ recap: {} }));
    const count = async (inside: Repositories) => {
      const before = (await inside.runs.get(id))?.recap['web-1']?.ok ?? 0;
      await wait(1);
      const one = { ok: before + 1, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };
      await inside.runs.change(id, ['queued'], { recap: { 'web-1': one } });
    };
    await Promise.all(Array.from({ length: 30 }, () => store.transaction(count)));
    expect((await store.runs.get(id))?.recap['web-1']?.ok).toBe(30);
  });

  test('one that fails among many undoes itself alone', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, at) =>
        store.transaction(async (inside) => {
          await inside.orders.add(order(`e${at}`));
          if (at % 3 === 0) throw new Error('third');
          if (at % 3 === 1) await inside.orders.add(order(`e${at}`));
        }),
      ),
    );
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(20);
    const kept = (await store.orders.last(99)).map((one) => Number(one.eventId.slice(1)) % 3);
    expect(kept).toEqual(Array.from({ length: 20 }, () => 2));
  });

  test('what a transaction leaves behind cannot be used after its end', async () => {
    await using opened = await fresh();
    const { store } = opened;
    let kept: Repositories | undefined;
    await store.transaction(async (inside) => {
      kept = inside;
    });
    await expect(kept?.orders.add(order('late'))).rejects.toMatchObject({ code: 'store.failed' });
    await store.transaction(async (inside) => {
      await inside.orders.add(order('e1'));
      await expect(kept?.orders.add(order('late'))).rejects.toMatchObject({ code: 'store.failed' });
    });
    expect((await store.orders.last(9)).map((one) => one.eventId)).toEqual(['e1']);
  });

  test('one that waits for something else for ever is given up, and the others go on', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const hanging = store.transaction(async (inside) => {
      await inside.orders.add(order('hanging'));
      await store.orders.last(1);
    });
    const next = store.orders.add(order('next'));
    await expect(hanging).rejects.toMatchObject({ code: 'store.too_long' });
    await next;
    expect((await store.orders.last(9)).map((one) => one.eventId)).toEqual(['next']);
  });

  test('a fault that the work swallows undoes only its own statement', async () => {
    await using opened = await fresh();
    const { store } = opened;
    await store.orders.add(order('e1'));
    await store.transaction(async (inside) => {
      await inside.orders.add(order('e1')).catch(() => {});
      await inside.audit.append(fact('order.refused'));
    });
    expect(await store.audit.last(9)).toHaveLength(1);
  });

  test('closing waits for what was begun, and refuses what comes after', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const begun = store.transaction(async (inside) => {
      await wait(20);
      await inside.inbox.add(incoming('e1'));
    });
    const closed = store.close();
    await expect(store.inbox.add(incoming('e2'))).rejects.toMatchObject({ code: 'store.failed' });
    await begun;
    await closed;
    await store.close();
    const again = await opened.reopen();
    expect(await again.inbox.add(incoming('e1'))).toBe(false);
    expect(await again.inbox.add(incoming('e2'))).toBe(true);
  });
});
