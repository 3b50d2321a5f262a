import { randomUUID } from 'node:crypto';
import type { WireMessage } from '#chat/console/protocol.ts';
import type { Receipt } from '#core/chat.ts';
import { eventIdOf } from '#core/event-id.ts';
import { type Answer, messagesOf, type Page, signIn } from '#test/chat/console/browser.ts';
import { ada, ben, openRig } from '#test/support/console-rig.ts';
import { chatContract, type Seen } from './chat.ts';

const receiptOf = ({ status, body }: Answer): Receipt => {
  if (status !== 200) throw new Error(`${status}: ${String(body.code)}`);
  return body as unknown as Receipt;
};

const toSeen = ({ key, card, thread }: WireMessage): Seen[] =>
  card === undefined ? [] : [{ key, card, ...(thread === undefined ? {} : { thread }) }];

/** Everything the page of one person shows, threads opened. */
const everything = async (page: Page): Promise<readonly Seen[]> => {
  const roots = messagesOf(await page.get('messages?channel=ops'));
  const threads = await Promise.all(roots.map(({ key }) => page.get(`thread?key=${encodeURIComponent(key)}`)));
  return [...roots, ...threads.flatMap(({ body }) => body.replies as WireMessage[])].flatMap(toSeen);
};

chatContract('console', async () => {
  const rig = await openRig();
  const pages = new Map([
    [ada, await signIn(rig, ada)],
    [ben, await signIn(rig, ben)],
  ]);
  const pageOf = (person: string): Page => {
    const page = pages.get(person);
    if (page === undefined) throw new Error(`nobody signed in as ${person}`);
    return page;
  };
  return {
    chat: rig.chat,
    ada,
    ben,
    channel: 'ops',
    received: rig.received,
    seenBy: (person) => everything(pageOf(person)),
    async say(person, text, { id = randomUUID(), thread } = {}) {
      const said = receiptOf(
        await pageOf(person).post('messages', {
          id,
          channel: 'ops',
          text,
          ...(thread === undefined ? {} : { thread }),
        }),
      );
      return { ...said, eventId: eventIdOf('console', person, id) };
    },
    async tap(person, key, action) {
      const seen = (await everything(pageOf(person))).find((message) => message.key === key);
      const line = seen?.card.actions?.find(({ id }) => id === action)?.line ?? '';
      return receiptOf(await pageOf(person).post('taps', { key, revision: 1, action, line }));
    },
    close: () => rig.close(),
  };
});
