import { describe, expect, test } from 'vitest';
import type { OrderState } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { at, card, incoming, later, order } from '#test/store/samples.ts';
import { subjects } from './subjects.ts';

describe.each(subjects)('$name keeps orders', ({ fresh }) => {
  test('an event is taken once, whoever sends it again and whatever it says then', async () => {
    await using opened = await fresh();
    expect(await opened.store.inbox.add(incoming('e1'))).toBe(true);
    expect(await opened.store.inbox.add(incoming('e1', { text: 'something else' }))).toBe(false);
  });

  test('what an event was about is known as long as the event', async () => {
    await using opened = await fresh();
    await opened.store.inbox.add(incoming('e1', { about: 'order:7' }));
    await opened.store.inbox.add(incoming('e2'));
    const { inbox } = await opened.reopen();
    expect(await Promise.all(['e1', 'e2', 'e3'].map((id) => inbox.about(id)))).toEqual([
      'order:7',
      undefined,
      undefined,
    ]);
  });

  test('the same event arriving fifty times at once is taken once', async () => {
    await using opened = await fresh();
    const taken = await Promise.all(Array.from({ length: 50 }, () => opened.store.inbox.add(incoming('e1'))));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('an event stays taken after a restart, with an order or without', async () => {
    await using opened = await fresh();
    for (const id of ['a', 'z']) await opened.store.inbox.add(incoming(id));
    await opened.store.inbox.settle('a', 7);
    const { inbox } = await opened.reopen();
    expect([await inbox.add(incoming('a')), await inbox.add(incoming('z'))]).toEqual([false, false]);
  });

  test('any text comes back as it was typed, control characters included; half a character is the mark of a lost one', async () => {
    await using opened = await fresh();
    const text = 'a\0b \u202e $(id) {{ x }} \ud83d\ude00 \ud800 "\'` \r\n';
    await opened.store.orders.add(order('e1', { text }));
    expect((await opened.store.orders.byEvent('e1'))?.text).toBe(text.toWellFormed());
    await opened.store.orders.add(order('e2', { text: 'x'.repeat(1_000_000) }));
    expect((await opened.store.orders.byEvent('e2'))?.text).toHaveLength(1_000_000);
  });

  test('an order comes back as it was put, with and without its optional parts', async () => {
    await using opened = await fresh();
    const bare = order('e1');
    const whole = order('e2', {
      kind: 'action',
      thread: 't',
      via: 'console:local:root',
      confirmed: true,
      state: 'approving',
      command: 'deploy',
      args: { app: 'shop', n: 1, list: [null, true] },
      planHash: 'abc',
      requirement: {
        confirmation: true,
        approvals: 2,
        demands: [{ approvals: 2, by: ['dba'] }],
        withinSeconds: 60,
        because: ['db'],
      },
      expiresAt: later(60_000),
      runId: 4,
      seenRuns: { last: 3, underWay: [2, 3] },
      card: card('x'),
      refusal: { code: 'order.broken', say: { en: 'a', fr: 'b' } },
      finishedAt: later(1),
    });
    const first = await opened.store.orders.add(bare);
    const second = await opened.store.orders.add(whole);
    expect(first).toStrictEqual({ ...bare, id: first.id });
    expect(second).toStrictEqual({ ...whole, id: second.id });
    expect(second.id).toBeGreaterThan(first.id);
    expect(await opened.store.orders.get(second.id)).toStrictEqual(second);
    expect(await opened.store.orders.byEvent('e1')).toStrictEqual(first);
    expect(await opened.store.orders.get(99)).toBeUndefined();
    expect(await opened.store.orders.byEvent('nobody')).toBeUndefined();
  });

  test('a second order of the same event is a fault, and leaves the first', async () => {
    await using opened = await fresh();
    await opened.store.orders.add(order('e1'));
    await expect(opened.store.orders.add(order('e1'))).rejects.toMatchObject({ code: 'store.conflict' });
    expect(await opened.store.orders.last(10)).toHaveLength(1);
  });

  test('an order changes only from the states it is said to come from', async () => {
    await using opened = await fresh();
    const { id } = await opened.store.orders.add(order('e1', { state: 'confirming', command: 'deploy' }));
    const { orders } = opened.store;
    expect(await orders.change(id, ['received', 'working'], { state: 'queued' })).toBeUndefined();
    expect(await orders.change(id, [], { state: 'queued' })).toBeUndefined();
    expect(await orders.change(99, ['confirming'], { state: 'queued' })).toBeUndefined();
    const changed = await orders.change(id, ['confirming'], { state: 'queued', runId: 3, card: card('going') });
    expect(changed).toMatchObject({ state: 'queued', runId: 3, command: 'deploy', card: card('going') });
    expect(await orders.change(id, ['queued'], {})).toStrictEqual(changed);
  });

  test('of two taps at the same time one wins', async () => {
    await using opened = await fresh();
    const { id } = await opened.store.orders.add(order('e1', { state: 'confirming' }));
    const taps = await Promise.all(
      Array.from({ length: 20 }, () => opened.store.orders.change(id, ['confirming'], { state: 'queued' })),
    );
    expect(taps.filter((tap) => tap !== undefined)).toHaveLength(1);
  });

  test('orders are found by state, oldest first, and listed newest first by actor, channel and thread', async () => {
    await using opened = await fresh();
    const states: OrderState[] = ['received', 'done', 'working'];
    for (const [at, state] of states.entries()) await opened.store.orders.add(order(`e${at}`, { state }));
    await opened.store.orders.add(order('e9', { actor: 'x', channel: 'other', thread: 't', state: 'done' }));
    const { orders } = opened.store;
    expect((await orders.inStates(['working', 'received'])).map((one) => one.eventId)).toEqual(['e0', 'e2']);
    expect(await orders.inStates([])).toEqual([]);
    expect((await orders.last(2)).map((one) => one.eventId)).toEqual(['e9', 'e2']);
    expect((await orders.last(9, { actor: 'x' })).map((one) => one.eventId)).toEqual(['e9']);
    expect((await orders.last(9, { channel: 'ops' })).map((one) => one.eventId)).toEqual(['e2', 'e1', 'e0']);
    expect((await orders.last(9, { channel: 'other', thread: 't' })).map((one) => one.eventId)).toEqual(['e9']);
    expect(await orders.last(9, { channel: 'ops', thread: 't' })).toEqual([]);
  });

  test('a plan is kept by its hash and never replaced', async () => {
    await using opened = await fresh();
    const plan: Plan = {
      request: { playbook: 'a.yml', vars: {}, locks: [] },
      files: { 'a.yml': 'ff' },
      hosts: ['web-1'],
      steps: [],
      hash: 'h1',
    };
    await opened.store.plans.put(plan);
    await opened.store.plans.put({ ...plan, hosts: ['db-1'] });
    expect(await opened.store.plans.hosts('h1')).toEqual(plan.hosts);
    expect(await opened.store.plans.get('h1')).toEqual(plan);
    expect(await opened.store.plans.get('h2')).toBeUndefined();
    expect(await opened.store.plans.hosts('h2')).toBeUndefined();
  });

  test('a verdict counts once per actor and plan', async () => {
    await using opened = await fresh();
    const { id } = await opened.store.orders.add(order('e1'));
    const approval = { orderId: id, actor: 'grace', verdict: 'approved', planHash: 'h1', at } as const;
    const { approvals } = opened.store;
    expect(await approvals.add(approval)).toBe(true);
    expect(await approvals.add({ ...approval, at: later(1) })).toBe(false);
    expect(await approvals.add({ ...approval, planHash: 'h2' })).toBe(true);
    expect(await approvals.add({ ...approval, actor: 'linus' })).toBe(true);
    expect(await approvals.of(id)).toEqual([
      approval,
      { ...approval, planHash: 'h2' },
      { ...approval, actor: 'linus' },
    ]);
    expect(await approvals.of(99)).toEqual([]);
  });
});
