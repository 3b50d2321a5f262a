import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock.ts';
import type { ConsoleMessage, ConsoleMessages } from '#core/store.ts';
import { heldClock } from '#test/store/samples.ts';
import { ada, ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { type Answer, signIn } from './browser.ts';

let rig: Rig | undefined;
afterEach(() => rig?.close());

const isList = (answer: unknown): answer is readonly ConsoleMessage[] => Array.isArray(answer);

/** Counts the questions to the store and the messages that came back. */
const counting = () => {
  const seen = { questions: 0, messages: 0 };
  const watched =
    <A extends unknown[], T>(ask: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const answer = await ask(...args);
      seen.questions += 1;
      seen.messages += isList(answer) ? answer.length : 0;
      return answer;
    };
  const messages = (real: ConsoleMessages): ConsoleMessages => ({
    ...real,
    page: watched(real.page),
    thread: watched(real.thread),
    replies: watched(real.replies),
    since: watched(real.since),
  });
  return { seen, messages };
};

const many = 300;

const post = (page: Awaited<ReturnType<typeof signIn>>, thread: string, text: string): Promise<Answer> =>
  page.post('messages', { id: randomUUID(), channel: 'ops', thread, text });

describe('a thread with very many replies', { timeout: 240_000 }, () => {
  it('costs a page of them to read, to post to and to follow, however long it is', async () => {
    const clock = heldClock();
    clock.move(systemClock.now() - clock.now());
    const { seen, messages } = counting();
    rig = await openRig({ clock, messages });
    const page = await signIn(rig);
    const root = await rig.bot.say({ tone: 'info', title: 'Root' });
    const stream = await page.stream('since=0');
    let longest = 0;
    for (let nth = 0; nth < many; nth += 20) {
      clock.move(20_000);
      const before = { ...seen };
      const said = await Promise.all(Array.from({ length: 20 }, () => post(page, root, 'x'.repeat(3000))));
      expect(said.every(({ status }) => status === 200)).toBe(true);
      longest = Math.max(longest, seen.messages - before.messages);
    }
    const isReply = ({ data }: { data: Record<string, unknown> }) => data.thread === root;
    await stream.until(() => stream.events.filter(isReply).length === many);
    const ids = stream.events.filter(isReply).map(({ data }) => data.id);
    expect(stream.events.findLast(isReply)?.data.replies).toBe(many);
    expect(longest).toBeLessThan(130);
    expect(seen.messages).toBeLessThan(2 * many);

    const before = { ...seen };
    const got = await page.get(`thread?key=${root}`);
    expect(got.body).toMatchObject({ more: true, root: { replies: many } });
    const idsOf = ({ body }: Answer) => (body.replies as { id: number }[]).map(({ id }) => id);
    expect(idsOf(got)).toEqual(ids.slice(-40));
    expect(seen.questions - before.questions).toBe(2);
    expect(seen.messages - before.messages).toBeLessThanOrEqual(41);
    expect(JSON.stringify(got.body).length).toBeLessThan(41 * 4000);
    const earlier = await page.get(`thread?key=${root}&before=${ids.at(-40)}`);
    expect(idsOf(earlier)).toEqual(ids.slice(-80, -40));

    const beforeChannel = { ...seen };
    await page.get('messages?channel=ops');
    expect(seen.questions - beforeChannel.questions).toBe(2);
    stream.close();
  });

  it('says when there are no more', async () => {
    rig = await openRig();
    const page = await signIn(rig);
    const root = await rig.bot.say({ tone: 'info', title: 'Root' });
    await post(page, root, 'only one');
    expect((await page.get(`thread?key=${root}`)).body).toMatchObject({ more: false, replies: [{ replies: 1 }] });
  });
});

describe('saying very much', () => {
  it('is refused past 4,000 characters, and nothing is kept', async () => {
    rig = await openRig();
    const page = await signIn(rig);
    const say = (text: string) => page.post('messages', { id: randomUUID(), channel: 'ops', text });
    expect(await say('x'.repeat(4001))).toMatchObject({
      status: 400,
      body: { code: 'console.too_long', say: 'A message has at most 4,000 characters.' },
    });
    expect(await rig.store.console.newest()).toBe(0);
    expect((await say('x'.repeat(4000))).status).toBe(200);
  });

  it('is refused after twenty at once, then two a second are taken, for each person apart', async () => {
    const clock = heldClock();
    clock.move(systemClock.now() - clock.now());
    rig = await openRig({ clock });
    const [adas, bens] = [await signIn(rig, ada), await signIn(rig, ben)];
    const say = async (page: typeof adas) =>
      (await page.post('messages', { id: randomUUID(), channel: 'ops', text: 'status' })).status;
    for (let nth = 0; nth < 20; nth += 1) expect(await say(adas)).toBe(200);
    const got = await adas.post('messages', { id: randomUUID(), channel: 'ops', text: 'status' });
    expect(got).toMatchObject({ status: 429, body: { code: 'console.too_fast' } });
    expect(got.headers.get('retry-after')).toBe('1');
    expect(await say(bens)).toBe(200);
    clock.move(1000);
    expect([await say(adas), await say(adas), await say(adas)]).toEqual([200, 200, 429]);
    expect(rig.received).toHaveLength(23);
  });
});
