import { expect, it } from 'vitest';
import { createMemoryChat } from '#chat/memory/memory.ts';
import type { Incoming } from '#core/chat.ts';

const card = { tone: 'info', title: 'Hello', actions: [{ id: 'a', label: 'Go', line: 'go 1' }] } as const;
const message = { key: 'm', chat: 'memory', channel: 'ops', card, revision: 1 } as const;

const connected = () => {
  const received: Incoming[] = [];
  const chat = createMemoryChat();
  chat.connect({
    async receive(incoming) {
      const known = received.some(({ eventId }) => eventId === incoming.eventId);
      received.push(incoming);
      return { status: known ? 'duplicate' : 'accepted', eventId: incoming.eventId };
    },
  });
  return { chat, received };
};

it('keeps the newest revision of every message', async () => {
  const { chat } = connected();
  await chat.deliver({ ...message, revision: 2, card: { ...card, title: 'New' } });
  await chat.deliver(message);
  expect(chat.messages()).toMatchObject([{ revision: 2, card: { title: 'New' } }]);
});

it('shows a message to one person to that person only', async () => {
  const { chat } = connected();
  await chat.deliver({ ...message, to: 'memory:local:ada' });
  expect(chat.seenBy('memory:local:ada')).toHaveLength(1);
  expect(chat.seenBy('memory:local:ben')).toHaveLength(0);
});

it('lets people say and tap; the same tap is the same event', async () => {
  const { chat, received } = connected();
  await chat.deliver(message);
  await chat.say({ actor: 'memory:local:ada', text: 'help' });
  const first = await chat.tap('m', 'a', 'memory:local:ada');
  const second = await chat.tap('m', 'a', 'memory:local:ada');
  expect([first.status, second.status]).toEqual(['accepted', 'duplicate']);
  expect(received[1]).toMatchObject({ kind: 'action', text: 'go 1', channel: 'ops' });
  await expect(chat.tap('m', 'b', 'memory:local:ada')).rejects.toMatchObject({ code: 'memory.no_button' });
});

it('waits for a message, and not for ever', async () => {
  const { chat } = connected();
  const soon = chat.until(({ title }) => title === 'Hello');
  await chat.deliver(message);
  expect((await soon).key).toBe('m');
  await expect(chat.until(({ title }) => title === 'Never', 20)).rejects.toMatchObject({ code: 'memory.timeout' });
});
