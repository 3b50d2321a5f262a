import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretHash } from '#core/secret-hash.ts';
import { openRig, type Rig } from '#test/support/console-rig.ts';
import { messagesOf, type Page, signIn } from './browser.ts';

let rig: Rig;
let page: Page;
beforeEach(async () => {
  rig = await openRig();
  page = await signIn(rig);
});
afterEach(() => rig.close());

const titles = (events: readonly { data: Record<string, unknown>; event: string }[]): unknown[] =>
  events.filter(({ event }) => event === 'message').map(({ data }) => (data.card as { title: string }).title);

describe('the stream', () => {
  it('tells of new messages and edits as they happen', async () => {
    const stream = await page.stream();
    const key = await rig.bot.say({ tone: 'running', title: '1 of 2' });
    await stream.until(({ data }) => JSON.stringify(data).includes('1 of 2'));
    await rig.bot.say({ tone: 'good', title: '2 of 2' }, { key });
    const edit = await stream.until(({ data }) => JSON.stringify(data).includes('2 of 2'));
    expect(edit).toMatchObject({ data: { key, revision: 2 }, id: '2' });
    stream.close();
  });

  it('goes on where it was left: everything missed, once, in order', async () => {
    const stream = await page.stream();
    await rig.bot.say({ tone: 'info', title: 'one' });
    const one = await stream.until(({ event }) => event === 'message');
    stream.close();
    for (const title of ['two', 'three', 'four']) await rig.bot.say({ tone: 'info', title });
    const again = await page.stream('', { 'last-event-id': one.id ?? '' });
    await again.until(({ data }) => JSON.stringify(data).includes('four'));
    await rig.bot.say({ tone: 'info', title: 'five' });
    await again.until(({ data }) => JSON.stringify(data).includes('five'));
    expect(titles(again.events)).toEqual(['two', 'three', 'four', 'five']);
    again.close();
  });

  it('misses nothing while it is being opened', async () => {
    const newest = await rig.store.console.newest();
    const saying = (async () => {
      for (let n = 0; n < 100; n += 1) await rig.bot.say({ tone: 'info', title: `n${n}` });
    })();
    const stream = await page.stream(`since=${newest}`);
    await saying;
    await stream.until(({ data }) => JSON.stringify(data).includes('n99'));
    expect(titles(stream.events)).toEqual(Array.from({ length: 100 }, (_, n) => `n${n}`));
    stream.close();
  });

  it('tells a page that missed too much, or is ahead of the store, to read everything again', async () => {
    for (let n = 0; n < 3; n += 1) await rig.bot.say({ tone: 'info', title: `n${n}` });
    const ahead = await page.stream('since=999999');
    expect(ahead.events.map(({ event }) => event)).toEqual(['reset', 'hello']);
    expect(ahead.events[1]).toMatchObject({ data: { changed: 3 } });
    ahead.close();
  });

  it('counts a card that was often edited as one message that was missed', async () => {
    const key = await rig.bot.say({ tone: 'running', title: 'n0' });
    for (let n = 1; n <= 510; n += 1) await rig.bot.say({ tone: 'running', title: `n${n}` }, { key });
    const stream = await page.stream('since=1');
    await stream.until(({ data }) => JSON.stringify(data).includes('n510'));
    expect(stream.events.map(({ event }) => event)).toEqual(['hello', 'message']);
    stream.close();
  });

  it('ends at once in every window when somebody signs out, and in no window of another', async () => {
    const other = await (await signIn(rig)).stream();
    const windows = [await page.stream(), await page.stream()];
    await page.post('logout', {});
    await Promise.all(windows.map(({ ended }) => ended));
    await rig.bot.say({ tone: 'info', title: 'after' });
    await other.until(({ data }) => JSON.stringify(data).includes('after'));
    expect(windows.flatMap(({ events }) => events.map(({ event }) => event))).toEqual(['hello', 'hello']);
    other.close();
  });

  it('ends, by the next heartbeat at the latest, when the session is over in the store', async () => {
    await rig.close();
    rig = await openRig({ http: { heartbeatMs: 300 } });
    page = await signIn(rig);
    const quiet = await page.stream();
    const told = await page.stream();
    await rig.store.credentials.removeSession(secretHash(page.cookie.slice(page.cookie.indexOf('=') + 1)));
    await pause(260);
    await rig.bot.say({ tone: 'info', title: 'after' });
    await Promise.all([quiet.ended, told.ended]);
    expect(JSON.stringify([quiet.events, told.events])).not.toContain('after');
  });

  it('ends when the server stops, and lives in at most four windows of a session', async () => {
    const windows = [];
    for (let n = 0; n < 5; n += 1) windows.push(await page.stream());
    await windows[0]?.until(({ event }) => event === 'displaced');
    await windows[0]?.ended;
    await rig.bot.say({ tone: 'info', title: 'still live' });
    await windows[4]?.until(({ data }) => JSON.stringify(data).includes('still live'));
    await windows[1]?.until(({ data }) => JSON.stringify(data).includes('still live'));
    expect(titles(windows[0]?.events ?? [])).toEqual([]);
    await rig.stopServer();
    await Promise.all(windows.map(({ ended }) => ended));
    await rig.startServer();
  });

  it('keeps its cost bounded for a reader who watches a talkative run', async () => {
    const at = new Date().toISOString();
    const order = await rig.store.orders.add({
      eventId: 'e',
      chat: 'console',
      kind: 'message',
      channel: 'ops',
      actor: 'console:local:ada',
      text: 'x',
      confirmed: false,
      state: 'running',
      createdAt: at,
    });
    const run = await rig.store.runs.add({
      orderId: order.id,
      actor: order.actor,
      state: 'running',
      request: { playbook: 'a.yml', vars: {}, locks: [] },
      planHash: 'h',
      recap: {},
      queuedAt: at,
    });
    const stream = await page.stream(`run=${run.id}`);
    const step = {
      ...{ runId: run.id, host: 'web-1', task: 't', module: 'm', startedAt: at },
      ...{ state: 'ok' as const, differences: [], result: {} },
    } as const;
    for (let n = 0; n < 10_000; n += 1) {
      rig.runEvent({ kind: 'step', step: { ...step, id: `1.${n}` } });
      rig.runEvent({ kind: 'log', runId: run.id, size: n });
    }
    await stream.until(({ event }) => event === 'gap');
    await pause(50);
    expect(stream.events.filter(({ event }) => event === 'step').length).toBeLessThanOrEqual(4001);
    // Of how far the log is the newest figure is enough.
    expect(stream.events.filter(({ event }) => event === 'log').length).toBeLessThan(10);
    expect(stream.events.findLast(({ event }) => event === 'log')?.data).toEqual({ runId: run.id, size: 9999 });
    expect(stream.events.find(({ event }) => event === 'gap')).toMatchObject({ data: { runId: run.id } });
    expect(stream.events.filter(({ event }) => event === 'reset')).toEqual([]);
    stream.close();
  });
});

describe('a channel’s pages', () => {
  it('hold forty messages each, oldest first, without gap or double', async () => {
    for (let n = 1; n <= 90; n += 1) await rig.bot.say({ tone: 'info', title: `n${n}` });
    const seen: number[] = [];
    let before = '';
    for (;;) {
      const got = await page.get(`messages?channel=ops${before}`);
      const messages = messagesOf(got);
      seen.unshift(...messages.map(({ id }) => id));
      before = `&before=${messages[0]?.id}`;
      if (got.body.more !== true) break;
    }
    expect(seen).toHaveLength(90);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it('leave threads to themselves and count their replies', async () => {
    const root = await rig.bot.say({ tone: 'info', title: 'root' });
    await rig.bot.say({ tone: 'info', title: 'reply 1' }, { thread: root });
    await rig.bot.say({ tone: 'info', title: 'reply 2' }, { thread: root });
    expect(messagesOf(await page.get('messages?channel=ops'))).toMatchObject([{ key: root, replies: 2 }]);
    const thread = await page.get(`thread?key=${root}`);
    expect(thread.body).toMatchObject({ root: { key: root }, replies: [{ replies: 2 }, {}] });
  });

  it('keep a live card in its place and its time when it is edited', async () => {
    const key = await rig.bot.say({ tone: 'running', title: 'running' });
    const [before] = messagesOf(await page.get('messages?channel=ops'));
    await pause(5);
    await rig.bot.say({ tone: 'info', title: 'later' });
    await rig.bot.say({ tone: 'good', title: 'done' }, { key });
    const after = messagesOf(await page.get('messages?channel=ops'));
    expect(after.map(({ card }) => card?.title)).toEqual(['done', 'later']);
    expect(after[0]).toMatchObject({ at: before?.at, id: before?.id });
  });
});

describe('completion', () => {
  it('asks for the line as it stands, and not for novels', async () => {
    await rig.close();
    const asked: string[] = [];
    rig = await openRig({
      completions: (line) => {
        asked.push(line);
        return [{ line: 'status ', label: 'status', about: 'Is it well?' }];
      },
    });
    page = await signIn(rig);
    const got = await page.get('complete?channel=ops&line=sta&cursor=3');
    expect(got.body).toEqual({ completions: [{ line: 'status ', label: 'status', about: 'Is it well?' }] });
    expect((await page.get(`complete?channel=ops&line=${'x'.repeat(1001)}`)).body).toEqual({ completions: [] });
    expect((await page.get('complete?channel=nowhere&line=x')).status).toBe(404);
    expect(asked).toEqual(['sta']);
  });
});
