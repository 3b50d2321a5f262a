import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ada, ben, knownSecret, openRig, type Rig } from '#test/support/console-rig.ts';
import { messagesOf, type Page, signIn } from './browser.ts';

let rig: Rig;
let adas: Page;
let bens: Page;
beforeEach(async () => {
  rig = await openRig();
  adas = await signIn(rig, ada);
  bens = await signIn(rig, ben);
});
afterEach(() => rig.close());

describe('a message to one person', () => {
  const secret = 'for Ada alone';

  it('is shown to them, and to nobody else on any path', async () => {
    const stream = await bens.stream('since=0');
    const key = await rig.bot.say(
      { tone: 'warn', title: secret, actions: [{ id: 'a', label: 'Go', line: 'confirm 1' }] },
      { to: ada },
    );
    await rig.bot.say({ tone: 'info', title: 'for all' });
    expect(messagesOf(await adas.get('messages?channel=ops'))).toMatchObject([
      { card: { title: secret }, onlyYou: true },
      { card: { title: 'for all' }, onlyYou: false },
    ]);

    const page = await bens.get('messages?channel=ops');
    const thread = await bens.get(`thread?key=${key}`);
    const tap = await bens.post('taps', { key, revision: 1, action: 'a', line: 'confirm 1' });
    const reply = await bens.post('messages', { id: randomUUID(), channel: 'ops', thread: key, text: 'hm' });
    await stream.until(({ data }) => JSON.stringify(data).includes('for all'));
    const replayed = await bens.stream('since=0');
    await replayed.until(({ data }) => JSON.stringify(data).includes('for all'));

    expect([thread.status, tap.status, reply.status]).toEqual([404, 404, 404]);
    for (const seen of [page.body, thread.body, tap.body, stream.events, replayed.events]) {
      expect(JSON.stringify(seen)).not.toContain(secret);
    }
    expect(rig.received).toHaveLength(0);
    stream.close();
    replayed.close();
  });

  it('keeps its answers between the two: what is tapped or said there stays there', async () => {
    const key = await rig.bot.say(
      { tone: 'warn', title: secret, actions: [{ id: 'a', label: 'Go', line: 'private line' }] },
      { to: ada },
    );
    await adas.post('taps', { key, revision: 1, action: 'a', line: 'private line' });
    await adas.post('messages', { id: randomUUID(), channel: 'ops', thread: key, text: 'private words' });
    expect(JSON.stringify((await adas.get('messages?channel=ops')).body)).toContain('private line');
    const stream = await bens.stream('since=0');
    await pause(100);
    expect(JSON.stringify([(await bens.get('messages?channel=ops')).body, stream.events])).not.toMatch(/private/);
    stream.close();
  });

  it('does not count as a reply for those who do not see it', async () => {
    const root = await rig.bot.say({ tone: 'info', title: 'root' });
    await rig.bot.say({ tone: 'info', title: 'to ada' }, { thread: root, to: ada });
    expect(messagesOf(await adas.get('messages?channel=ops'))[0]?.replies).toBe(1);
    expect(messagesOf(await bens.get('messages?channel=ops'))[0]?.replies).toBe(0);
  });
});

describe('runs and audit', () => {
  const aRun = async (actor: string, text = `deploy by ${actor}`, resumes?: number): Promise<number> => {
    const at = new Date().toISOString();
    const order = await rig.store.orders.add({
      eventId: randomUUID(),
      chat: 'console',
      kind: 'message',
      channel: 'ops',
      actor,
      text,
      confirmed: false,
      state: 'running',
      createdAt: at,
    });
    const run = await rig.store.runs.add({
      orderId: order.id,
      actor,
      state: 'running',
      request: { playbook: 'deploy.yml', vars: { token: 'not for screens' }, locks: [] },
      planHash: 'h',
      recap: {},
      queuedAt: at,
      ...(resumes === undefined ? {} : { resumes }),
    });
    return run.id;
  };

  it('shows a run to its own actor and to whoever may see others’', async () => {
    const mine = await aRun(ben);
    const hers = await aRun(ada);
    expect((await bens.get('runs')).body.runs).toMatchObject([{ id: mine, actor: { name: 'Ben' } }]);
    expect((await adas.get('runs')).body.runs).toHaveLength(2);
    expect((await bens.get(`runs/${hers}`)).status).toBe(404);
    expect((await bens.get(`runs/${mine}`)).status).toBe(200);
    expect((await adas.get(`runs/${mine}`)).status).toBe(200);
    expect(JSON.stringify((await adas.get('runs')).body)).not.toContain('not for screens');
  });

  it('finds somebody’s few runs among many of others, and goes on to earlier ones', async () => {
    const mine = [await aRun(ben), await aRun(ben)];
    const last: number[] = [];
    for (let n = 0; n < 130; n += 1) last.unshift(await aRun(ada));
    const idsOf = ({ body }: { body: Record<string, unknown> }) => (body.runs as { id: number }[]).map(({ id }) => id);
    const his = await bens.get('runs');
    expect([idsOf(his), his.body.before]).toEqual([mine.toReversed(), undefined]);
    const [first, second] = [await adas.get('runs'), await adas.get(`runs?before=${last[59]}`)];
    expect([idsOf(first), first.body.before]).toEqual([last.slice(0, 60), last[59]]);
    expect([idsOf(second), second.body.before]).toEqual([last.slice(60, 120), last[119]]);
    const rest = await adas.get(`runs?before=${last[119]}`);
    expect([idsOf(rest), rest.body.before]).toEqual([[...last.slice(120), ...mine.toReversed()], undefined]);
  });

  it('names another’s run by its playbook when its line was not shown to all', async () => {
    await rig.close();
    const sight = { order: async () => true, content: async () => false, audit: async () => false };
    rig = await openRig({ sight });
    bens = await signIn(rig, ben);
    const hers = await aRun(ada);
    expect((await bens.get(`runs/${hers}`)).body.run).toMatchObject({ text: 'deploy.yml', playbook: 'deploy.yml' });
    const his = await aRun(ben);
    expect((await bens.get(`runs/${his}`)).body.run).toMatchObject({ text: `deploy by ${ben}` });
  });

  it('calls a run that goes on with another as that was called, to whoever may read that line', async () => {
    const hers = await aRun(ada);
    const second = await aRun(ben, 'runs resume 1', hers);
    const third = await aRun(ada, 'runs resume 2', second);
    const [seen] = (await adas.get('runs')).body.runs as unknown[];
    expect(seen).toMatchObject({ id: third, text: `deploy by ${ada}`, resumes: second });
    expect((await bens.get(`runs/${second}`)).body.run).toMatchObject({ text: 'deploy.yml', resumes: hers });
    const lost = await aRun(ada, 'runs resume 99', 99);
    expect((await adas.get(`runs/${lost}`)).body.run).toMatchObject({ text: 'runs resume 99' });
  });

  it('asks who may see the content of an order once for each run of a list', async () => {
    await rig.close();
    const asked: string[] = [];
    const ask = (what: string) => async () => asked.push(what) > 0;
    rig = await openRig({ sight: { order: ask('order'), content: ask('content'), audit: ask('audit') } });
    bens = await signIn(rig, ben);
    await aRun(ada);
    expect((await bens.get('runs')).body.runs).toHaveLength(1);
    expect(asked).toEqual(['content']);
  });

  it('shows the whole plan to whoever sees the order or its message, and to nobody else', async () => {
    await rig.close();
    rig = await openRig({ plans: { 1: 'every step' } });
    adas = await signIn(rig, ada);
    bens = await signIn(rig, ben);
    await aRun(ada);
    expect((await adas.get('plans/1')).body).toEqual({ order: 1, text: 'every step' });
    expect((await bens.get('plans/1')).status).toBe(404);
    await rig.bot.say({ tone: 'info', title: 'for all' }, { key: 'order:1' });
    expect((await bens.get('plans/1')).status).toBe(200);
    for (const id of ['2', 'x']) expect(await adas.get(`plans/${id}`)).toMatchObject({ status: 404 });
  });

  it('tells how far the log is to whoever watches a run they may read, and to nobody else', async () => {
    const hers = await aRun(ada);
    const watching = await adas.stream(`run=${hers}`);
    const looking = await adas.stream();
    const spying = await bens.stream(`run=${hers}`);
    rig.runEvent({ kind: 'log', runId: hers, size: 9 });
    rig.tell({ kind: 'run', id: hers });
    expect(await watching.until(({ event }) => event === 'log')).toMatchObject({ data: { runId: hers, size: 9 } });
    await looking.until(({ event }) => event === 'run');
    await pause(50);
    expect(looking.events.some(({ event }) => event === 'log')).toBe(false);
    expect(spying.events.map(({ event }) => event)).toEqual(['hello']);
    for (const stream of [watching, looking, spying]) stream.close();
  });

  it('tells of a run that begins after its page was opened to whoever may see it, and to nobody else', async () => {
    const [watching, spying] = [await adas.stream('run=1'), await bens.stream('run=1')];
    const runId = await aRun(ada);
    const step = {
      ...{ runId, id: '1.1', host: 'web-1', task: 't', module: 'm', startedAt: 'x' },
      state: 'ok',
    } as const;
    for (let n = 0; n < 3000; n += 1)
      rig.runEvent({ kind: 'step', step: { ...step, differences: [], result: {}, id: `1.${n}` } });
    rig.runEvent({ kind: 'log', runId, size: 9 });
    await watching.until(({ event }) => event === 'gap');
    const kinds = new Set(watching.events.map(({ event }) => event));
    expect([runId, ...kinds]).toEqual([1, 'hello', 'step', 'log', 'gap']);
    await pause(50);
    expect(spying.events.map(({ event }) => event)).toEqual(['hello']);
    for (const stream of [watching, spying]) stream.close();
  });

  it('stops telling of the log when the right to read it is taken away', async () => {
    await rig.close();
    let may = true;
    const sight = { order: async () => may, content: async () => may, audit: async () => may };
    rig = await openRig({ sight });
    const watching = await (await signIn(rig, ben)).stream(`run=${await aRun(ada)}`);
    rig.runEvent({ kind: 'log', runId: 1, size: 9 });
    await watching.until(({ event }) => event === 'log');
    may = false;
    rig.runEvent({ kind: 'log', runId: 1, size: 10 });
    await rig.bot.say({ tone: 'info', title: 'after' });
    await watching.until(({ data }) => JSON.stringify(data).includes('after'));
    expect(watching.events.filter(({ event }) => event === 'log')).toHaveLength(1);
    watching.close();
  });

  const writeLog = async (id: number, text: string): Promise<void> => {
    await mkdir(rig.runLogs, { recursive: true });
    await writeFile(join(rig.runLogs, `${id}.log`), text);
  };

  it('reads the log to whoever may read the order; of others’ runs it says what it says of none', async () => {
    const hers = await aRun(ada);
    expect((await adas.get(`runs/${hers}/log`)).body).toEqual({ none: 'notYet' });
    await writeLog(hers, `web-1 | it is ${knownSecret}\n`);
    const text = 'web-1 | it is [redacted]\n';
    expect((await adas.get(`runs/${hers}/log`)).body).toEqual({ from: 0, to: 36, size: 36, text });
    for (const rest of ['log', 'log?from=0', 'log/file']) {
      const [theirs, none] = [await bens.get(`runs/${hers}/${rest}`), await bens.get(`runs/77/${rest}`)];
      expect([theirs.status, theirs.body]).toEqual([none.status, none.body]);
      expect(theirs).toMatchObject({ status: 404, body: { code: 'console.no_run' } });
    }
  });

  it('reads no log to who sees the run and not what its order says', async () => {
    await rig.close();
    const sight = { order: async () => true, content: async () => false, audit: async () => false };
    rig = await openRig({ sight });
    bens = await signIn(rig, ben);
    const hers = await aRun(ada);
    await writeLog(hers, 'web-1 | hello\n');
    expect((await bens.get(`runs/${hers}/log`)).body).toEqual({ none: 'notYours' });
    expect(await bens.get(`runs/${hers}/log/file`)).toMatchObject({ status: 404, body: { code: 'console.no_log' } });
    const his = await aRun(ben);
    await writeLog(his, 'web-1 | hello\n');
    expect((await bens.get(`runs/${his}/log`)).body).toMatchObject({ text: 'web-1 | hello\n' });
  });

  it('says when a log is not kept any longer, and hands out all of one as a file to be saved', async () => {
    const hers = await aRun(ada);
    const line = `web-1 | <b>${'x'.repeat(1000)}</b>\n`;
    await writeLog(hers, line.repeat(3000));
    const token = await rig.token(ada);
    const login = await fetch(`${rig.url}/console/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-quarterdeck': '1', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ token }),
    });
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const file = await fetch(`${rig.url}/console/api/runs/${hers}/log/file`, { headers: { cookie } });
    expect(await file.text()).toBe(line.repeat(3000));
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="run-${hers}.log"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    await rig.store.runs.change(hers, ['running'], { state: 'done', finishedAt: new Date().toISOString() });
    await rm(join(rig.runLogs, `${hers}.log`));
    expect((await adas.get(`runs/${hers}/log`)).body).toEqual({ none: 'gone' });
    expect((await adas.get(`runs/${hers}/log/file`)).status).toBe(404);
  });

  it('tells how an order stands to its own actor and to whoever may see it', async () => {
    await aRun(ada);
    const hers = await adas.stream();
    const his = await bens.stream();
    rig.tell({ kind: 'order', id: 1 });
    expect(await hers.until(({ event }) => event === 'order')).toMatchObject({ data: { id: 1, state: 'running' } });
    await pause(50);
    expect(his.events.map(({ event }) => event)).toEqual(['hello']);
    hers.close();
    his.close();
  });

  it('shows the audit, a page at a time, to its readers only', async () => {
    for (let n = 0; n < 60; n += 1)
      await rig.store.audit.append({ actor: ada, action: 'order.accepted', details: { n } });
    const first = await adas.get('audit');
    expect(first.body).toMatchObject({ more: true });
    const entries = first.body.entries as { seq: number }[];
    expect(entries).toHaveLength(50);
    const rest = await adas.get(`audit?before=${entries.at(-1)?.seq}`);
    expect(rest.body).toMatchObject({ more: false });
    expect((rest.body.entries as { seq: number }[]).at(-1)?.seq).toBe(1);
    expect(await bens.get('audit')).toMatchObject({ status: 403, body: { code: 'console.no_audit' } });
  });
});

describe('files', () => {
  it('are shown when pictures, and only saved when anything else', async () => {
    const picture = await rig.files.put(Buffer.from('png'), 'chart.png', 'image/png');
    const page = await rig.files.put(Buffer.from('<script>alert(1)</script>'), 'a"b\r\nx.html', 'text/html');
    const shown = await adas.get(`files/${picture.id}`);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(shown.headers.get('content-disposition')).toBe('inline; filename="chart.png"');
    const saved = await adas.get(`files/${page.id}`);
    expect(saved.headers.get('content-type')).toBe('application/octet-stream');
    expect(saved.headers.get('content-disposition')).toBe('attachment; filename="a_b__x.html"');
    expect(saved.headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each(['nothing', '..%2f..%2fstore.db', 'a'.repeat(64), '%00'])('are not found under %s', async (id) => {
    expect((await adas.get(`files/${id}`)).status).toBe(404);
  });
});

describe('a channel', () => {
  it('that is not configured is not there: neither to read, nor to speak in, nor over the stream', async () => {
    await rig.store.console.put({
      key: 'old',
      channel: 'removed',
      card: { tone: 'info', title: 'of a removed channel' },
      revision: 1,
      at: new Date().toISOString(),
    });
    await rig.bot.say({ tone: 'info', title: 'here' });
    expect((await adas.get('messages?channel=removed')).status).toBe(404);
    expect((await adas.get('thread?key=old')).status).toBe(404);
    const stream = await adas.stream('since=0');
    await stream.until(({ data }) => JSON.stringify(data).includes('here'));
    expect(JSON.stringify(stream.events)).not.toContain('removed');
    stream.close();
    await rig.bot.say({ tone: 'info', title: 'kept for its return' }, { channel: 'removed' });
    expect((await adas.get('messages?channel=removed')).status).toBe(404);
    const kept = await rig.store.console.page({ channel: 'removed', reader: 'console:local:ada', limit: 5 });
    expect(kept.map(({ card }) => card?.title)).toEqual(['of a removed channel', 'kept for its return']);
  });
});
