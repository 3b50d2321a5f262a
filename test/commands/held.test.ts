import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Order } from '#core/order.ts';
import { change, definePlugin, question, z } from '#kit';
import { type TestBot, type TestWorld, testBot } from '#testing';

const ada = 'memory:local:ada';
const ben = 'memory:local:ben';
const carol = 'memory:local:carol';

const command = (name: string, playbook: string, risk: 'grave' | 'ordinary' = 'ordinary') =>
  change({
    name,
    about: name,
    permission: `${name}.run`,
    risk,
    needs: [],
    args: {},
    examples: [name],
    plan: () => ({ do: 'play', title: name, playbook, vars: {} }),
  });

const asked = (name: string, ms: number) =>
  question({
    name,
    about: name,
    permission: `${name}.use`,
    needs: [],
    args: {},
    examples: [name],
    answer: async () => {
      await sleep(ms);
      return { tone: 'good', title: 'the answer' };
    },
  });

const plugin = definePlugin({
  name: 'ship',
  about: 'orders that wait',
  settings: z.object({}),
  commands: [
    command('migrate', 'long.yml'),
    command('plain', 'quick.yml'),
    command('wipe', 'quick.yml', 'grave'),
    asked('ask', 0),
    asked('think', 1_500),
  ],
});

const world: TestWorld = {
  people: { [ada]: ['lead'], [ben]: ['lead'], [carol]: ['lead'] },
  roles: { lead: { '*': ['all'] } },
  hosts: { db: ['db-1'] },
  playbooks: {
    'long.yml': '- hosts: db\n  tasks:\n    - shell: sleep 2\n',
    'quick.yml': '- hosts: db\n  tasks:\n    - shell: echo one >> count\n',
  },
};

let folder: string;
let bot: TestBot;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'held-'));
});
afterEach(async () => {
  await bot?.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = async (more: TestWorld = {}) => {
  bot = await testBot([plugin], { ...world, folder, ...more });
};

/** Refuses audit entries about orders, as a store does that fails for a while; gives the way to end that. */
function refuseAudit(): () => void {
  const db = new DatabaseSync(join(bot.folder, 'quarterdeck.db'));
  const entry = 'before insert on audit when new.order_id is not null';
  db.exec(`create trigger trouble ${entry} begin select raise(abort, 'the disk is full'); end`);
  return () => {
    db.exec('drop trigger trouble');
    db.close();
  };
}

const over = ({ finishedAt }: Order) => finishedAt !== undefined;

const say = async (text: string, actor = ada): Promise<number> =>
  (await bot.chat.say({ actor, text })).order ?? expect.fail('no order');

const didCount = () => readFile(join(bot.folder, 'hosts/db-1/count'), 'utf8').catch(() => 'nothing');

/** A change that waits in the queue behind another. */
async function queued(): Promise<Order> {
  const first = await bot.order('migrate', ada);
  await bot.order(`confirm ${first.id}`, ada);
  await bot.until(first.id, ({ state }) => state === 'running');
  const second = await bot.order('plain', ada);
  await bot.order(`confirm ${second.id}`, ada);
  return bot.until(second.id, ({ state }) => state === 'queued');
}

describe('orders that are held while the store is in trouble', () => {
  it('a tap that was held is told as done where it was told as held', { timeout: 60_000 }, async () => {
    await start();
    const plain = await bot.order('plain', ada);
    const end = refuseAudit();
    await bot.tap(plain, 'confirm', ada);
    const [tap] = await bot.store.orders.last(1);
    const message = () => bot.chat.message(`order:${tap?.id}`)?.card;
    await vi.waitFor(() => expect(message()).toMatchObject({ tone: 'bad' }), { timeout: 10_000 });
    end();
    expect(await bot.until(plain.id, over)).toMatchObject({ state: 'done' });
    await vi.waitFor(() => expect(message()?.tone).not.toBe('bad'), { timeout: 10_000 });
  });

  it('a no that was said before a yes is heard before it', { timeout: 60_000 }, async () => {
    await start();
    const { id } = await bot.order('wipe', ada);
    const end = refuseAudit();
    const no = await say(`deny ${id}`, ben);
    await sleep(3_500);
    const yes = await say(`approve ${id}`, carol);
    await sleep(400);
    end();
    expect(await bot.until(no, over)).toMatchObject({ state: 'done', card: { title: { en: /denied by ben/ } } });
    expect(await bot.until(id, over)).toMatchObject({ state: 'cancelled' });
    expect(await bot.until(yes, over)).toMatchObject({ state: 'refused', refusal: { code: 'order.not_waiting' } });
    expect(await didCount()).toBe('nothing');
  });

  it('a run in the queue whose end was asked for does not begin', { timeout: 60_000 }, async () => {
    await start();
    const { id } = await queued();
    const end = refuseAudit();
    const stop = await say(`cancel ${id}`);
    await sleep(8_000);
    end();
    expect(await bot.until(stop, over)).toMatchObject({ state: 'done' });
    expect(await bot.until(id, over)).toMatchObject({ state: 'cancelled' });
    expect(await didCount()).toBe('nothing');
  });

  it('all say so, and are carried through', { timeout: 60_000 }, async () => {
    await start();
    const end = refuseAudit();
    const ids: number[] = [];
    for (const text of ['ask', 'help', 'ask', 'plain']) ids.push(await say(text));
    await bot.chat.until((card, message) => message.key === `order:${ids[3]}` && card.tone === 'bad');
    end();
    for (const id of ids.slice(0, 3)) expect(await bot.until(id, over)).toMatchObject({ state: 'done' });
    expect(await bot.until(ids[3] ?? 0, ({ state }) => state === 'confirming')).toBeDefined();
    expect((await bot.order('help', ada)).state).toBe('done');
  });

  it('do not keep a later answer from anybody once they are taken up', { timeout: 60_000 }, async () => {
    await start();
    const end = refuseAudit();
    const slow = await Promise.all(Array.from({ length: 8 }, () => say('think')));
    await sleep(200);
    end();
    for (const id of slow) await bot.until(id, over);
    const began = Date.now();
    await bot.order('ask', ada);
    expect(Date.now() - began).toBeLessThan(1_000);
  });
});

describe('what is held', () => {
  it('keeps no stop from being heard at once', { timeout: 60_000 }, async () => {
    await start();
    const { id } = await bot.order('migrate', ada);
    await bot.order(`confirm ${id}`, ada);
    await bot.until(id, ({ state }) => state === 'running');
    const end = refuseAudit();
    await say('ask', ben);
    await sleep(300);
    const stop = await say(`cancel ${id}`);
    await bot.chat.until(
      (card, message) => message.key === `order:${stop}` && /told to stop/.test(JSON.stringify(card)),
    );
    end();
    expect(await bot.until(id, over)).toMatchObject({ state: 'cancelled' });
    expect(await bot.until(stop, over)).toMatchObject({ state: 'done' });
  });

  it('for ever, such as what is damaged, holds nobody else up', { timeout: 60_000 }, async () => {
    await start();
    const db = new DatabaseSync(join(bot.folder, 'quarterdeck.db'));
    db.exec(
      "create trigger bad before update on orders when old.text = 'ask' begin select raise(abort, 'damaged'); end",
    );
    db.close();
    await say('ask', ben);
    await sleep(1_500);
    expect((await bot.order('help', ada)).state).toBe('done');
    const { id } = await bot.order('plain', ada);
    await bot.order(`confirm ${id}`, ada);
    expect(await bot.until(id, over)).toMatchObject({ state: 'done' });
  });
});

describe('a stop in good order', () => {
  it('gives up nothing that is held, however often', { timeout: 60_000 }, async () => {
    await start();
    const end = refuseAudit();
    const id = await say('ask');
    await bot.chat.until((card, message) => message.key === `order:${id}` && card.tone === 'bad');
    for (let starts = 0; starts < 4; starts += 1) {
      await bot.stop();
      await start();
      await sleep(300);
    }
    end();
    expect(await bot.until(id, over)).toMatchObject({ state: 'done' });
  });

  it('gives up nothing that takes long, however often', { timeout: 60_000 }, async () => {
    await start();
    const id = await say('think');
    for (let starts = 0; starts < 5; starts += 1) {
      await sleep(300);
      await bot.stop();
      await start();
    }
    expect(await bot.until(id, over)).toMatchObject({ state: 'done', card: { title: 'the answer' } });
  });
});

describe('a run that waits in the queue', () => {
  const days = 3 * 24 * 3_600_000;
  const minutes = 20 * 60_000;
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };

  it('is not begun days later, when the bot is back', { timeout: 60_000 }, async () => {
    await start({ clock });
    const { id, runId } = await queued();
    await bot.stop();
    ahead += days;
    await start({ clock });
    const order = await bot.until(id, over);
    expect(order).toMatchObject({ state: 'cancelled', refusal: { code: 'run.stale' } });
    expect(order.card?.actions).toMatchObject([{ line: `runs resume ${runId}` }, { line: 'plain' }]);
    expect(await didCount()).toBe('nothing');
  });

  it('is begun after as long as the one before it takes, and a short stop', { timeout: 60_000 }, async () => {
    await start({ clock });
    const { id } = await queued();
    ahead += minutes;
    await bot.stop();
    await start({ clock });
    expect(await bot.until(id, over)).toMatchObject({ state: 'done' });
  });

  it('is begun when the clock was set back by a little meanwhile', { timeout: 60_000 }, async () => {
    await start({ clock });
    const { id } = await queued();
    ahead += minutes;
    await bot.stop();
    ahead -= 60_000;
    await start({ clock });
    expect(await bot.until(id, over)).toMatchObject({ state: 'done' });
  });

  it('is not begun later either when its end could not be stored at once', { timeout: 60_000 }, async () => {
    await start({ clock });
    const { id } = await queued();
    await bot.stop();
    ahead += days;
    await start({ clock });
    const end = refuseAudit();
    await bot.stop();
    await start({ clock });
    end();
    expect(await bot.until(id, over)).toMatchObject({ state: 'cancelled', refusal: { code: 'run.stale' } });
  });
});
