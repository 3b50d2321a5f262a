import { createMemoryChat } from '#chat/memory/memory.ts';
import type { Incoming } from '#core/chat.ts';
import { chatContract } from './chat.ts';

chatContract('memory', async () => {
  const received: Incoming[] = [];
  const chat = createMemoryChat();
  chat.connect({
    async receive(incoming) {
      const { eventId } = incoming;
      if (received.some((other) => other.eventId === eventId)) return { status: 'duplicate', eventId };
      received.push(incoming);
      return { status: 'accepted', eventId };
    },
  });
  return {
    chat,
    ada: 'memory:local:ada',
    ben: 'memory:local:ben',
    channel: 'ops',
    received,
    seenBy: async (person) => chat.seenBy(person),
    say: (actor, text, options) => chat.say({ actor, text, ...options }),
    tap: (person, key, action) => chat.tap(key, action, person),
    close: () => chat.stop(),
  };
});
