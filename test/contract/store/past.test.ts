import { describe, expect, test } from 'vitest';
import { eventIdOf, saidKeyOf } from '#core/event-id.ts';
import type { Store } from '#core/store.ts';
import { at, fact, incoming, later, order, outgoing, run, said, step } from '#test/store/samples.ts';
import { subjects } from './subjects.ts';

const day = 86_400_000;
const before = later(10 * day);
const all = { before, limit: 2 };

/** Forgets in batches of two until nothing is left to look at. */
async function forget({ past }: Store): Promise<void> {
  for (const kind of [past.forgetRuns, past.forgetOrders]) {
    for (let after: number | undefined = 0; after !== undefined; ) after = await kind({ ...all, after });
  }
}

const done = { state: 'done', createdAt: at, finishedAt: later(day) } as const;
const ended = { state: 'done', queuedAt: at, finishedAt: later(day) } as const;

describe.each(subjects)('$name forgets', ({ fresh }) => {
  test('old orders that are closed, with what was said about them, but no event id and no number', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const plan = { hash: 'p1' } as never;
    await store.plans.put(plan);
    await store.inbox.add(incoming('e1'));
    const { id } = await store.orders.add(order('e1', { ...done, planHash: 'p1' }));
    await store.inbox.settle('e1', id);
    await store.approvals.add({ orderId: id, actor: 'a', verdict: 'approved', planHash: 'p1', at });
    const { key, revision } = await store.outbox.say(outgoing(`order:${id}`, 'x'));
    await store.outbox.delivered(key, revision);
    for (const one of ['e1', key, 'other']) await store.console.put(said(one));
    await store.audit.append(fact('order.done'));
    await forget(store);
    expect(await store.orders.get(id)).toBeUndefined();
    expect(await store.plans.get('p1')).toBeUndefined();
    expect(await store.approvals.of(id)).toEqual([]);
    expect([await store.console.get('e1'), await store.console.get(key)]).toEqual([undefined, undefined]);
    expect(await store.console.get('other')).toBeDefined();
    expect((await store.outbox.say(outgoing(key, 'again'))).revision).toBe(1);
    expect(await store.inbox.add(incoming('e1'))).toBe(false);
    expect((await store.orders.add(order('e2'))).id).toBeGreaterThan(id);
    expect(await store.audit.last(9)).toHaveLength(1);
  });

  test('no order that is young, open, undelivered or whose run is kept, and goes on past them', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const kept = await Promise.all([
      ...(['received', 'asking', 'working', 'confirming', 'approving', 'queued', 'running'] as const).map((state) =>
        store.orders.add(order(state, { state })),
      ),
      store.orders.add(order('late', { ...done, finishedAt: later(11 * day) })),
    ]);
    const unsaid = await store.orders.add(order('unsaid', done));
    await store.outbox.say(outgoing(`end:${unsaid.id}`, 'x'));
    const interrupted = await store.runs.add(run({ ...ended, state: 'interrupted' }));
    const resumable = await store.orders.add(order('r', { ...done, state: 'interrupted', runId: interrupted.id }));
    const gone = await store.orders.add(order('gone', done));
    const young = await store.orders.add(order('young', { ...done, createdAt: before }));
    await forget(store);
    for (const { id } of [...kept, unsaid, resumable, young]) expect(await store.orders.get(id)).toBeDefined();
    expect(await store.orders.get(gone.id)).toBeUndefined();
    expect(await store.runs.get(interrupted.id)).toBeDefined();
  });

  test('what is old behind what has a time to come', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const tomorrow = later(400 * day);
    const ahead = { createdAt: tomorrow, finishedAt: tomorrow };
    for (const n of [1, 2, 3]) await store.orders.add(order(`ahead${n}`, { ...done, ...ahead }));
    for (const n of [1, 2, 3])
      await store.runs.add(run({ ...ended, queuedAt: tomorrow, finishedAt: tomorrow, orderId: n }));
    const gone = await store.orders.add(order('gone', done));
    const ran = await store.runs.add(run(ended));
    await forget(store);
    expect([await store.orders.get(gone.id), await store.runs.get(ran.id)]).toEqual([undefined, undefined]);
    expect([(await store.orders.last(9)).length, (await store.runs.last(9)).length]).toEqual([3, 3]);
  });

  test('no plan that another order or run has, nor any while an order is worked on', async () => {
    await using opened = await fresh();
    const { store } = opened;
    for (const hash of ['shared', 'ran', 'busy']) await store.plans.put({ hash } as never);
    await store.orders.add(order('e1', { ...done, planHash: 'shared' }));
    await store.orders.add(order('e2', { state: 'approving', planHash: 'shared' }));
    await store.orders.add(order('e3', { ...done, planHash: 'ran' }));
    await store.runs.add(run({ planHash: 'ran' }));
    await forget(store);
    const working = await store.orders.add(order('e4', { state: 'working' }));
    const busy = await store.orders.add(order('e5', { ...done, planHash: 'busy' }));
    await forget(store);
    for (const hash of ['shared', 'ran', 'busy']) expect(await store.plans.get(hash)).toBeDefined();
    expect(await store.orders.byEvent('e1')).toBeUndefined();
    await store.orders.change(working.id, ['working'], { state: 'done' });
    await forget(store);
    expect([await store.orders.get(busy.id), await store.plans.get('busy')]).toEqual([undefined, undefined]);
  });

  test('old runs with all their steps, the order after them', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const { id } = await store.runs.add(run(ended));
    for (let n = 0; n < 1_100; n += 1) await store.runs.putStep(step(id, `1.${n}`));
    const asked = await store.orders.add(order('e1', { ...done, runId: id }));
    await forget(store);
    expect([await store.runs.get(id), await store.orders.get(asked.id)]).toEqual([undefined, undefined]);
    expect(await store.runs.steps(id)).toEqual([]);
    expect((await store.runs.add(run())).id).toBeGreaterThan(id);
  });

  test('a resumed run only together with the one that went on with it', async () => {
    await using opened = await fresh();
    const { runs } = opened.store;
    const first = await runs.add(run({ ...ended, state: 'interrupted' }));
    const second = await runs.add(run({ ...ended, state: 'interrupted', resumes: first.id }));
    const third = await runs.add(run({ state: 'running', resumes: second.id }));
    await forget(opened.store);
    expect(await runs.last(9)).toHaveLength(3);
    await runs.change(third.id, ['running'], { state: 'done', finishedAt: before });
    await forget(opened.store);
    expect(await runs.last(9)).toHaveLength(3);
    await runs.change(third.id, ['done'], { finishedAt: later(9 * day) });
    await forget(opened.store);
    expect(await runs.last(9)).toEqual([]);
  });

  test('no run that an open order wants to go on with', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const { id } = await store.runs.add(run({ ...ended, state: 'cancelled' }));
    const asked = await store.orders.add(order('e1', { state: 'approving', resumes: id }));
    await forget(store);
    expect(await store.runs.get(id)).toBeDefined();
    await store.orders.change(asked.id, ['approving'], { state: 'expired', finishedAt: later(day) });
    await forget(store);
    expect(await store.runs.get(id)).toBeUndefined();
  });

  test('the line that was typed, and not that its event was there', async () => {
    await using opened = await fresh();
    const { store } = opened;
    const eventId = eventIdOf('console', 'console:local:ada', 'x');
    await store.inbox.add(incoming(eventId));
    await store.orders.add(order(eventId, done));
    for (const key of [saidKeyOf(eventId), 'newest']) await store.console.put(said(key));
    await forget(store);
    expect(await store.console.get(saidKeyOf(eventId))).toBeUndefined();
    expect([await store.inbox.has(eventId), await store.inbox.has('other')]).toEqual([true, false]);
  });

  test('not the newest message, from whose number the console counts on', async () => {
    await using opened = await fresh();
    const { store } = opened;
    await store.orders.add(order('e1', done));
    const newest = await store.console.put(said('e1'));
    await forget(store);
    expect((await store.console.put(said('e2')))?.changed).toBeGreaterThan(newest?.changed ?? 0);
  });
});
