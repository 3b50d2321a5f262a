import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '#core/card.ts';
import { eventIdOf } from '#core/event-id.ts';
import { ada, ben, knownSecret, openRig, type Rig } from '#test/support/console-rig.ts';
import { messagesOf, type Page, signIn } from './browser.ts';

let rig: Rig;
let page: Page;
beforeEach(async () => {
  rig = await openRig();
  page = await signIn(rig);
});
afterEach(() => rig.close());

const card: Card = { tone: 'info', title: 'Deploy shop v2?' };
const buttons: Card = {
  ...card,
  actions: [
    { id: 'confirm', label: 'Run it', line: 'confirm 12' },
    { id: 'cancel', label: 'Cancel', line: 'cancel 12' },
  ],
};
const form: Card = {
  ...card,
  form: {
    id: 'missing',
    line: 'deploy',
    submit: 'Go on',
    fields: [
      {
        name: 'app',
        label: 'Application',
        kind: 'choice',
        required: true,
        choices: [{ value: 'shop', label: 'Shop' }],
      },
      { name: 'count', label: 'Count', kind: 'number', required: false },
    ],
  },
};

describe('saying a line', () => {
  it('shows it as the person’s message, then hands it on', async () => {
    const id = randomUUID();
    const got = await page.post('messages', { id, channel: 'ops', text: ' deploy shop v2' });
    expect(got).toMatchObject({ status: 200, body: { status: 'accepted', message: { mine: true, via: 'typed' } } });
    expect(rig.received).toMatchObject([
      {
        eventId: eventIdOf('console', ada, id),
        chat: 'console',
        kind: 'message',
        actor: ada,
        channel: 'ops',
        text: ' deploy shop v2',
      },
    ]);
    expect(messagesOf(await page.get('messages?channel=ops'))).toMatchObject([
      { author: { name: 'Ada' }, text: ' deploy shop v2', replies: 0 },
    ]);
  });

  it('is once, however often the page asks, and what was stored first is what counts', async () => {
    const id = randomUUID();
    const texts = ['first', 'second', 'third', 'fourth'];
    await page.post('messages', { id, channel: 'ops', text: 'first' });
    const all = await Promise.all(texts.map((text) => page.post('messages', { id, channel: 'ops', text })));
    expect(all.every(({ status, body }) => status === 200 && body.status === 'duplicate')).toBe(true);
    expect(rig.received.map(({ text }) => text)).toEqual(['first']);
    expect(messagesOf(await page.get('messages?channel=ops'))).toHaveLength(1);
  });

  it('is refused as a whole when it holds a secret, without a word of where; nothing is kept but that it was tried', async () => {
    const id = randomUUID();
    const text = `one of hunter2 ${knownSecret} letmein`;
    const got = await page.post('messages', { id, channel: 'ops', text });
    expect(got).toMatchObject({ status: 400, body: { code: 'secret.in_message' } });
    expect(JSON.stringify(got.body)).not.toMatch(/hunter2|letmein|redacted/);
    expect(rig.received).toEqual([]);
    expect(await rig.store.console.newest()).toBe(0);
    const entries = await rig.store.audit.last(9);
    expect(entries[0]).toMatchObject({ actor: ada, action: 'message.held_secret', details: { channel: 'ops' } });
  });

  it.each([
    ['a mark nobody sees in it', 'cor\u200brect-horse-battery'],
    ['a variation selector', 'correct-horse\ufe0e-battery'],
    ['what a phone makes of hyphens', 'correct—horse–battery'],
    ['capitals', 'help CORRECT-HORSE-BATTERY'],
    ['a backslash and a mark inside quotes', '"correct-hor\\\\se-\u2060battery"'],
  ])('is refused with a secret that has %s', async (_name, text) => {
    const got = await page.post('messages', { id: randomUUID(), channel: 'ops', text });
    expect(got).toMatchObject({ status: 400, body: { code: 'secret.in_message' } });
    expect(rig.received).toEqual([]);
    expect(await rig.store.audit.last(9)).toMatchObject([{ action: 'message.held_secret' }, {}]);
  });

  it('is not taken for a while after three with a secret, whatever it is; others’ are', async () => {
    const say = (who: Page, text: string) => who.post('messages', { id: randomUUID(), channel: 'ops', text });
    const tried = await Promise.all(Array.from({ length: 5 }, () => say(page, knownSecret)));
    expect(tried.map(({ body }) => body.code).sort()).toEqual([
      ...Array(3).fill('secret.in_message'),
      ...Array(2).fill('secret.too_often'),
    ]);
    expect(await say(page, 'status')).toMatchObject({ status: 429, body: { code: 'secret.too_often' } });
    expect((await say(await signIn(rig, ben), 'status')).status).toBe(200);
    expect((await rig.store.audit.last(99)).filter(({ action }) => action === 'message.held_secret')).toHaveLength(3);
  });

  it('of the bot’s own buttons is taken all the same', async () => {
    const key = await rig.bot.say(buttons);
    for (let time = 0; time < 4; time += 1)
      await page.post('messages', { id: randomUUID(), channel: 'ops', text: knownSecret });
    const tapped = await page.post('taps', { key, revision: 1, action: 'cancel', line: 'cancel 12' });
    expect(tapped.status).toBe(200);
  });

  it('cannot take another person’s id away from them', async () => {
    const bens = await signIn(rig, ben);
    const id = randomUUID();
    await bens.post('messages', { id, channel: 'ops', text: 'bens' });
    await page.post('messages', { id, channel: 'ops', text: 'adas' });
    expect(rig.received.map(({ actor, text }) => [actor, text])).toEqual([
      [ben, 'bens'],
      [ada, 'adas'],
    ]);
  });

  it('goes into a thread of the same channel only', async () => {
    const root = await rig.bot.say(card);
    const other = await rig.bot.say(card, { channel: 'shop' });
    const say = (thread: string) => page.post('messages', { id: randomUUID(), channel: 'ops', thread, text: 'logs' });
    expect((await say(root)).status).toBe(200);
    expect(rig.received).toMatchObject([{ thread: root }]);
    expect((await say(other)).status).toBe(404);
    expect((await say('no-such-thread')).status).toBe(404);
    const reply = await rig.bot.say(card, { thread: root });
    await say(reply);
    expect(rig.received.at(-1)).toMatchObject({ thread: root });
    const whispered = await rig.bot.say(card, { to: ada });
    expect((await say(whispered)).status).toBe(404);
    expect(rig.received).toHaveLength(2);
  });

  it.each([
    ['no id', { channel: 'ops', text: 'x' }, 400],
    ['an id that is not one', { id: 'abc', channel: 'ops', text: 'x' }, 400],
    ['nothing said', { id: randomUUID(), channel: 'ops', text: ' \n ' }, 400],
    ['no such channel', { id: randomUUID(), channel: 'nowhere', text: 'x' }, 404],
    ['too much', { id: randomUUID(), channel: 'ops', text: 'x'.repeat(20_001) }, 400],
    ['something more', { id: randomUUID(), channel: 'ops', text: 'x', author: ben }, 400],
  ])('refuses %s', async (_what, body, status) => {
    const got = await page.post('messages', body);
    expect(got.status).toBe(status);
    expect(got.body.say).toBeTruthy();
    expect(rig.received).toHaveLength(0);
  });

  it('keeps every letter of a hostile line, and means nothing by it', async () => {
    const text = '$(rm -rf /) `id` {{ 7*7 }} <img src=x onerror=alert(1)> \u202e\u0000\u001b[31m 🚢';
    const got = await page.post('messages', { id: randomUUID(), channel: 'ops', text });
    expect(got.status).toBe(200);
    expect(rig.received[0]?.text).toBe(text);
  });
});

describe('tapping a button', () => {
  const tap = (key: string, more: object = {}, by = page) =>
    by.post('taps', { key, revision: 1, action: 'confirm', line: 'confirm 12', ...more });

  it('says the stored line, whatever the page says', async () => {
    const key = await rig.bot.say(buttons);
    expect((await tap(key)).status).toBe(200);
    expect(rig.received).toMatchObject([
      {
        eventId: eventIdOf('tap', key, 1, 'confirm', ada),
        kind: 'action',
        actor: ada,
        channel: 'ops',
        text: 'confirm 12',
      },
    ]);
    const forged = await tap(key, { action: 'cancel', line: 'deploy shop v3' });
    expect(forged).toMatchObject({ status: 409, body: { code: 'console.card_changed' } });
    expect(rig.received).toHaveLength(1);
  });

  it('twice is one tap; by two people it is two', async () => {
    const key = await rig.bot.say(buttons);
    const all = await Promise.all([tap(key), tap(key), tap(key)]);
    expect(all.map(({ body }) => body.status).sort()).toEqual(['accepted', 'duplicate', 'duplicate']);
    await tap(key, {}, await signIn(rig, ben));
    expect(rig.received.map(({ actor }) => actor)).toEqual([ada, ben]);
  });

  it('is refused when the button is gone or means something else now', async () => {
    const key = await rig.bot.say(buttons);
    await rig.bot.say({ ...buttons, actions: [{ id: 'confirm', label: 'Run it', line: 'confirm 13' }] }, { key });
    expect((await tap(key)).status).toBe(409);
    await rig.bot.say(card, { key });
    expect((await tap(key)).status).toBe(409);
    expect(rig.received).toHaveLength(0);
  });

  it('sent again under its own id is the same, also when the card has changed, and later', async () => {
    let now = Date.now();
    await rig.close();
    rig = await openRig({ clock: { now: () => now } });
    page = await signIn(rig);
    const id = '0b5f1d5e-8a0c-4c2c-9d5f-6d7c3f1c0a01';
    const key = await rig.bot.say(buttons);
    expect((await tap(key, { id })).body.status).toBe('accepted');
    await rig.bot.say({ ...buttons, title: '3 of 8 steps' }, { key });
    expect((await tap(key, { id, revision: 2 })).body.status).toBe('duplicate');
    now += 60_000;
    expect((await tap(key, { id, revision: 2 })).body.status).toBe('duplicate');
    await rig.bot.say(card, { key });
    expect(await tap(key, { id, revision: 2 })).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(rig.received).toHaveLength(1);
  });

  it('under another id is the same as well when it comes at once, and meant when it comes later', async () => {
    let now = Date.now();
    await rig.close();
    rig = await openRig({ clock: { now: () => now } });
    page = await signIn(rig);
    const ids = [1, 2, 3].map((n) => `0b5f1d5e-8a0c-4c2c-9d5f-6d7c3f1c0a0${n}`);
    const key = await rig.bot.say(buttons);
    const both = await Promise.all([tap(key, { id: ids[0] }), tap(key, { id: ids[1] })]);
    expect(both.map(({ body }) => body.status).sort()).toEqual(['accepted', 'duplicate']);
    now += 11_000;
    expect((await tap(key, { id: ids[2] })).body.status).toBe('accepted');
    expect(rig.received).toHaveLength(2);
  });

  it('still counts when the card was only redrawn under the thumb', async () => {
    const key = await rig.bot.say(buttons);
    await rig.bot.say({ ...buttons, title: '3 of 8 steps' }, { key });
    expect((await tap(key)).status).toBe(200);
    expect(rig.received).toHaveLength(1);
  });

  it('answers in the thread the card is in', async () => {
    const root = await rig.bot.say(card);
    const key = await rig.bot.say(buttons, { thread: root });
    await tap(key);
    expect(rig.received).toMatchObject([{ thread: root }]);
  });

  it.each([[{ revision: 0 }], [{ revision: 2 }], [{ action: 'nothing' }], [{ key: 'no-such-card' }], [{ more: 1 }]])(
    'refuses %j',
    async (wrong) => {
      const key = await rig.bot.say(buttons);
      const got = await tap(key, wrong);
      expect(got.status).toBeGreaterThanOrEqual(400);
      expect(rig.received).toHaveLength(0);
    },
  );
});

describe('sending a form', () => {
  const send = (key: string, values: object, more: object = {}) =>
    page.post('forms', { key, revision: 1, form: 'missing', values, ...more });

  it('is the line with the values of its own fields', async () => {
    const key = await rig.bot.say(form);
    const got = await send(key, { app: 'shop', count: '', foreign: '--yes' });
    expect(got.status).toBe(200);
    expect(rig.received).toMatchObject([{ kind: 'form', text: 'deploy --app "shop"' }]);
  });

  it('twice is once; with other values it is another order', async () => {
    const key = await rig.bot.say(form);
    await Promise.all([send(key, { app: 'shop' }), send(key, { app: 'shop' })]);
    await send(key, { app: 'shop', count: '2' });
    expect(rig.received.map(({ text }) => text)).toEqual(['deploy --app "shop"', 'deploy --app "shop" --count "2"']);
  });

  it('with the page’s own id is one order, however much later it is sent again', async () => {
    await rig.close();
    let now = Date.now();
    rig = await openRig({ clock: { now: () => now } });
    page = await signIn(rig);
    const key = await rig.bot.say(form);
    const [first, second] = [{ id: randomUUID() }, { id: randomUUID() }];
    await send(key, { app: 'shop' }, first);
    now += 60_000;
    expect((await send(key, { app: 'shop' }, first)).body.status).toBe('duplicate');
    await rig.bot.say(form, { key });
    expect((await send(key, { app: 'shop' }, { ...first, revision: 2 })).body.status).toBe('duplicate');
    // As after the order was taken: its card is another by then.
    expect((await send(key, { app: 'shop' }, first)).body.status).toBe('duplicate');
    await send(key, { app: 'shop' }, { ...second, revision: 2 });
    expect(rig.received.map(({ text }) => text)).toEqual(['deploy --app "shop"', 'deploy --app "shop"']);
  });

  it('takes a number with a comma, as commands do', async () => {
    const key = await rig.bot.say(form);
    expect((await send(key, { app: 'shop', count: '1,5' })).status).toBe(200);
    expect(rig.received).toMatchObject([{ text: 'deploy --app "shop" --count "1,5"' }]);
  });

  it.each([
    [{}, 'The form is not complete: Application.'],
    [{ app: '' }, 'The form is not complete: Application.'],
    [{ app: 'evil; rm' }, '“evil; rm” is not one of the choices (Application).'],
    [{ app: 'shop', count: 'many' }, '“many” is not a number (Count).'],
    [{ app: 'shop', count: `${'9'.repeat(50)}x` }, `“${'9'.repeat(39)}…” is not a number (Count).`],
  ])('refuses %j, naming the field and what is wrong with it', async (values, say) => {
    const key = await rig.bot.say(form);
    const got = await send(key, values);
    expect(got).toMatchObject({ status: 400, body: { code: 'console.form_field', say } });
    expect(rig.received).toHaveLength(0);
  });

  it('is refused on a card that has changed', async () => {
    const key = await rig.bot.say(form);
    await rig.bot.say(form, { key });
    expect((await send(key, { app: 'shop' })).status).toBe(409);
  });
});
