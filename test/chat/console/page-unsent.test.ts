import { afterEach, beforeEach, expect, it } from 'vitest';
import { Refused } from '#chat/console/page/net/api.ts';
import { createUnsent, type Unsent } from '#chat/console/page/state/unsent.ts';
import { ada, openRig, type Rig } from '#test/support/console-rig.ts';
import { apiOf, newMemory, type Page, signIn } from './browser.ts';

let rig: Rig;
let page: Page;
let unsent: Unsent;
let memory = newMemory();
const times = { retryMs: 50, freshMs: 60_000 };
const open = (more: Partial<typeof times> = {}): void => {
  unsent = createUnsent(apiOf(page), memory, ada, () => undefined, { ...times, ...more });
};
beforeEach(async () => {
  rig = await openRig();
  page = await signIn(rig);
  memory = newMemory();
  open();
});
afterEach(async () => {
  unsent.stop();
  await rig.close();
});

const said = (): string[] => rig.received.map(({ text }) => text);
const states = (): string[] => unsent.messages.value.map(({ text, state }) => `${text}: ${state}`);
const send = (text: string): void => unsent.send({ channel: 'ops', text });

it('a message that waits may be taken back, and is then not sent', async () => {
  await rig.stopServer();
  send('restart web-1');
  send('status');
  await expect.poll(states).toEqual(['restart web-1: waiting', 'status: waiting']);
  unsent.discard(unsent.messages.value[0]?.id ?? '');
  await rig.startServer();
  await expect.poll(said).toEqual(['status']);
  await expect.poll(states).toEqual([]);
  expect(memory.names('unsent.')).toEqual([]);
});

it('one that the server would not take now says why, and holds up no other', async () => {
  await rig.close();
  rig = await openRig({
    messages: (real) => ({
      ...real,
      async put(message) {
        if (message.text === 'stuck') throw new Error('the disk is full');
        return real.put(message);
      },
    }),
  });
  page = await signIn(rig);
  open({ retryMs: 1000 });
  send('stuck');
  send('passes');
  await expect.poll(said).toEqual(['passes']);
  await expect.poll(() => unsent.messages.value[0]?.refusal?.code).toBe('http.failed');
});

it('one that comes too soon holds up the others: they would be answered so, too', async () => {
  const asked: string[] = [];
  const api = apiOf(page);
  unsent = createUnsent(
    {
      ...api,
      async post(path, body) {
        asked.push((body as { text: string }).text);
        if (asked.length === 1) throw new Refused(429, { code: 'http.too_many', say: 'Wait.' });
        return api.post(path, body);
      },
    },
    memory,
    ada,
    () => undefined,
    times,
  );
  send('one');
  send('two');
  await expect.poll(said).toEqual(['one', 'two']);
  expect(asked).toEqual(['one', 'one', 'two']);
});

it('an old one, and one that another page left, ask before they are sent', async () => {
  open({ freshMs: 300 });
  await rig.stopServer();
  send('deploy shop v2');
  await expect.poll(states, { timeout: 3000 }).toEqual(['deploy shop v2: asking']);
  unsent.stop();
  await rig.startServer();
  open();
  unsent.flush();
  send('status');
  await expect.poll(said).toEqual(['status']);
  await expect.poll(states).toEqual(['deploy shop v2: asking']);
  unsent.sendNow(unsent.messages.value[0]?.id ?? '');
  await expect.poll(said).toEqual(['status', 'deploy shop v2']);
  await expect.poll(states).toEqual([]);
});

it('nothing is sent once the person signed out', async () => {
  await rig.stopServer();
  send('status');
  await expect.poll(states).toEqual(['status: waiting']);
  unsent.stop();
  await rig.startServer();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(said()).toEqual([]);
  expect(memory.names('unsent.')).toHaveLength(1);
});

it('one that is seen among the messages is no longer on its way', async () => {
  await rig.stopServer();
  send('status');
  await expect.poll(states).toEqual(['status: waiting']);
  const [{ id } = { id: '' }] = unsent.messages.value;
  unsent.stop();
  await rig.startServer();
  const { body } = await page.post('messages', { id, channel: 'ops', text: 'status' });
  unsent.settle(body.message as Parameters<Unsent['settle']>[0]);
  expect(states()).toEqual([]);
});

it('one that was thrown away in one window is sent by no other', async () => {
  await rig.stopServer();
  send('restart web-1');
  await expect.poll(states).toEqual(['restart web-1: waiting']);
  const other = createUnsent(apiOf(page), memory, ada, () => undefined, times);
  const { id = '' } = other.messages.value[0] ?? {};
  // Before the other windows hear of it, they look.
  other.discard(id);
  unsent.sendNow(id);
  expect(states()).toEqual([]);
  send('status');
  const third = createUnsent(apiOf(page), memory, ada, () => undefined, times);
  await expect.poll(() => third.messages.value.map(({ text }) => text)).toEqual(['status']);
  third.discard(third.messages.value[0]?.id ?? '');
  await expect.poll(states).toEqual([]);
  await rig.startServer();
  send('runs');
  await expect.poll(said).toEqual(['runs']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(said()).toEqual(['runs']);
  expect(memory.names('unsent.')).toEqual([]);
  for (const one of [other, third]) one.stop();
});
