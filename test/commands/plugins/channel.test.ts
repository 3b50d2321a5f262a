import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { type Channel, ChannelClosed, openChannel, type Serving } from '#commands/plugins/channel.ts';
import { Fault } from '#core/errors.ts';

const open: Channel[] = [];
afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
});

const nothing: Serving = { serve: async () => undefined, hear() {} };

function pair(far: Partial<Serving>): Channel {
  const { port1, port2 } = new MessageChannel();
  const near = openChannel(port1, nothing);
  open.push(near, openChannel(port2, { ...nothing, ...far }));
  return near;
}

test('a call is answered by the other side, many at once', async () => {
  const near = pair({ serve: async (method, payload) => `${method} ${payload}` });
  const answers = await Promise.all(['a', 'b', 'c'].map((word) => near.call('say', word)));
  expect(answers).toEqual(['say a', 'say b', 'say c']);
});

test('a fault keeps its refusal, another error its message and stack', async () => {
  const refusal = { code: 'store.full', say: 'no', retryable: true } as const;
  const faulty = pair({ serve: async () => Promise.reject(new Fault(refusal)) });
  await expect(faulty.call('x', 1)).rejects.toMatchObject({ refusal });
  const broken = pair({ serve: async () => Promise.reject(new TypeError('odd')) });
  await expect(broken.call('x', 1)).rejects.toMatchObject({
    message: 'odd',
    farStack: expect.stringContaining('channel.test'),
  });
});

test('what cannot cross is a failure on the side that said it', async () => {
  const near = pair({ serve: async () => () => 1 });
  await expect(near.call('x', 1)).rejects.toMatchObject({ name: 'FarError' });
  await expect(near.call('x', () => 1)).rejects.toMatchObject({ name: 'DataCloneError' });
  await expect(near.call('x', 1)).rejects.toMatchObject({ name: 'FarError' });
});

test('aborting reaches the other side, even when it was aborted before', async () => {
  const near = pair({
    serve: (_method, _payload, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped'))),
  });
  const controller = new AbortController();
  const call = near.call('x', 1, controller.signal);
  setTimeout(() => controller.abort(), 20);
  expect(await call).toBe('stopped');
  expect(await near.call('x', 1, AbortSignal.abort())).toBe('stopped');
});

test('when the channel closes, calls under way and later ones fail, and nothing waits for ever', async () => {
  const near = pair({ serve: () => new Promise(() => {}) });
  const call = near.call('x', 1);
  near.close();
  await expect(call).rejects.toBeInstanceOf(ChannelClosed);
  await expect(near.call('x', 1)).rejects.toBeInstanceOf(ChannelClosed);
});
