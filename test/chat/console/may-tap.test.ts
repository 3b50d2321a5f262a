import { afterEach, expect, it } from 'vitest';
import type { Card } from '#core/card.ts';
import { ada, ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { messagesOf, signIn } from './browser.ts';

let rig: Rig;
afterEach(() => rig.close());

const order = {
  kind: 'message',
  chat: 'console',
  channel: 'ops',
  text: 'restart db',
  confirmed: false,
  actor: ada,
  state: 'approving',
  createdAt: new Date().toISOString(),
} as const;
const button = (id: string, line: string) => ({ id, label: id, line });
const lines = (seen: { readonly card?: Card } | undefined) => seen?.card?.actions?.map(({ line }) => line);

it('a yes is offered to who may give it, taking back to the asker, and what is anybody’s to everybody', async () => {
  rig = await openRig({ approvers: { 1: [ben] }, judges: { 1: [ben], 4: [ben] } });
  await rig.store.orders.add({ ...order, eventId: 'one' });
  await rig.store.orders.add({ ...order, eventId: 'two', state: 'confirming' });
  await rig.bot.say({
    tone: 'warn',
    title: 'Restart db',
    actions: [button('approve', 'approve 1'), button('deny', 'deny 1'), button('cancel', 'cancel 1')],
  });
  await rig.bot.say({
    tone: 'info',
    title: 'Deploy',
    actions: [button('confirm', 'confirm 2'), button('logs', 'logs'), button('cancel', 'cancel 2')],
  });
  await rig.store.orders.add({ ...order, eventId: 'three', state: 'running' });
  await rig.bot.say({ tone: 'running', title: 'Deploy', actions: [button('stop', 'cancel 3')] });
  await rig.store.orders.add({ ...order, eventId: 'four' });
  await rig.bot.say({
    tone: 'warn',
    title: 'Drop',
    actions: [button('approve', 'approve 4'), button('deny', 'deny 4')],
  });
  const seenBy = async (reader: string) => {
    const page = await signIn(rig, reader);
    return messagesOf(await page.get('messages?channel=ops')).map(lines);
  };
  expect(await seenBy(ada)).toEqual([['cancel 1'], ['confirm 2', 'logs', 'cancel 2'], ['cancel 3'], []]);
  expect(await seenBy(ben)).toEqual([['approve 1', 'deny 1'], ['logs'], ['cancel 3'], ['deny 4']]);
});
