import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inLanguage, type Text } from '#core/text.ts';
import { change, definePlugin, question, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

const ada = 'memory:local:ada';

const planned = (name: string, playbook: string, ms: number) =>
  change({
    name,
    about: name,
    permission: 'all.run',
    risk: 'ordinary',
    needs: [],
    args: {},
    examples: [name],
    async plan() {
      await pause(ms);
      return { do: 'play', title: name, playbook, vars: {} };
    },
  });

const work = definePlugin({
  name: 'work',
  about: 'changes and a question that take a while',
  settings: z.object({}),
  commands: [
    planned('migrate', 'migrate.yml', 0),
    planned('ponder', 'web.yml', 3_000),
    question({
      name: 'wonder',
      about: 'wonder',
      permission: 'all.run',
      needs: [],
      args: {},
      examples: ['wonder'],
      async answer() {
        await pause(3_000);
        return { tone: 'info', title: 'an answer' };
      },
    }),
  ],
});

let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([work, runs], {
    people: { [ada]: ['all'] },
    roles: { all: { '*': ['all'] } },
    hosts: { db: ['db-1'], web: ['web-1'] },
    playbooks: {
      'migrate.yml': '- hosts: db\n  tasks:\n    - shell: sleep 4; echo yes > "$HOME/whole"\n    - shell: echo two\n',
      'web.yml': '- hosts: web\n  tasks:\n    - shell: echo one > "$HOME/begun"\n',
    },
  });
});
afterEach(() => bot.stop());

const english = (text: Text | undefined): string => (text === undefined ? '' : inLanguage(text, 'en'));

/** Says a line, and gives its order back as soon as it is being worked out. */
async function begun(text: string) {
  const { order = 0 } = await bot.chat.say({ actor: ada, text });
  return bot.until(order, ({ state }) => state === 'working');
}

async function migrating() {
  const { id } = await bot.order('migrate', ada);
  await bot.order(`confirm ${id}`, ada);
  return bot.until(id, ({ state }) => state === 'running');
}

it('a bare cancel takes back what is being planned, and leaves an older run alone', async () => {
  const run = await migrating();
  const { id } = await begun('ponder');
  const cancel = await bot.order('cancel', ada);
  expect(english(cancel.card?.title)).toBe(`Order ${id} cancelled by ada`);
  expect(cancel.card?.actions?.map(({ line }) => line)).toEqual([`cancel ${run.id}`]);
  expect(english(bot.chat.message(`order:${id}`)?.card.footer)).toBe('Nothing was run.');
  expect((await bot.until(run.id, ({ finishedAt }) => finishedAt !== undefined)).state).toBe('done');
  expect((await bot.store.orders.get(id))?.state).toBe('cancelled');
});

it('what is being planned can be cancelled by its number, also when it was confirmed in advance', async () => {
  const event = {
    eventId: 'one',
    chat: 'memory',
    kind: 'message',
    actor: ada,
    channel: 'ops',
    text: 'ponder',
  } as const;
  const { order: id = 0 } = await bot.core.pipeline.receive({
    ...event,
    confirmed: true,
    at: new Date().toISOString(),
  });
  await bot.until(id, ({ state }) => state === 'working');
  expect((await bot.order(`cancel ${id}`, ada)).state).toBe('done');
  await pause(4_000);
  expect((await bot.store.orders.get(id))?.state).toBe('cancelled');
  expect(await bot.store.runs.last(5)).toEqual([]);
});

it('a question that takes long can be taken back by its number', async () => {
  const { id } = await begun('wonder');
  expect((await bot.order(`cancel ${id}`, ada)).state).toBe('done');
  await pause(3_500);
  expect((await bot.store.orders.get(id))?.state).toBe('cancelled');
});

it('one cancel that cannot be written down stays one: the step is not killed, and what was done is said', async () => {
  const run = await migrating();
  await pause(500);
  const db = new DatabaseSync(join(bot.folder, 'quarterdeck.db'));
  db.exec(
    "create trigger trouble before insert on audit when new.order_id is not null begin select raise(abort, 'trouble'); end",
  );
  const { order = 0 } = await bot.chat.say({ actor: ada, text: `cancel ${run.id}` });
  await expect
    .poll(async () => english((await bot.store.orders.get(order))?.card?.title))
    .toBe(`Run ${run.runId} was told to stop, but I cannot write that down.`);
  await pause(2_000);
  db.exec('drop trigger trouble');
  db.close();
  const end = await bot.until(run.id, ({ finishedAt }) => finishedAt !== undefined);
  expect(end.state).toBe('cancelled');
  expect(await readFile(join(bot.folder, 'hosts/db-1/whole'), 'utf8')).toBe('yes\n');
});

it('a cancel that cannot be written down because the audit was cut promises no other try, and says why', async () => {
  const run = await migrating();
  const db = new DatabaseSync(join(bot.folder, 'quarterdeck.db'));
  const newest = 'from audit where seq = (select max(seq) from audit)';
  db.exec(`drop trigger audit_no_delete; create table kept as select * ${newest}; delete ${newest}`);
  const { order = 0 } = await bot.chat.say({ actor: ada, text: `cancel ${run.id}` });
  const card = async () => (await bot.store.orders.get(order))?.card;
  await expect
    .poll(async () => english((await card())?.title))
    .toBe(`Run ${run.runId} was told to stop, but I cannot write that down.`);
  expect(english((await card())?.text)).toMatch(
    /^The audit chain does not hold entry .* Run `bin\/quarterdeck audit verify`/,
  );
  db.exec('insert into audit select * from kept');
  db.close();
  await bot.until(run.id, ({ finishedAt }) => finishedAt !== undefined);
});

it('a word about an order does not wait for the questions its actor asked before', async () => {
  const run = await migrating();
  for (let count = 0; count < 40; count += 1) await bot.chat.say({ actor: ada, text: 'wonder' });
  const begin = performance.now();
  expect((await bot.order(`cancel ${run.id}`, ada)).state).toBe('done');
  expect(performance.now() - begin).toBeLessThan(2_500); // each of those takes 3 s
});

it('its answer offers to stop at once while there is something to stop, and then says how the run ended', async () => {
  const run = await migrating();
  const cancel = await bot.order(`cancel ${run.id}`, ada);
  expect(cancel.card?.actions?.map(({ line }) => line)).toEqual([`cancel ${run.id} --now`]);
  const listed = await bot.order('runs', ada);
  expect(listed.card?.actions?.map(({ line }) => line)).toContain(`runs cancel ${run.runId}`);
  await bot.until(run.id, ({ state }) => state === 'cancelled');
  const { card } = await bot.until(cancel.id, (one) => one.card?.actions === undefined);
  expect([card?.tone, english(card?.title)]).toEqual(['warn', `Run ${run.runId} was stopped`]);
  await expect.poll(() => bot.chat.message(`order:${cancel.id}`)?.card).toEqual(card);
  await expect
    .poll(() => bot.chat.message(`order:${listed.id}`)?.card.actions?.map(({ line }) => line))
    .toEqual([`runs show ${run.runId}`]);
});

it('a tap on Stop, which was answered on the run’s own message, is not answered by a second one when the run is over', async () => {
  const run = await migrating();
  await bot.tap(run, 'stop');
  await bot.until(run.id, ({ state }) => state === 'cancelled');
  const [tapped] = (await bot.store.orders.last(5)).filter(({ kind }) => kind === 'action');
  const { id = 0, card } = await bot.until(tapped?.id ?? 0, (one) => one.card?.actions === undefined);
  expect(english(card?.title)).toBe(`Run ${run.runId} was stopped`);
  expect(await bot.store.outbox.get(`order:${id}`)).toBeUndefined();
});
