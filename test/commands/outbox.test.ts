import { afterEach, expect, test } from 'vitest';
import { pumpOutbox } from '#commands/outbox.ts';
import type { Chat, Outgoing } from '#core/chat.ts';
import { systemClock } from '#core/clock.ts';
import { Fault } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { type TestFolder, testFolder } from '#test/store/folder.ts';
import { outgoing } from '#test/store/samples.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A chat whose platform takes what `takes` lets through, and writes down what it was shown. */
function chatThat(takes: (message: Outgoing) => void) {
  const shown: string[] = [];
  const chat: Chat = {
    name: 'console',
    async deliver(message) {
      takes(message);
      shown.push(`${message.key}:${message.revision}`);
    },
    stop: async () => undefined,
  };
  return { chat, shown };
}

async function ownFolder(): Promise<TestFolder> {
  const folder = await testFolder();
  ends.push(async () => folder[Symbol.asyncDispose]());
  return folder;
}

async function opened(folder: TestFolder) {
  const store = await openSqliteStore({ path: folder.file('store.db'), clock: systemClock });
  ends.push(() => store.close());
  return store;
}

type Store = Awaited<ReturnType<typeof opened>>;
const pumping = ({ outbox }: Store, chat: Chat) => {
  const pump = pumpOutbox({ outbox, chat, clock: systemClock, log: silentLog });
  ends.push(() => pump.stop());
  return pump;
};

const busy = () => new Fault({ code: 'chat.failed', say: 'slow down', retryable: true });

test('what is said is shown at once when the pump is told of it', async () => {
  const folder = await ownFolder();
  const store = await opened(folder);
  const { chat, shown } = chatThat(() => undefined);
  const pump = pumping(store, chat);
  await store.outbox.say(outgoing('a', 'one'));
  pump.kick();
  await expect.poll(() => shown, { timeout: 2000 }).toEqual(['a:1']);
});

test('what the chat does not take is tried again until it does, and then not any more', async () => {
  const folder = await ownFolder();
  const store = await opened(folder);
  let left = 2;
  const { chat, shown } = chatThat(() => {
    left -= 1;
    if (left >= 0) throw busy();
  });
  await store.outbox.say(outgoing('a', 'one'));
  const pump = pumping(store, chat);
  await expect.poll(() => shown, { timeout: 10_000 }).toEqual(['a:1']);
  pump.kick();
  await new Promise((done) => setTimeout(done, 300));
  expect([shown, left]).toEqual([['a:1'], -1]);
});

test('what was said and not shown before the bot ended is shown by the next one, once and as it is now', async () => {
  const folder = await ownFolder();
  const first = await opened(folder);
  const { chat: down, shown: none } = chatThat(() => {
    throw new Error('the platform is down');
  });
  await first.outbox.say(outgoing('a', 'one'));
  await first.outbox.say(outgoing('b', 'one'));
  await first.outbox.say(outgoing('a', 'two'));
  const pump = pumping(first, down);
  await new Promise((done) => setTimeout(done, 200));
  await pump.stop();
  await first.close();
  ends.length = 1; // the folder stays

  const second = await opened(folder);
  const { chat, shown } = chatThat(() => undefined);
  const next = pumping(second, chat);
  // The first try was put off; a bot that has something else to say looks again.
  const looked = (): readonly string[] => {
    next.kick();
    return [...shown].sort();
  };
  await expect.poll(looked, { timeout: 10_000, interval: 100 }).toEqual(['a:2', 'b:1']);
  expect(none).toEqual([]);
});

test('a channel that fails holds up no other, and what can never be shown is given up', async () => {
  const folder = await ownFolder();
  const store = await opened(folder);
  let asked = 0;
  const { chat, shown } = chatThat((message) => {
    if (message.channel === 'gone') {
      asked += 1;
      throw new Fault({ code: 'console.no_channel', say: 'no such channel', retryable: false });
    }
    if (message.channel === 'slow') throw busy();
  });
  await store.outbox.say({ ...outgoing('lost', 'x'), channel: 'gone' });
  await store.outbox.say({ ...outgoing('later', 'x'), channel: 'slow' });
  await store.outbox.say(outgoing('now', 'x'));
  pumping(store, chat);
  await expect.poll(() => shown, { timeout: 5000 }).toEqual(['now:1']);
  await new Promise((done) => setTimeout(done, 1200));
  expect([asked, shown]).toEqual([1, ['now:1']]);
});

test('a clock that was set back an hour keeps no channel silent for an hour', async () => {
  const folder = await ownFolder();
  const store = await opened(folder);
  await store.outbox.say(outgoing('a', 'one'));
  const hence = new Date(Date.now() + 3_600_000).toISOString();
  await store.outbox.postpone('a', hence, { code: 'chat.failed', say: 'slow down' });
  const { chat, shown } = chatThat(() => undefined);
  pumping(store, chat).kick();
  await expect.poll(() => shown, { timeout: 2000 }).toEqual(['a:1']);
});
