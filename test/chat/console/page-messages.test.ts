import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMessages, type Messages } from '#chat/console/page/state/messages.ts';
import type { WireMessage } from '#chat/console/protocol.ts';
import { openRig, type Rig } from '#test/support/console-rig.ts';
import { apiOf, newMemory, type Page, signIn } from './browser.ts';

let rig: Rig;
let page: Page;
let messages: Messages;
beforeEach(async () => {
  rig = await openRig();
  page = await signIn(rig);
  messages = createMessages(apiOf(page), newMemory(), () => true);
});
afterEach(() => rig.close());

const say = async (from: number, to: number, thread?: string): Promise<void> => {
  for (let n = from; n <= to; n += 1) {
    await rig.bot.say({ tone: 'info', title: `n${n}` }, { key: `k${n}`, ...(thread === undefined ? {} : { thread }) });
  }
};
const titlesOf = (shown: readonly WireMessage[]): unknown[] => shown.map(({ card }) => card?.title);
const inOps = (): unknown[] => titlesOf(messages.channel('ops').messages.value);
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `n${from + n}`);
/** Edits a message; what the stream says of it. */
const edit = async (key: string, title: string, thread?: string): Promise<WireMessage> => {
  const stream = await page.stream();
  await rig.bot.say({ tone: 'good', title }, { key, ...(thread === undefined ? {} : { thread }) });
  const { data } = await stream.until((event) => event.data.key === key);
  stream.close();
  return data as unknown as WireMessage;
};

describe('an old message that is edited', () => {
  it('is not put before what was not read', async () => {
    await say(1, 60);
    await messages.load('ops');
    expect(inOps()).toEqual(numbered(21, 60));
    messages.apply(await edit('k3', 'n3'));
    expect(inOps()).toEqual(numbered(21, 60));
    await messages.earlier('ops');
    expect(inOps()).toEqual(numbered(1, 60));
    messages.apply(await edit('k4', 'edited'));
    expect(inOps().slice(2, 5)).toEqual(['n3', 'edited', 'n5']);
  });

  it('is not put before the replies that were not read', async () => {
    await rig.bot.say({ tone: 'info', title: 'root' }, { key: 'root' });
    await say(1, 60, 'root');
    await messages.openThread('root');
    messages.apply(await edit('k3', 'n3', 'root'));
    await messages.earlierReplies();
    expect(titlesOf(messages.thread.value?.replies ?? [])).toEqual(numbered(1, 60));
  });
});

describe('after too much was missed', () => {
  it('the old stays until the new is there, in the channel and in the thread', async () => {
    await rig.bot.say({ tone: 'info', title: 'n1' }, { key: 'k1' });
    await rig.bot.say({ tone: 'info', title: 'reply' }, { key: 'reply', thread: 'k1' });
    await messages.load('ops');
    await messages.openThread('k1');
    const state = messages.channel('ops');
    expect(state.stale.value).toBe(false);
    await rig.bot.say({ tone: 'info', title: 'missed reply' }, { thread: 'k1' });
    await say(2, 50);

    await rig.stopServer();
    messages.doubt();
    await expect(messages.load('ops')).rejects.toThrow();
    await expect(messages.openThread('k1')).rejects.toThrow();
    expect(inOps()).toEqual(['n1']);
    expect(titlesOf(messages.thread.value?.replies ?? [])).toEqual(['reply']);
    expect([state.stale.value, messages.thread.value?.stale]).toEqual([true, true]);

    await rig.startServer();
    await messages.load('ops');
    await messages.openThread('k1');
    expect(inOps()).toEqual(numbered(11, 50));
    expect(titlesOf(messages.thread.value?.replies ?? [])).toEqual(['reply', 'missed reply']);
    expect([state.stale.value, messages.thread.value?.stale]).toEqual([false, false]);
  });

  it('what a store that was put back no longer knows goes', async () => {
    await say(1, 2);
    await messages.load('ops');
    const [first] = messages.channel('ops').messages.value;
    if (first === undefined) throw new Error('nothing was read');
    messages.apply({ ...first, id: 999, key: 'gone', changed: 999 });
    messages.doubt();
    await messages.load('ops');
    expect(inOps()).toEqual(['n1', 'n2']);
  });
});

describe('what a page keeps of a channel', () => {
  it('is bounded while the end is followed, and what was let go is read again', async () => {
    await say(1, 450);
    await messages.load('ops');
    for (let n = 0; n < 11; n += 1) await messages.earlier('ops');
    expect(inOps()).toEqual(numbered(1, 450));
    expect(messages.channel('ops').more.value).toBe(false);
    messages.see('ops');
    expect(inOps()).toEqual(numbered(51, 450));
    expect(messages.channel('ops').more.value).toBe(true);
    await messages.earlier('ops');
    expect(inOps()).toEqual(numbered(11, 450));
  });

  it('has no gap when the beginning changed while earlier ones were being read', async () => {
    await say(1, 450);
    await messages.load('ops');
    for (let n = 0; n < 10; n += 1) await messages.earlier('ops');
    const reading = messages.earlier('ops');
    messages.see('ops');
    await reading;
    expect(inOps()).toEqual(numbered(51, 450));
  });
});
