import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Incoming } from '#core/chat.ts';
import { systemClock } from '#core/clock.ts';
import { eventIdOf } from '#core/event-id.ts';
import type { Order } from '#core/order.ts';
import { createDoorkeeper } from '#http/doorkeeper.ts';
import { ada, ben, knownSecret, openRig, type Rig, type RigOptions } from '#test/support/console-rig.ts';

let rig: Rig;
let token: string;
afterEach(() => rig.close());

const start = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig(options);
  token = await rig.token(ada);
};

const call = async (
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
) => {
  const response = await fetch(`${rig.url}${path}`, {
    headers: {
      authorization: `Bearer ${options.token ?? token}`,
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { method: 'POST', body: JSON.stringify(options.body) }),
  });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
};

const makeOrder = async (incoming: Incoming, state: Order['state'] = 'working'): Promise<Order> => {
  const { eventId, chat, kind, actor, channel, text, at } = incoming;
  const order = await rig.store.orders.add({
    eventId,
    chat,
    kind,
    actor,
    channel,
    text,
    confirmed: incoming.confirmed ?? false,
    state,
    createdAt: at,
  });
  rig.tell({ kind: 'order', id: order.id });
  return order;
};

/** What comes over the event stream of whoever holds this token. */
const listen = async (bearer: string) => {
  const stop = new AbortController();
  const response = await fetch(`${rig.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${bearer}` },
    signal: stop.signal,
  });
  let text = '';
  const ended = (async () => {
    for await (const piece of response.body ?? []) text += new TextDecoder().decode(piece);
  })().catch(() => undefined);
  const until = async (words: string): Promise<void> => {
    for (const late = Date.now() + 45_000; !text.includes(words); await pause(10))
      if (Date.now() > late) throw new Error(`no ${words} in ${text}`);
  };
  await until('hello');
  return { text: () => text, until, ended, stop: () => stop.abort() };
};

const finish = async (id: number): Promise<void> => {
  await rig.store.orders.change(id, ['working'], { state: 'done', card: { tone: 'good', title: 'Done' } });
  rig.tell({ kind: 'order', id });
};

describe('giving an order', () => {
  it('accepts it once it is stored, and says where to read it', async () => {
    await start();
    const { status, body, headers } = await call('/api/v1/orders', { body: { text: 'echo hello', key: 'k1' } });
    expect(status).toBe(202);
    expect(body).toMatchObject({ event: eventIdOf('api', ada, 'k1'), duplicate: false });
    expect(headers.get('location')).toBe(body.status);
    expect(rig.received).toMatchObject([
      { chat: 'api', actor: ada, channel: 'api', text: 'echo hello', kind: 'message' },
    ]);
    expect(rig.received[0]).not.toHaveProperty('confirmed');
  });

  it('is one order for one key, and another order for another actor’s same key', async () => {
    await start();
    const order = { text: 'echo hello', key: 'k1' };
    await call('/api/v1/orders', { body: order });
    const again = await call('/api/v1/orders', { body: order });
    expect(again).toMatchObject({ status: 202, body: { duplicate: true } });
    await call('/api/v1/orders', { body: order, token: await rig.token(ben) });
    expect(rig.received.map(({ actor }) => actor)).toEqual([ada, ben]);
  });

  it('is refused when its key belongs to another line, which is named', async () => {
    await start({ script: (incoming) => void makeOrder(incoming) });
    const first = await call('/api/v1/orders', { body: { text: 'run motd who=k', key: 'k1' } });
    const other = await call('/api/v1/orders', { body: { text: 'run motd who=x', key: 'k1' } });
    const { id } = (await call(`${first.body.status}`)).body.order as Order;
    expect(other).toMatchObject({
      status: 409,
      body: {
        code: 'api.key_taken',
        say: `The key k1 belongs to another order: run motd who=k (${id}).`,
        details: { order: id },
      },
    });
    expect(rig.received).toHaveLength(1);
  });

  it('is another order every time without a key', async () => {
    await start();
    await call('/api/v1/orders', { body: { text: 'echo' } });
    await call('/api/v1/orders', { body: { text: 'echo' } });
    expect(rig.received).toHaveLength(2);
  });

  it('carries channel, thread and a confirmation given in advance', async () => {
    await start();
    await rig.bot.say({ tone: 'info', title: 'x' }, { key: 'order:7' });
    await call('/api/v1/orders', { body: { text: 'x', channel: 'ops', thread: 'order:7', yes: true } });
    expect(rig.received).toMatchObject([{ channel: 'ops', thread: 'order:7', confirmed: true }]);
  });

  it('takes only configured channels, and says which there are', async () => {
    await start();
    const answer = await call('/api/v1/orders', { body: { text: 'x', channel: 'secret-room' } });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'api.no_channel', details: { channels: ['ops', 'shop'] } },
    });
    expect(answer.body.next).toContain('ops, shop');
    expect(rig.received).toHaveLength(0);
  });

  it('takes only the thread of a message that stands in that channel for everybody', async () => {
    await start();
    await rig.bot.say({ tone: 'info', title: 'x' }, { key: 'order:7' });
    await rig.bot.say({ tone: 'info', title: 'x' }, { key: 'reply', thread: 'order:7' });
    await rig.bot.say({ tone: 'info', title: 'x' }, { key: 'whispered', to: ada });
    for (const place of [
      { thread: 'order:7' },
      { thread: 'order:7', channel: 'shop' },
      { thread: 'order:8', channel: 'ops' },
      { thread: 'reply', channel: 'ops' },
      { thread: 'whispered', channel: 'ops' },
    ]) {
      const answer = await call('/api/v1/orders', { body: { text: 'x', ...place } });
      expect(answer).toMatchObject({ status: 400, body: { code: 'api.no_thread' } });
    }
    expect(rig.received).toHaveLength(0);
  });

  it('never has the event id of another actor, whatever the key', async () => {
    await start();
    const odd = `${ada}:ben`;
    await rig.store.people.put({ id: odd, kind: 'person', name: 'Odd', roles: [] });
    await call('/api/v1/orders', { body: { text: 'one', key: 'ben:k' } });
    const other = await call('/api/v1/orders', { body: { text: 'two', key: 'k' }, token: await rig.token(odd) });
    expect(other.body).toMatchObject({ duplicate: false });
    expect(new Set(rig.received.map(({ eventId }) => eventId)).size).toBe(2);
    const waiting = await call(`/api/v1/orders/${encodeURIComponent(`e:api:${ada}:ben:k`)}?wait=30`);
    expect(waiting.status).toBe(404);
  });

  it('can be read under the longest key', async () => {
    await start({ script: (incoming) => void makeOrder(incoming, 'confirming') });
    const given = await call('/api/v1/orders', { body: { text: 'x', key: '%'.repeat(200) } });
    expect((await call(`${given.body.status}?wait=5`)).body.order).toMatchObject({ state: 'confirming' });
  });

  it.each([
    [{}, 'text'],
    [{ text: '' }, 'text'],
    [{ text: 7 }, 'text'],
    [{ text: 'x', key: 'with space' }, 'key'],
    [{ text: 'x', key: 'é' }, 'key'],
    [{ text: 'x', channel: '../../etc' }, 'channel'],
    [{ text: 'x', confirmed: true }, 'confirmed'],
    [[], 'body'],
    ['x', 'body'],
  ])('refuses %j, naming %s', async (body, field) => {
    await start();
    const answer = await call('/api/v1/orders', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'api.bad_body' });
    expect(JSON.stringify(answer.body)).toContain(field);
    expect(rig.received).toHaveLength(0);
  });

  it.each([
    [{ text: 7 }, 'text must be a text that is not empty', 'text doit être un texte non vide'],
    [
      { text: 'x', key: '' },
      'key must be a text of 1 to 200 plain',
      'key doit être un texte de 1 à 200 caractères simples',
    ],
    [{ text: 'x', yes: 'on' }, 'yes must be true or false.', 'yes doit être true ou false.'],
    [{ text: 'x', confirmed: true }, 'confirmed is no field of an order', 'confirmed n’est pas un champ'],
    [['x'], 'the body must be a JSON object', 'le corps doit être un objet JSON'],
  ])('says what is wrong with %j in words of ours, in both languages', async (body, en, fr) => {
    await start();
    const said = JSON.stringify((await call('/api/v1/orders', { body })).body);
    expect(said).toContain(en);
    expect(said).not.toMatch(/Invalid|expected|pattern|\^\[/i);
    const headers = { 'accept-language': 'fr' };
    const french = JSON.stringify((await call('/api/v1/orders', { body, headers })).body);
    expect(french).toContain(fr);
  });

  it('refuses another’s name to whoever does not hold the data folder', async () => {
    await start();
    const answer = await call('/api/v1/orders', { body: { text: 'x', as: ben } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'api.as_not_local' } });
    expect(rig.received).toHaveLength(0);
  });

  it('takes another’s name from the data folder’s holder, writes down who it was, and only for somebody known', async () => {
    rig = await openRig();
    const doorkeeper = createDoorkeeper({
      credentials: rig.store.credentials,
      people: rig.store.people,
      clock: systemClock,
      local: { token: 'local-secret', actor: 'cli:local:root', account: 'root' },
    });
    await rig.close();
    rig = await openRig({ http: { doorkeeper } });
    token = 'local-secret';
    await call('/api/v1/orders', { body: { text: 'x', as: ben } });
    expect(rig.received).toMatchObject([{ chat: 'cli', actor: ben, via: 'root' }]);
    const stranger = await call('/api/v1/orders', { body: { text: 'x', as: 'console:local:nobody' } });
    expect(stranger).toMatchObject({ status: 400, body: { code: 'api.unknown_actor' } });
    expect(stranger.body.next).toBe('Use one of: ada, ben.');
  });

  it('takes a bare name for the person whom it means at a login, and for nobody else', async () => {
    const holder = { actor: 'cli:local:root', by: 'local', account: 'root' } as const;
    rig = await openRig({ http: { doorkeeper: { session: async () => undefined, token: async () => holder } } });
    await call('/api/v1/orders', { body: { text: 'x', as: 'ben' } });
    expect(rig.received.map(({ actor }) => actor)).toEqual([ben]);
    for (const as of ['Ben', 'be', 'local:ben', 'service:ben'])
      expect(await call('/api/v1/orders', { body: { text: 'x', as } })).toMatchObject({ status: 400 });
    expect(rig.received).toHaveLength(1);
  });

  it('cannot be given with a session’s cookie', async () => {
    await start();
    const response = await fetch(`${rig.url}/api/v1/orders`, { method: 'POST', body: '{"text":"x"}' });
    expect(response.status).toBe(401);
  });
});

describe('reading an order', () => {
  it('waits until it is closed, from before it has a number', async () => {
    await start({
      script: async (incoming) => {
        await pause(80);
        const order = await makeOrder(incoming);
        await pause(80);
        await finish(order.id);
      },
    });
    const given = await call('/api/v1/orders', { body: { text: 'echo' } });
    const read = await call(`${given.body.status}?wait=10`);
    expect(read.status).toBe(200);
    expect(read.body.order).toMatchObject({ state: 'done', closed: true, card: { title: 'Done' } });
  });

  it('answers at once when it waits for a person, and says for what', async () => {
    await start({ script: (incoming) => void makeOrder(incoming, 'confirming') });
    const given = await call('/api/v1/orders', { body: { text: 'deploy' } });
    const started = performance.now();
    const read = await call(`${given.body.status}?wait=10`);
    expect(read.body.order).toMatchObject({ state: 'confirming', closed: false, waitsFor: 'confirmation' });
    expect(performance.now() - started).toBeLessThan(8000);
  });

  it('answers with what there is when the time is over', async () => {
    await start({ script: (incoming) => void makeOrder(incoming) });
    const given = await call('/api/v1/orders', { body: { text: 'slow' } });
    const read = await call(`${given.body.status}?wait=1`);
    expect(read.body.order).toMatchObject({ state: 'working', closed: false });
  });

  it.each(['abc', '-1', '1.5', '', '61'])('says what a wait of “%s” is not', async (wait) => {
    await start({ script: (incoming) => void makeOrder(incoming) });
    const given = await call('/api/v1/orders', { body: { text: 'slow' } });
    const read = await call(`${given.body.status}?wait=${wait}`);
    expect([read.status, read.body.code]).toEqual([400, 'api.bad_query']);
    expect(read.body.say).toMatch(/“wait” must be a whole number, up to 60/);
  });

  it('misses no change between the reading and the waiting', async () => {
    await start({ script: (incoming) => void makeOrder(incoming).then(({ id }) => finish(id)) });
    const all = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const given = await call('/api/v1/orders', { body: { text: `echo ${n}` } });
        return call(`${given.body.status}?wait=10`);
      }),
    );
    expect(all.every(({ body }) => (body.order as Order).state === 'done')).toBe(true);
  });

  it('does not show another’s order, nor that it exists', async () => {
    await start({ script: (incoming) => void makeOrder(incoming) });
    const given = await call('/api/v1/orders', { body: { text: 'secret', key: 'k' } });
    await pause(50);
    const bens = await rig.token(ben);
    const unknown = await call('/api/v1/orders/9999', { token: bens });
    for (const path of ['/api/v1/orders/1', given.body.status as string]) {
      const answer = await call(path, { token: bens });
      expect(answer).toMatchObject({ status: 404, body: unknown.body });
    }
    expect((await call('/api/v1/orders/1')).status).toBe(200);
  });

  it('shows another’s order to whoever may see it', async () => {
    await start({ script: (incoming) => void makeOrder(incoming) });
    await call('/api/v1/orders', { body: { text: 'x' }, token: await rig.token(ben) });
    await pause(50);
    expect((await call('/api/v1/orders/1')).status).toBe(200);
  });

  it.each(['0', '-1', '1e9', 'abc', 'e:', '1%20or%201', '99999999999999999999'])(
    'finds nothing under %s',
    async (id) => {
      await start();
      expect((await call(`/api/v1/orders/${id}`)).status).toBe(404);
    },
  );

  it('does not keep a reader of somebody else’s future order waiting', async () => {
    await start();
    const started = performance.now();
    const answer = await call(`/api/v1/orders/${encodeURIComponent(`e:${eventIdOf('api', ben, 'k')}`)}?wait=30`);
    expect(answer.status).toBe(404);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('runs, audit and events', () => {
  it('shows a run to whoever may see its order only', async () => {
    await start();
    const at = new Date().toISOString();
    const order = await makeOrder({
      eventId: 'e',
      chat: 'api',
      kind: 'message',
      actor: ada,
      channel: 'api',
      text: 'x',
      at,
    });
    const run = await rig.store.runs.add({
      orderId: order.id,
      actor: ada,
      state: 'queued',
      request: { playbook: 'a.yml', vars: {}, locks: [] },
      planHash: 'h',
      recap: {},
      queuedAt: at,
    });
    const seen = await call(`/api/v1/runs/${run.id}`);
    expect(seen.body).toMatchObject({ run: { id: run.id, state: 'queued' }, steps: [] });
    expect((await call(`/api/v1/runs/${run.id}`, { token: await rig.token(ben) })).status).toBe(404);
    expect((await call('/api/v1/runs/77')).status).toBe(404);
  });

  it('reads the log of a run piece by piece, to whoever may read its order; to others it is not there', async () => {
    await start({
      sight: {
        order: async (_actor, order) => order.text === 'x',
        content: async () => false,
        audit: async () => false,
      },
    });
    const at = new Date().toISOString();
    const incoming = { eventId: 'e', chat: 'api', kind: 'message', actor: ada, channel: 'api', text: 'x', at } as const;
    const theirs = await makeOrder(incoming);
    const hidden = await makeOrder({ ...incoming, eventId: 'f', text: 'y' });
    const aRun = (orderId: number, state: 'queued' | 'done') =>
      rig.store.runs.add({
        ...{ orderId, actor: ada, state, planHash: 'h', recap: {}, queuedAt: at },
        request: { playbook: 'a.yml', vars: {}, locks: [] },
      });
    const queued = await aRun(theirs.id, 'queued');
    const run = await aRun(theirs.id, 'done');
    const unseen = await aRun(hidden.id, 'done');
    await mkdir(rig.runLogs);
    const lines = Array.from({ length: 400 }, (_, n) => `web-1 | line ${n} é ${n === 7 ? knownSecret : ''}\n`);
    for (const { id } of [queued, run, unseen]) await writeFile(join(rig.runLogs, `${id}.log`), lines.join(''));
    const log = (id: number | string, query = '', bearer = token) =>
      fetch(`${rig.url}/api/v1/runs/${id}/log${query}`, { headers: { authorization: `Bearer ${bearer}` } });

    const size = String(Buffer.byteLength(lines.join('')));
    let text = '';
    for (let [from, pieces] = ['0', 0]; from !== size; pieces += 1) {
      const piece = await log(run.id, `?from=${from}&limit=2000`);
      expect(piece.status).toBe(200);
      expect(piece.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(piece.headers.get('x-content-type-options')).toBe('nosniff');
      expect(piece.headers.get('x-quarterdeck-from')).toBe(from);
      expect(piece.headers.get('x-quarterdeck-size')).toBe(size);
      const got = await piece.text();
      expect(got.length).toBeLessThan(2100);
      text += got;
      from = piece.headers.get('x-quarterdeck-next') ?? '';
      expect(pieces).toBeLessThan(20);
    }
    expect(text).toBe(lines.join('').replace(knownSecret, '[redacted]'));
    const behind = await log(run.id, '?from=999999999');
    expect([behind.headers.get('x-quarterdeck-from'), await behind.text()]).toEqual([size, '']);

    expect(await (await log(queued.id)).json()).toMatchObject({ code: 'api.no_log' });
    expect(await (await log(run.id, '?from=-1')).json()).toMatchObject({ code: 'api.bad_query' });
    const bens = await rig.token(ben);
    const answers = await Promise.all([log(unseen.id, '', bens), log(77, '', bens), log(unseen.id, '?from=x', bens)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    const refused = await log(run.id, '', bens);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'api.log_refused' }]);
    await rm(join(rig.runLogs, `${run.id}.log`));
    expect((await log(run.id)).status).toBe(404);
  });

  it('takes no order that holds a secret, and says nothing of where; nothing at all for a while after three', async () => {
    await start();
    const order = (text: string) => call('/api/v1/orders', { body: { text } });
    for (let time = 0; time < 3; time += 1) {
      const refused = await order(`run hunter2 ${knownSecret} letmein`);
      expect(refused).toMatchObject({ status: 400, body: { code: 'secret.in_message' } });
      expect(JSON.stringify(refused.body)).not.toMatch(/redacted|hunter2|letmein/);
    }
    expect(await order('status')).toMatchObject({ status: 429, body: { code: 'secret.too_often' } });
    expect(rig.received).toEqual([]);
  });

  it.each(['key', 'thread', 'channel'])(
    'takes none whose %s holds a secret: it would be given back with holes',
    async (field) => {
      await start({ channels: [{ name: knownSecret, about: 'a name that is a secret' }] });
      await rig.bot.say({ tone: 'info', title: 'x' }, { key: knownSecret, channel: knownSecret });
      const place = field === 'thread' ? { channel: knownSecret } : {};
      const got = await call('/api/v1/orders', { body: { text: 'x', ...place, [field]: knownSecret } });
      expect(got).toMatchObject({ status: 400, body: { code: 'secret.in_message' } });
      expect(rig.received).toEqual([]);
      expect((await rig.store.audit.last(1))[0]).toMatchObject({ action: 'message.held_secret' });
    },
  );

  it('takes no list of guesses as a key, whether one of them is right or not after three that were', async () => {
    await start();
    const order = (key: string) => call('/api/v1/orders', { body: { text: 'x', key } });
    for (let time = 0; time < 3; time += 1) {
      const refused = await order(`hunter2~${knownSecret.toUpperCase()}~letmein`);
      expect(refused).toMatchObject({ status: 400, body: { code: 'secret.in_message' } });
      expect(JSON.stringify(refused)).not.toMatch(/redacted|hunter2|letmein/);
    }
    expect(await order('hunter2~letmein')).toMatchObject({ status: 429, body: { code: 'secret.too_often' } });
    expect(rig.received).toEqual([]);
  });

  it('never gives a run’s variables, nor a known secret wherever it stands', async () => {
    await start();
    const at = new Date().toISOString();
    const incoming = { eventId: 'e', chat: 'api', kind: 'message', actor: ada, channel: 'api', at } as const;
    const order = await makeOrder({ ...incoming, text: `use ${knownSecret}` });
    const run = await rig.store.runs.add({
      orderId: order.id,
      actor: ada,
      state: 'queued',
      request: { playbook: 'a.yml', vars: { api_key: 'not for reading' }, locks: [] },
      planHash: 'h',
      recap: {},
      queuedAt: at,
    });
    const heard = await listen(token);
    rig.tell({ kind: 'run', id: run.id });
    rig.tell({ kind: 'order', id: order.id });
    await heard.until('event: order');
    await rig.store.audit.append({ actor: ada, action: 'x', details: { text: knownSecret } });
    const answers = [];
    for (const path of [`runs/${run.id}`, `orders/${order.id}`, 'audit'])
      answers.push((await call(`/api/v1/${path}`)).body);
    const all = JSON.stringify([...answers, heard.text()]);
    expect(all).toContain('a.yml');
    expect(all).not.toMatch(/not for reading|"vars"/);
    expect(all).toContain('use [redacted]');
    expect(all).not.toContain(knownSecret);
    heard.stop();
  });

  it('gives of another’s order that was not shown to all only how it stands', async () => {
    const sight = { order: async () => true, content: async () => false, audit: async () => false };
    await start({ sight });
    const at = new Date().toISOString();
    const incoming = { eventId: 'e', chat: 'api', kind: 'message', actor: ben, channel: 'api', at } as const;
    const order = await makeOrder({ ...incoming, text: 'secret words' });
    await rig.store.orders.change(order.id, ['working'], {
      args: { word: 'secret words' },
      card: { tone: 'good', title: 'secret words' },
    });
    const heard = await listen(token);
    rig.tell({ kind: 'order', id: order.id });
    await heard.until('event: order');
    const { body } = await call(`/api/v1/orders/${order.id}`);
    expect(body.order).toMatchObject({ id: order.id, state: 'working', closed: false });
    expect(JSON.stringify(body) + heard.text()).not.toContain('secret words');
    const own = await call(`/api/v1/orders/${order.id}`, { token: await rig.token(ben) });
    expect(own.body.order).toMatchObject({ text: 'secret words', card: { title: 'secret words' } });
    heard.stop();
  });

  it('gives the whole plan to whoever sees the order or its message, and to nobody else', async () => {
    await start({ plans: { 1: `every step, with ${knownSecret}` } });
    const bens = await rig.token(ben);
    const at = new Date().toISOString();
    for (const eventId of ['e1', 'e2'])
      await makeOrder({ eventId, chat: 'api', kind: 'message', actor: ada, channel: 'api', text: 'x', at });
    expect(await call('/api/v1/plans/1')).toMatchObject({
      status: 200,
      body: { order: 1, text: 'every step, with [redacted]' },
    });
    for (const path of ['2', '3', 'x', '1e0']) expect((await call(`/api/v1/plans/${path}`)).status).toBe(404);
    expect((await call('/api/v1/plans/1', { token: bens })).status).toBe(404);
    await rig.bot.say({ tone: 'info', title: 'for Ada' }, { key: 'order:1', to: ada });
    expect((await call('/api/v1/plans/1', { token: bens })).status).toBe(404);
    await rig.bot.say({ tone: 'info', title: 'for all' }, { key: 'order:1' });
    expect((await call('/api/v1/plans/1', { token: bens })).status).toBe(200);
  });

  it('shows the audit to readers of the audit only, newest first, as many as asked', async () => {
    await start();
    for (const action of ['one', 'two', 'three']) await rig.store.audit.append({ actor: ada, action, details: {} });
    const { body } = await call('/api/v1/audit?limit=2');
    expect((body.entries as { action: string }[]).map(({ action }) => action)).toEqual(['three', 'two']);
    expect(await call('/api/v1/audit', { token: await rig.token(ben) })).toMatchObject({
      status: 403,
      body: { code: 'api.audit_refused' },
    });
  });

  it('streams the changes the actor may see, and no others', async () => {
    await start();
    const adas = await listen(token);
    const bens = await listen(await rig.token(ben));
    const at = new Date().toISOString();
    await makeOrder({ eventId: 'e1', chat: 'api', kind: 'message', actor: ada, channel: 'api', text: 'adas own', at });
    await makeOrder({ eventId: 'e2', chat: 'api', kind: 'message', actor: ben, channel: 'api', text: 'bens own', at });
    await pause(200);
    expect(adas.text()).toContain('adas own');
    expect(adas.text()).toContain('bens own');
    expect(bens.text()).toContain('bens own');
    expect(bens.text()).not.toContain('adas own');
    adas.stop();
    bens.stop();
  });

  it('ends the stream of a removed token: before the next event, and with the next heartbeat when nothing happens', async () => {
    await start({ http: { heartbeatMs: 300 } });
    const heard = await listen(token);
    const quiet = await listen(token);
    for (const { id } of await rig.store.credentials.tokens()) await rig.store.credentials.removeToken(id);
    await pause(260);
    const at = new Date().toISOString();
    await makeOrder({ eventId: 'e', chat: 'api', kind: 'message', actor: ada, channel: 'api', text: 'too late', at });
    await Promise.all([heard.ended, quiet.ended]);
    expect(heard.text() + quiet.text()).not.toContain('too late');
  });

  it('keeps the stream of a good token', async () => {
    await start({ http: { heartbeatMs: 50 } });
    const heard = await listen(token);
    await pause(500);
    expect(heard.text().match(/: alive/g)?.length).toBeGreaterThan(2);
    const at = new Date().toISOString();
    await makeOrder({ eventId: 'e', chat: 'api', kind: 'message', actor: ada, channel: 'api', text: 'in time', at });
    await heard.until('in time');
    heard.stop();
  });
});
