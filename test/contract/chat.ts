import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '#core/card.ts';
import type { Chat, Incoming, Outgoing, Receipt } from '#core/chat.ts';

/** What a person sees of a message. */
export interface Seen {
  readonly key: string;
  readonly card: Card;
  readonly thread?: string;
}

/** A chat adapter with people in front of it; every adapter's tests make one. */
export interface ChatSubject {
  readonly chat: Chat;
  /** Two people who read the same channel. */
  readonly ada: string;
  readonly ben: string;
  readonly channel: string;
  /** Everything that reached the receiver, duplicates left out. */
  readonly received: readonly Incoming[];
  /** The messages of the bot a person sees, threads too, oldest first. */
  seenBy(person: string): Promise<readonly Seen[]>;
  /** Says a line; the same `id` is the same event of the platform. */
  say(person: string, text: string, options?: { readonly id?: string; readonly thread?: string }): Promise<Receipt>;
  /** Taps a button of the message as the person sees it now; rejects when they cannot. */
  tap(person: string, key: string, action: string): Promise<Receipt>;
  close(): Promise<void>;
}

const card: Card = { tone: 'info', title: { en: 'Deploy?', fr: 'Déployer ?' } };

/** Every part a card can have. */
const full: Card = {
  tone: 'bad',
  title: 'Everything',
  text: '**bold** `code`\n- item',
  fields: [{ label: 'Load', value: '0.42' }],
  table: { columns: ['Host', 'Load'], rows: [['web-1', '0.42']] },
  code: { text: '-a\n+b', language: 'diff', title: 'diff' },
  actions: [{ id: 'go', label: 'Go', style: 'primary', line: 'confirm 12' }],
  footer: 'Run 7',
  by: 'Ada, from the terminal',
};

/** What every chat adapter promises. */
export const chatContract = (name: string, open: () => Promise<ChatSubject>): void => {
  let subject: ChatSubject;
  const deliver = (message: Partial<Outgoing> = {}): Promise<void> =>
    subject.chat.deliver({
      key: 'order:1',
      chat: subject.chat.name,
      channel: subject.channel,
      card,
      revision: 1,
      ...message,
    });

  describe(`the chat ${name}`, () => {
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('shows a message to everybody in the channel', async () => {
      await deliver();
      for (const person of [subject.ada, subject.ben]) {
        expect(await subject.seenBy(person)).toMatchObject([{ key: 'order:1', card }]);
      }
    });

    it('shows every part of a card', async () => {
      await deliver({ card: full });
      expect((await subject.seenBy(subject.ada))[0]?.card).toEqual(full);
    });

    it('edits a message in its place when the key comes again', async () => {
      await deliver();
      await deliver({ key: 'order:2' });
      await deliver({ revision: 2, card: full });
      expect((await subject.seenBy(subject.ada)).map(({ key, card: { tone } }) => [key, tone])).toEqual([
        ['order:1', 'bad'],
        ['order:2', 'info'],
      ]);
    });

    it('shows a message once that it is told twice, and lets no old revision undo a new one', async () => {
      await deliver({ revision: 3, card: full });
      await deliver({ revision: 3, card: full });
      await deliver({ revision: 2 });
      expect(await subject.seenBy(subject.ada)).toMatchObject([{ card: { title: 'Everything' } }]);
    });

    it('shows a message to one person to nobody else, an edit of it neither', async () => {
      await deliver({ to: subject.ada });
      await deliver({ to: subject.ada, revision: 2, card: full });
      expect(await subject.seenBy(subject.ada)).toHaveLength(1);
      expect(await subject.seenBy(subject.ben)).toHaveLength(0);
    });

    it('puts an answer into the thread it belongs to', async () => {
      await deliver();
      await deliver({ key: 'order:2', thread: 'order:1' });
      expect((await subject.seenBy(subject.ada)).find(({ key }) => key === 'order:2')).toMatchObject({
        thread: 'order:1',
      });
    });

    it('hands on what a person says: who, where, what, and the platform’s own event id', async () => {
      const receipt = await subject.say(subject.ada, 'deploy shop v2');
      expect(receipt.status).toBe('accepted');
      expect(subject.received).toMatchObject([
        {
          chat: subject.chat.name,
          kind: 'message',
          actor: subject.ada,
          channel: subject.channel,
          text: 'deploy shop v2',
        },
      ]);
      expect(subject.received[0]?.eventId).toBe(receipt.eventId);
      expect(Date.parse(subject.received[0]?.at ?? '')).toBeGreaterThan(0);
    });

    it('hands on one event once, and two sayings of the same words twice', async () => {
      const id = '5b0a0f2e-6a0c-4a0e-9f8e-0c9d8b7a6f5e';
      await subject.say(subject.ada, 'echo', { id });
      expect((await subject.say(subject.ada, 'echo', { id })).status).toBe('duplicate');
      await subject.say(subject.ada, 'echo');
      expect(subject.received).toHaveLength(2);
    });

    it('says which thread a line was said in', async () => {
      await deliver();
      await subject.say(subject.ben, 'ack', { thread: 'order:1' });
      expect(subject.received).toMatchObject([{ thread: 'order:1', actor: subject.ben }]);
    });

    it('turns a tap into the button’s line; a second one is the same event', async () => {
      await deliver({ card: full });
      await subject.tap(subject.ada, 'order:1', 'go');
      expect((await subject.tap(subject.ada, 'order:1', 'go')).status).toBe('duplicate');
      await subject.tap(subject.ben, 'order:1', 'go');
      expect(subject.received.map(({ kind, actor, text }) => [kind, actor, text])).toEqual([
        ['action', subject.ada, 'confirm 12'],
        ['action', subject.ben, 'confirm 12'],
      ]);
    });

    it('takes no tap of a button that is not there any more', async () => {
      await deliver({ card: full });
      await deliver({ revision: 2 });
      await expect(subject.tap(subject.ada, 'order:1', 'go')).rejects.toThrow();
      expect(subject.received).toHaveLength(0);
    });
  });
};
