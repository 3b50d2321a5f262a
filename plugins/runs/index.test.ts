import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnyPlugin, type Card, inLanguage, type Run, type Step, type Text } from '#kit';
import { run } from '#test/support/bundled.ts';
import { checkPlugin, type TestBot, testBot } from '#testing';
import plugin from './index.ts';
import { listCard } from './list.ts';
import { showCard } from './one.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const titleOf = (card: Card | undefined) => `${card?.tone}: ${en(card?.title)}`;
const who = new Map([['console:local:ada', { shown: 'Ada Lovelace' }]]);
const now = Date.parse('2026-11-21T12:00:00Z');

const recap = { ok: 2, changed: 1, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };
const made = (id: number, part: Partial<Run> = {}): Run => ({
  ...{ id, orderId: id, actor: 'console:local:ada', state: 'done', planHash: 'x', recap: { 'web-1': recap } },
  request: { playbook: 'deploy.yml', vars: { app_name: 'shop', app_version: 'v2' }, locks: [] },
  ...{ queuedAt: '2026-11-21T11:00:00Z', startedAt: '2026-11-21T11:00:01Z', finishedAt: '2026-11-21T11:00:31Z' },
  ...part,
});
const step = (part: Partial<Step>): Step => ({
  ...{
    runId: 1,
    id: '1.1',
    host: 'web-1',
    task: 'Copy',
    module: 'copy',
    state: 'ok',
    startedAt: 'x',
    differences: [],
    result: {},
  },
  ...part,
});

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

describe('the list', () => {
  test('says the last one, and offers it', () => {
    const card = listCard([made(7), made(6, { state: 'failed' })], who, now, undefined);
    expect(titleOf(card)).toBe('good: Last: #7 deploy shop v2 done');
    expect(card.table?.rows[1]?.map(en)).toEqual(['6', 'deploy shop v2', 'failed', 'Ada Lovelace', '11:00']);
    const lost = (more: object) =>
      en(
        listCard([made(7, { state: 'failed', recap: { 'web-1': { ...recap, ...more } } })], who, now, undefined).table
          ?.rows[0]?.[2],
      );
    expect(lost({ unreachable: 1 })).toBe('unreachable');
    expect(lost({ unknown: 1 })).toBe('end not known');
    expect(lost({ unknown: 1, unreachable: 1 })).toBe('unreachable, end not known');
    expect(lost({ unknown: 1, failed: 1 })).toBe('failed');
    expect(card.actions?.map(({ line }) => line)).toEqual(['runs show 7', 'runs show 6']);
  });

  test('says what goes on first, with a way to stop it, and offers to resume what was interrupted', () => {
    const card = listCard([made(9, { state: 'running' }), made(8, { state: 'interrupted' })], who, now, undefined);
    expect(titleOf(card)).toBe('info: 1 run going on; newest #9 deploy shop v2 running');
    expect(card.actions?.map(({ line }) => line)).toEqual(['runs cancel 9', 'runs resume 8', 'runs show 9']);
  });

  test('offers to resume what failed because its host was lost, and nothing else that failed', () => {
    const [lost, failed] = [
      { ...recap, unknown: 1 },
      { ...recap, failed: 1 },
    ];
    const runs = [lost, failed].map((one, index) => made(8 - index, { state: 'failed', recap: { 'web-1': one } }));
    const card = listCard([made(9), ...runs], who, now, undefined);
    const lines = card.actions?.map(({ line }) => line).filter((line) => line?.startsWith('runs resume'));
    expect(lines).toEqual(['runs resume 8']);
    const shown = runs.map((run) => showCard({ run, steps: [], who }, now, undefined).actions);
    expect(shown).toMatchObject([[{ id: 'resume', line: 'runs resume 8' }], []]);
  });

  test('what was resumed already is not offered again', () => {
    const card = listCard([made(9, { resumes: 8 }), made(8, { state: 'interrupted' })], who, now, undefined);
    expect(card.actions?.map(({ line }) => line)).toEqual(['runs show 9']);
  });

  test('says where a run was asked for on some hosts', () => {
    const named = (limit: string, part: Partial<Run> = {}) => {
      const run = made(7, part);
      const card = listCard([{ ...run, request: { ...run.request, limit } }], who, now, undefined, new Set(['web-4']));
      const [name = ''] = card.table?.rows[0]?.slice(1) ?? [];
      return inLanguage(name, 'fr');
    };
    expect(named('web-1')).toBe('deploy shop v2 sur web-1');
    expect(named('web')).toBe('deploy shop v2');
    expect(named('web-4', { state: 'running', recap: {} })).toBe('deploy shop v2 sur web-4');
    expect(named('web-4', { resumes: 6 })).toBe('deploy shop v2 sur web-4, suite');
    expect(named('web-1,web-2,web-3,web-4', { recap: { 'web-1': recap, 'web-2': recap, 'web-3': recap } })).toBe(
      'deploy shop v2 sur 4 hôtes',
    );
  });

  test('nothing yet is no empty table', () =>
    expect(titleOf(listCard([], who, now, undefined))).toBe('info: No run that you may see'));
});

describe('one run', () => {
  test('says what went wrong first, host by host', () => {
    const broken = made(1, {
      state: 'failed',
      recap: { 'web-1': recap, 'web-2': { ...recap, failed: 1 }, 'web-3': { ...recap, unreachable: 1 } },
    });
    const steps = [
      step({}),
      step({ host: 'web-2', state: 'failed', refusal: { code: 'step.failed', say: 'the port is taken' } }),
      step({ host: 'web-3', state: 'unreachable' }),
    ];
    const card = showCard({ run: broken, steps: steps, who }, now, undefined);
    expect(titleOf(card)).toBe('bad: #1 deploy shop v2 failed');
    expect(en(card.text)).toBe('- **web-2** Copy: the port is taken\n- **web-3** Copy: unreachable');
    expect(card.table?.columns.map(en)).toEqual(['Host', 'changed', 'ok', 'failed']);
    expect(card.table?.rows.map((row) => row.map(en).join(' '))).toEqual([
      'web-2 1 1 1',
      'web-3 1 1 unreachable',
      'web-1 1 1 0',
    ]);
    expect(card.fields?.map(({ value }) => en(value).replaceAll('\u00a0', ' '))).toEqual([
      'Ada Lovelace',
      '11:00 UTC',
      '30 s',
    ]);
  });

  test('says once what failed alike on several hosts', () => {
    const steps = ['web-1', 'web-2'].map((host, at) =>
      step({
        host,
        state: 'failed',
        refusal: { code: 'step.failed', say: `v3 is not healthy on ${host}; 2026-11-24T18:29:44.35${at}Z no prices` },
      }),
    );
    const refusal = { code: 'run.hosts_failed', say: 'It did not succeed on web-1, web-2.' } as const;
    const card = showCard({ run: made(1, { state: 'failed', refusal }), steps: steps, who }, now, undefined);
    expect(en(card.text)).toBe('- **web-1, web-2** Copy: v3 is not healthy on web-1, web-2; no prices');
  });

  test('that was interrupted says what is not known, and a resumed one that it is', () => {
    const cut = { 'web-1': { ...recap, changed: 0, unknown: 1 } };
    const card = showCard(
      { run: made(3, { state: 'interrupted', recap: cut }), steps: [step({ state: 'unknown' })], who },
      now,
      undefined,
    );
    expect(card.table?.columns.map(en).at(-1)).toBe('not known');
    expect(card.table?.rows.map((row) => row.map(en).join(' '))).toEqual(['web-1 0 2 0 1']);
    const resumed = showCard({ run: made(4, { resumes: 3 }), steps: [], who }, now, undefined);
    expect(titleOf(resumed)).toContain('#4 deploy shop v2, resumed');
    expect(resumed.fields?.map(({ label, value }) => `${en(label)} ${en(value)}`)).toContain('Goes on from #3');
  });

  test('that is not done says what it had changed by then, the newest last', () => {
    const changed = (task: string, host: string, id = task) => step({ id, task, host, state: 'changed' });
    const steps = [
      ...['One', 'Two', 'Three', 'Four', 'Five'].map((task) => changed(task, 'web-1')),
      ...['web-1', 'web-2'].map((host) => changed('Switch', host)),
      ...['a', 'b'].map((item, at) => changed(`Copy (${item})`, 'web-2', `2.1[${at}]`)),
      step({ task: 'Look', host: 'web-2' }),
    ];
    const cut = made(1, { state: 'cancelled', refusal: { code: 'run.cancelled', say: 'It was stopped half-way.' } });
    const card = showCard({ run: cut, steps, who }, now, undefined);
    expect(en(card.text)).toBe(
      'It was stopped half-way.\n\n**Changed by then**\n- 3 before\n- Four (web-1)\n- Five (web-1)\n- Switch (web-1, web-2)\n- Copy (web-2)',
    );
    const going = showCard({ run: made(1, { state: 'running', recap: {} }), steps, who }, now, undefined);
    expect(en(going.text)).toMatch(/^\*\*Changed so far\*\*\n- 3 before/);
    expect(showCard({ run: made(1), steps, who }, now, undefined).text).toBeUndefined();
    const none = showCard({ run: cut, steps: [step({})], who }, now, undefined);
    expect(en(none.text)).toBe('It was stopped half-way.');
  });

  test('that did not succeed is offered to be planned again, where its own message offers that', () => {
    const linesOf = (part: Partial<Run>, later?: number) =>
      showCard({ run: made(1, part), steps: [], who, line: 'deploy shop v2', later }, now, undefined).actions?.map(
        ({ line }) => line,
      );
    expect(linesOf({ state: 'failed' })).toEqual(['deploy shop v2']);
    expect(linesOf({ state: 'drifted' })).toEqual(['deploy shop v2']);
    expect(linesOf({ state: 'interrupted' })).toEqual(['runs resume 1', 'deploy shop v2']);
    expect(linesOf({ state: 'cancelled' })).toEqual(['runs resume 1', 'deploy shop v2']);
    expect(linesOf({ state: 'interrupted' }, 2)).toEqual(['runs show 2']);
    expect(linesOf({ state: 'done' })).toEqual([]);
  });

  test('that was approved says by whom', () => {
    const called = new Map([...who, ['console:local:ben', { shown: 'Ben' }]]);
    const card = showCard({ run: made(1), steps: [], who: called, approvedBy: ['console:local:ben'] }, now, undefined);
    expect(card.fields?.[1]).toEqual({ label: { en: 'Approved by', fr: 'Accord de' }, value: 'Ben' });
    expect(showCard({ run: made(1), steps: [], who, approvedBy: [] }, now, undefined).fields).toHaveLength(3);
  });

  test('that died with the bot tells how long it took at least, and no time where none is known', () => {
    const refusal = { code: 'run.bot_died', say: 'The bot stopped while this ran.' } as const;
    const tookOf = (finishedAt: string) => {
      const died = made(3, { state: 'interrupted', refusal, finishedAt });
      const fields = showCard({ run: died, steps: [], who }, now, undefined).fields ?? [];
      return fields.filter(({ label }) => en(label) === 'Took').map(({ value }) => en(value).replaceAll('\u00a0', ' '));
    };
    expect(tookOf('2026-11-21T11:00:31Z')).toEqual(['at least 30 s']);
    expect(tookOf('2026-11-21T11:00:01Z')).toEqual(['not known: its end was not seen']);
  });

  test('that goes on tells its task, and can be stopped', () => {
    const { finishedAt: _end, ...going } = made(1, { state: 'running', recap: {} });
    const card = showCard({ run: going, steps: [step({ state: 'running', task: 'Restart' })], who }, now, undefined);
    expect(card.fields?.map(({ value }) => en(value))).toContain('Restart (web-1)');
    expect(card.actions?.map(({ line }) => line)).toEqual(['runs cancel 1']);
  });
});

describe('in the whole bot', () => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await testBot([plugin, run] as readonly AnyPlugin[], {
      people: { 'memory:local:ada': ['everything'], 'memory:local:eve': ['db'] },
      names: { 'memory:local:ada': 'Ada Lovelace' },
      roles: { db: { 'runs.*': ['db'] } },
      hosts: { web: ['web-1'], db: ['db-1'] },
      playbooks: {
        'slow.yml':
          '- hosts: web\n  gather_facts: false\n  tasks:\n    - { name: Wait, shell: sleep 2 }\n    - { name: On, shell: true }\n',
        'write.yml':
          '- hosts: web\n  gather_facts: false\n  tasks:\n    - { name: Write, copy: { content: x, dest: said } }\n',
      },
    });
  });
  afterAll(() => bot.stop());

  test('numbers that no run can have are refused in a sentence of their own', async () => {
    for (const line of ['runs show', 'runs cancel', 'runs resume', 'confirm']) {
      for (const number of ['99999999999999999999', '9'.repeat(400)]) {
        const { title } = await bot.say(`${line} ${number}`);
        expect(en(title)).toMatch(/^“9+…?” is too high: 9007199254740991 at most \((?:run|order)\)\.$/);
      }
    }
    expect(titleOf(await bot.say('runs show 1.5'))).toBe('warn: There is no run #1.5');
    for (const line of ['runs cancel 1.5', 'runs resume 1.5', 'confirm 1.5'])
      expect(en((await bot.say(line)).title)).toMatch(/^There is no (?:run|order) 1\.5\.$/);
  });

  test('a run is listed and shown to those who may see its hosts, and to nobody else', async () => {
    const order = await bot.order('run write on web-1');
    await bot.order(`confirm ${order.id}`);
    const done = await bot.until(order.id, ({ state }) => state === 'done');
    const list = await bot.say('runs');
    expect((await bot.say('runs list')).title).toEqual(list.title);
    expect((await bot.say('runs list 1')).table?.rows).toHaveLength(1);
    const shown = await bot.say(`runs show ${done.runId}`);
    expect(titleOf(list)).toBe(`good: Last: #${done.runId} write on web-1 done`);
    expect(titleOf(shown)).toBe(`good: #${done.runId} write on web-1 done`);
    expect([list.table?.rows[0]?.[3], shown.fields?.[0]?.value].map(en)).toEqual(['Ada Lovelace', 'Ada Lovelace']);
    expect(titleOf(await bot.say('runs', 'memory:local:eve'))).toBe('info: No run that you may see');
    expect(titleOf(await bot.say(`runs show ${done.runId}`, 'memory:local:eve'))).toBe(
      `warn: There is no run #${done.runId}`,
    );
  });

  test('a run that is not there is a clear word, and is neither cancelled nor resumed', async () => {
    expect(titleOf(await bot.say('runs show 99'))).toBe('warn: There is no run #99');
    for (const line of ['runs cancel 99', 'runs resume 99'])
      expect(['failed', 'refused']).toContain((await bot.order(line)).state);
  });

  test('a button of an old list that can do nothing any more says so once, and goes', async () => {
    const asked = await bot.order('run slow');
    await bot.order(`confirm ${asked.id}`);
    const { runId } = await bot.until(asked.id, ({ state }) => state === 'running');
    const list = await bot.order('runs');
    const lines = async () => (await bot.store.orders.get(list.id))?.card?.actions?.map(({ line }) => line);
    expect(await lines()).toEqual([`runs cancel ${runId}`, `runs show ${runId}`]);
    await bot.until(asked.id, ({ state }) => state === 'done');
    await bot.tap(list, `cancel-${runId}`);
    const said = await bot.chat.until((card, { to }) => to !== undefined && en(card.title).includes(`${runId}`));
    expect(en(said.card.title)).toBe(`Run ${runId} is over already: it is done.`);
    expect(await lines()).toEqual([`runs show ${runId}`]);
    expect(bot.chat.message(`order:${list.id}`)?.card.actions).toHaveLength(1);
  });

  test('a button of a list that stops a run says so where it was tapped', async () => {
    const asked = await bot.order('run slow');
    await bot.order(`confirm ${asked.id}`);
    const { runId } = await bot.until(asked.id, ({ state }) => state === 'running');
    const list = await bot.order('runs');
    await bot.tap(list, `cancel-${runId}`);
    await bot.chat.until((card, { to }) => to === undefined && en(card.title).startsWith(`Run ${runId} stops after`));
    await bot.until(asked.id, ({ state }) => state !== 'running');
  });

  test('a number that is none is refused', async () => {
    for (const line of ['runs show zero', 'runs show 0', 'runs show -1'])
      expect((await bot.order(line)).state).not.toBe('done');
  });
});
