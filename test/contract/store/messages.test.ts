import { describe, expect, test } from 'vitest';
import { at, card, later, outgoing, said } from '#test/store/samples.ts';
import { subjects } from './subjects.ts';

const reason = { code: 'chat.failed', say: 'slow down', retryable: true } as const;

describe.each(subjects)('$name keeps what is said', ({ fresh }) => {
  test('the same key again is the next revision of the same message', async () => {
    await using opened = await fresh();
    const { outbox } = opened.store;
    expect(await outbox.say({ ...outgoing('a', 'one'), thread: 't', to: 'ada' })).toStrictEqual({
      ...outgoing('a', 'one'),
      thread: 't',
      to: 'ada',
      revision: 1,
    });
    expect(await outbox.say(outgoing('a', 'two'))).toStrictEqual({ ...outgoing('a', 'two'), revision: 2 });
    expect(await outbox.due('console', at, 10)).toStrictEqual([{ ...outgoing('a', 'two'), revision: 2 }]);
    expect(await outbox.get('a')).toStrictEqual({ ...outgoing('a', 'two'), revision: 2 });
    expect(await outbox.get('b')).toBeUndefined();
  });

  test('messages are found by how their keys begin, in the order they were first said, delivered or not', async () => {
    await using opened = await fresh();
    const { outbox } = opened.store;
    for (const key of ['plugin:z', 'plugin', 'Plugin:a', 'plugin:a%_', 'order:1']) await outbox.say(outgoing(key, key));
    await outbox.say(outgoing('plugin:z', 'again'));
    await outbox.delivered('plugin:a%_', 1);
    const found = await outbox.startingWith('plugin:');
    expect(found.map(({ key, revision }) => [key, revision])).toEqual([
      ['plugin:z', 2],
      ['plugin:a%_', 1],
    ]);
    expect(found[0]?.card).toEqual(card('again'));
    expect(await outbox.startingWith('plugin:_')).toEqual([]);
  });

  test('messages are due, oldest first, until the newest revision is delivered', async () => {
    await using opened = await fresh();
    const { outbox } = opened.store;
    for (const key of ['z', 'a', 'm']) await outbox.say(outgoing(key, key));
    await outbox.say({ ...outgoing('other', 'x'), chat: 'slack' });
    await outbox.say(outgoing('z', 'again'));
    await outbox.delivered('z', 1);
    await outbox.delivered('a', 1);
    expect((await outbox.due('console', at, 10)).map((one) => [one.key, one.revision])).toEqual([
      ['z', 2],
      ['m', 1],
    ]);
    expect((await outbox.due('console', at, 1)).map((one) => one.key)).toEqual(['z']);
    await outbox.delivered('z', 2);
    await outbox.delivered('z', 1);
    const store = await opened.reopen();
    expect((await store.outbox.due('console', at, 10)).map((one) => one.key)).toEqual(['m']);
  });

  test('a postponed message is not due before its time, and says what is newest then', async () => {
    await using opened = await fresh();
    const { outbox } = opened.store;
    await outbox.say(outgoing('a', 'one'));
    await outbox.postpone('a', later(5_000), reason);
    await outbox.say(outgoing('a', 'two'));
    expect(await outbox.due('console', later(4_999), 10)).toEqual([]);
    expect(await outbox.due('console', later(5_000), 10)).toMatchObject([{ revision: 2, card: card('two') }]);
  });

  test('what comes after a message that waits waits with it, in its channel only', async () => {
    await using opened = await fresh();
    const { outbox } = opened.store;
    for (const key of ['a', 'b']) await outbox.say({ ...outgoing(key, key), channel: 'ops' });
    await outbox.say({ ...outgoing('c', 'c'), channel: 'shop' });
    await outbox.say({ ...outgoing('d', 'd'), chat: 'slack', channel: 'ops' });
    await outbox.postpone('a', later(5_000), reason);
    const due = async (time: string, chat = 'console') => (await outbox.due(chat, time, 10)).map(({ key }) => key);
    expect([await due(at), await due(at, 'slack')]).toEqual([['c'], ['d']]);
    expect(await due(later(5_000))).toEqual(['a', 'b', 'c']);
    await outbox.delivered('a', 1);
    expect(await due(at)).toEqual(['b', 'c']);
  });

  test('a dropped revision is never due again, a newer one is', async () => {
    await using opened = await fresh();
    const { outbox } = opened.store;
    await outbox.say(outgoing('a', 'one'));
    await outbox.drop('a', 1, reason);
    expect(await outbox.due('console', later(1e9), 10)).toEqual([]);
    await outbox.say(outgoing('a', 'two'));
    expect(await outbox.due('console', at, 10)).toMatchObject([{ revision: 2 }]);
  });

  test('an edit of a console message keeps its id and time and raises what changed', async () => {
    await using opened = await fresh();
    const messages = opened.store.console;
    const first = await messages.put(said('a', { author: 'ada' }));
    const second = await messages.put(said('b', { card: card('x') }));
    expect(first).toStrictEqual({ ...said('a', { author: 'ada' }), id: first?.id, changed: 1 });
    const edited = await messages.put(said('a', { text: 'new', revision: 2, at: later(9) }));
    expect(edited).toStrictEqual({ ...said('a', { text: 'new', revision: 2 }), id: first?.id, changed: 3 });
    expect(await messages.put(said('a', { text: 'late', revision: 2 }))).toBeUndefined();
    expect(await messages.put(said('a', { text: 'older', revision: 1 }))).toBeUndefined();
    expect(await messages.get('a')).toStrictEqual(edited);
    expect(await messages.get('nobody')).toBeUndefined();
    expect(await messages.newest()).toBe(3);
    expect(second?.changed).toBe(2);
  });

  test('an empty console has nothing newest', async () => {
    await using opened = await fresh();
    expect(await opened.store.console.newest()).toBe(0);
  });

  test('a channel is read in pages, newest page first, each oldest first, threads apart', async () => {
    await using opened = await fresh();
    const messages = opened.store.console;
    for (const key of ['1', '2', '3', '4']) await messages.put(said(key));
    await messages.put(said('5', { thread: '4' }));
    await messages.put(said('6', { channel: 'other' }));
    const newest = await messages.page({ channel: 'ops', reader: 'ada', limit: 2 });
    expect(newest.map((one) => one.key)).toEqual(['3', '4']);
    const older = await messages.page({ channel: 'ops', reader: 'ada', limit: 9, before: newest[0]?.id ?? 0 });
    expect(older.map((one) => one.key)).toEqual(['1', '2']);
    expect((await messages.thread({ thread: '4', reader: 'ada', limit: 9 })).map((one) => one.key)).toEqual(['5']);
  });

  test('what is said to one actor is read by nobody else, in no way', async () => {
    await using opened = await fresh();
    const messages = opened.store.console;
    await messages.put(said('secret', { to: 'ada' }));
    await messages.put(said('in-thread', { to: 'ada', thread: 'r' }));
    await messages.put(said('mine', { to: 'ada', author: 'grace' }));
    const read = async (reader: string) => [
      ...(await messages.page({ channel: 'ops', reader, limit: 9 })).map((one) => one.key),
      ...(await messages.thread({ thread: 'r', reader, limit: 9 })).map((one) => one.key),
      ...(await messages.since({ changed: 0, reader, limit: 9 })).map((one) => one.key),
    ];
    expect(await read('ada')).toEqual(['secret', 'mine', 'in-thread', 'secret', 'in-thread', 'mine']);
    expect(await read('grace')).toEqual(['mine', 'mine']);
    expect(await read('linus')).toEqual([]);
  });

  test('a thread is read in pages, newest page first, each oldest first, without what it hangs on', async () => {
    await using opened = await fresh();
    const messages = opened.store.console;
    await messages.put(said('root', { thread: 'root' }));
    for (const key of ['1', '2', '3', '4']) await messages.put(said(key, { thread: 'root' }));
    const newest = await messages.thread({ thread: 'root', reader: 'ada', limit: 2 });
    expect(newest.map((one) => one.key)).toEqual(['3', '4']);
    const before = newest[0]?.id ?? 0;
    const older = await messages.thread({ thread: 'root', reader: 'ada', before, limit: 9 });
    expect(older.map((one) => one.key)).toEqual(['1', '2']);
  });

  test('replies are counted for all threads at once, each for its reader', async () => {
    await using opened = await fresh();
    const messages = opened.store.console;
    await messages.put(said('root', { thread: 'root' }));
    for (const key of ['1', '2', '3']) await messages.put(said(key, { thread: 'root' }));
    await messages.put(said('hidden', { thread: 'root', to: 'ada', author: 'grace' }));
    await messages.put(said('5', { thread: 'other' }));
    const threads = ['root', 'other', 'nothing'];
    const counted = async (reader: string) => Object.fromEntries(await messages.replies({ threads, reader }));
    expect(await counted('ada')).toEqual({ root: 4, other: 1 });
    expect(await counted('grace')).toEqual({ root: 4, other: 1 });
    expect(await counted('linus')).toEqual({ root: 3, other: 1 });
    expect(await messages.replies({ threads: [], reader: 'ada' })).toEqual(new Map());
  });

  test('what changed since is told in the order of the changes', async () => {
    await using opened = await fresh();
    const messages = opened.store.console;
    for (const key of ['a', 'b', 'c']) await messages.put(said(key));
    await messages.put(said('a', { revision: 2 }));
    const since = await messages.since({ changed: 1, reader: 'ada', limit: 2 });
    expect(since.map((one) => [one.key, one.changed])).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
    expect((await messages.since({ changed: 3, reader: 'ada', limit: 9 })).map((one) => one.key)).toEqual(['a']);
  });

  test('a file is indexed once, under its first name', async () => {
    await using opened = await fresh();
    const file = { id: 'f'.repeat(64), name: 'cpu.png', type: 'image/png', bytes: 12 };
    await opened.store.files.put(file);
    await opened.store.files.put({ ...file, name: 'other.html', type: 'text/html' });
    expect(await opened.store.files.get(file.id)).toEqual(file);
    expect(await opened.store.files.get('nobody')).toBeUndefined();
  });
});
