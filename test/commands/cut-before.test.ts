import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inLanguage, type Text } from '#core/text.ts';
import { type TestBot, type TestWorld, testBot } from '#testing';
import run from '../../plugins/run/index.ts';
import runs from '../../plugins/runs/index.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const slow = { timeout: 30_000, interval: 50 };

let folder: string;
let bot: TestBot;
const file = (name: string) => join(folder, name);
const play = (name: string, line: string, hosts = 'web') =>
  `- hosts: ${hosts}\n  gather_facts: false\n  tasks:\n    - name: ${name}\n      shell: ${line}\n`;

const world = (): TestWorld => ({
  folder,
  people: { 'memory:local:ada': ['everything'] },
  hosts: { web: ['web-1'], db: ['db-1'] },
  playbooks: {
    'slow.yml': play('Nap', `while [ ! -e ${file('go')} ]; do sleep 0.05; done; echo nap >>${file('log')}`),
    'quick.yml': play('Mark', `echo quick >>${file('log')}`),
    'aside.yml': play('Mark', `echo aside >>${file('log')}`, 'db'),
  },
});

let events = 0;
/** The order of a line that was said with a yes in advance. */
async function sure(text: string, actor = 'memory:local:ada') {
  events += 1;
  const said = { kind: 'message', chat: 'memory', channel: 'ops', actor, confirmed: true } as const;
  await bot.core.pipeline.receive({ ...said, eventId: `sure-${events}`, text, at: new Date().toISOString() });
  const order = await bot.store.orders.byEvent(`sure-${events}`);
  return bot.until(order?.id ?? 0, ({ state }) => state !== 'received' && state !== 'working');
}

/** A run is in the middle of its step, and another waits for the host; then the bot is killed and started again. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cut-before-'));
  bot = await testBot([run, runs], world());
  const first = await sure('run slow');
  await vi.waitUntil(async () => (await bot.store.runs.steps(1)).length === 1, slow);
  await sure('run quick');
  await bot.store.copyTo(file('killed.db'));
  // What went on there goes on by itself; the bot that knows of it is no more.
  await bot.say('cancel 2');
  await bot.say(`cancel ${first.id}`);
  await writeFile(file('go'), '');
  await reach(first.id, 'cancelled');
  await bot.stop();
  for (const end of ['-wal', '-shm']) await rm(file(`quarterdeck.db${end}`), { force: true });
  await copyFile(file('killed.db'), file('quarterdeck.db'));
  bot = await testBot([run, runs], world());
});
afterEach(async () => {
  await bot.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const log = () => readFile(file('log'), 'utf8');
const reach = (id: number, state: string) => bot.until(id, (order) => order.state === state);

describe('a host on which a run was cut', () => {
  it('is not taken by what waited for it: that says what to do, and does not begin', async () => {
    const queued = await reach(2, 'cancelled');
    expect(queued.refusal?.code).toBe('run.cut_before');
    expect(en(queued.card?.text)).toContain('Run 1 was cut on web-1: “Nap” may still be going on there.');
    expect(en(queued.card?.text)).toContain('Look at web-1. Then resume that one, “runs resume 1”, or give');
    expect(queued.card?.actions?.[0]).toMatchObject({ id: 'again', line: 'run quick' });
    const again = await bot.order('runs resume 2');
    expect((await reach(again.id, 'cancelled')).refusal?.code).toBe('run.cut_before');
    expect(await log()).toBe('nap\n');
    const aside = await sure('run aside');
    await reach(aside.id, 'done');
  });

  it('is taken when a person has seen that, and says yes after it', async () => {
    const order = await sure('run quick');
    expect([order.state, en(order.card?.text)]).toEqual([
      'confirming',
      expect.stringMatching(
        /^Run 1 was cut on web-1: “Nap” may still be going on there\. Look there before you run this/,
      ),
    ]);
    await bot.say(`confirm ${order.id}`);
    await reach(order.id, 'done');
    expect(await log()).toBe('nap\nquick\n');
  });

  it('is free again when the run was gone on with to its end', async () => {
    await reach(2, 'cancelled');
    const resumed = await bot.order('runs resume 1');
    await reach(resumed.id, 'done');
    const order = await sure('run quick');
    await reach(order.id, 'done');
    expect(await log()).toBe('nap\nquick\n');
  });

  it('is not taken by a service, which cannot look', async () => {
    await bot.store.people.put({ id: 'service:nightly', kind: 'service', name: 'nightly', roles: ['everything'] });
    const order = await sure('run quick', 'service:nightly');
    expect([order.state, order.refusal?.code]).toEqual(['refused', 'run.cut_before']);
    expect(en(order.card?.text)).toContain('give the order yourself');
    expect((await sure('run aside', 'service:nightly')).state).not.toBe('refused');
  });

  it('only shows that where only a plan is asked for', async () => {
    const order = await bot.order('plan run quick');
    expect([order.state, en(order.card?.text)]).toEqual(['done', expect.stringMatching(/^Run 1 was cut on web-1/)]);
  });
});
