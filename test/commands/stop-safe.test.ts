import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { arg, change, definePlugin, question, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

const [ada, ben, eve] = ['ada', 'ben', 'eve'].map((name) => `memory:local:${name}`) as [string, string, string];

const plugin = definePlugin({
  name: 'work',
  about: 'a change that takes long',
  settings: z.object({}),
  commands: [
    change({
      name: 'long',
      about: 'long',
      permission: 'long.run',
      risk: 'ordinary',
      needs: [],
      args: {},
      examples: ['long'],
      plan: () => ({ do: 'play', title: 'Long', playbook: 'long.yml', vars: {} }),
    }),
    question({
      ...{ name: 'look', about: 'look', permission: 'look.use', needs: [], examples: ['look web-1'] },
      args: { host: arg.host({ about: 'a host' }) },
      answer: () => ({ tone: 'good', title: 'seen' }),
    }),
  ],
});

const roles = {
  lead: { '*': ['web'] },
  look: { 'runs.*': ['web'] },
  judge: { approve: ['web'], 'runs.*': ['web'] },
};
let bot: TestBot;
let folder: string;

const start = async (plugins = [plugin, runs], web = ['web-1']) => {
  bot = await testBot(plugins, {
    folder,
    people: { [ada]: ['lead'], [ben]: ['lead'], [eve]: ['look'] },
    roles,
    hosts: { web, db: ['db-1'] },
    playbooks: {
      'long.yml': `- hosts: web\n  gather_facts: false\n  tasks:\n    - shell: while [ ! -e ${folder}/go ]; do sleep 0.1; done\n    - shell: echo end\n`,
    },
  });
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stop-safe-'));
  await start();
});
afterEach(async () => {
  await writeFile(join(folder, 'go'), '');
  await bot.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The run of Ada's, under way. */
async function running(): Promise<number> {
  const { id } = await bot.order('long', ada);
  await bot.order(`confirm ${id}`, ada);
  await vi.waitFor(async () => expect((await bot.store.runs.get(1))?.state).toBe('running'), { timeout: 20_000 });
  return id;
}

describe('a run under way can be stopped', () => {
  it('by who asked for it, though they lost the right to it; they do not go on with it', async () => {
    const id = await running();
    bot.configure({ people: { [ada]: ['look'], [ben]: ['lead'] }, roles });
    expect(await bot.order(`cancel ${id}`, ada)).toMatchObject({ state: 'done' });
    await writeFile(join(folder, 'go'), '');
    expect(await bot.until(id, ({ finishedAt }) => finishedAt !== undefined)).toMatchObject({ state: 'cancelled' });
    expect(await bot.order('runs resume 1', ada)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
  });

  it('by who has the right on its hosts that are still there, and by nobody else', async () => {
    const id = await running();
    expect(await bot.order(`cancel ${id}`, eve)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
    const inventory = 'all:\n  children:\n    web: { hosts: { web-2: {} } }\n    db: { hosts: { db-1: {} } }\n';
    await writeFile(join(folder, 'inventory.yml'), inventory);
    await vi.waitFor(async () => expect(await bot.order('plan long', ben)).toMatchObject({ state: 'done' }), {
      timeout: 20_000,
    });
    expect(await bot.order(`cancel ${id}`, eve)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
    expect(await bot.order(`cancel ${id}`, ben)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
    expect(await bot.order(`cancel ${id}`, ada)).toMatchObject({ state: 'done' });
  });

  it('by who has the right on those of its hosts that are left, where others have gone', async () => {
    await bot.stop();
    await start([plugin, runs], ['web-1', 'web-2']);
    const id = await running();
    const inventory = 'all:\n  children:\n    web: { hosts: { web-1: {} } }\n    db: { hosts: { db-1: {} } }\n';
    const there = async () => (await bot.core.pipeline.complete(ben, 'look ')).map(({ label }) => label);
    expect(await there()).toContain('web-2');
    await writeFile(join(folder, 'inventory.yml'), inventory);
    await vi.waitFor(async () => expect(await there()).not.toContain('web-2'), { timeout: 20_000, interval: 300 });
    const { state, refusal } = await bot.order(`cancel ${id}`, ben);
    expect([state, refusal]).toEqual(['done', undefined]);
  });

  it('and who stopped it is written down before it stops; a button tapped twice is one word', async () => {
    const id = await running();
    const tapped = async (event: string) => {
      const said = { kind: 'action', chat: 'memory', channel: 'ops', actor: ben, confirmed: false } as const;
      const at = new Date().toISOString();
      await bot.core.pipeline.receive({ ...said, eventId: event, text: `cancel ${id}`, at });
      const order = await bot.store.orders.byEvent(event);
      return bot.until(order?.id ?? 0, ({ finishedAt }) => finishedAt !== undefined);
    };
    const words = [await tapped('one'), await tapped('two')];
    const given = (await bot.store.audit.last(100)).filter(({ action }) => action === 'run.stop_given').reverse();
    expect(given.map(({ actor, orderId, details }) => ({ actor, orderId, ...details }))).toMatchObject(
      words.map((word) => ({ actor: ben, orderId: id, run: 1, now: false, word: word.id })),
    );
  });

  it('while its command is gone: by who asked for it, and by who may approve there', async () => {
    const id = await running();
    await bot.core.plugins.reload({ disabled: ['work'] });
    expect(bot.core.plugins.commands().map(({ name }) => name)).not.toContain('long');
    expect(await bot.order(`cancel ${id}`, eve)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
    expect(await bot.order(`cancel ${id}`, ben)).toMatchObject({ state: 'done' });
    await writeFile(join(folder, 'go'), '');
    await bot.until(id, ({ finishedAt }) => finishedAt !== undefined);
    expect(await bot.order('runs resume 1', ada)).toMatchObject({ refusal: { code: 'order.command_gone' } });
  });
});

it('a change that is being planned when the bot is stopped in good order is planned at its next start', async () => {
  await bot.stop();
  const slow =
    '- hosts: web\n  gather_facts: false\n  tasks:\n    - { shell: sleep 2, check_mode: false, changed_when: false }\n    - shell: echo\n';
  await writeFile(join(folder, 'playbooks/long.yml'), slow);
  const again = async () => {
    bot = await testBot([plugin, runs], { folder, people: { [ada]: ['lead'] }, roles, hosts: { web: ['web-1'] } });
  };
  await again();
  const { order = 0 } = await bot.chat.say({ actor: ada, text: 'long' });
  await bot.until(order, ({ state }) => state === 'working');
  await bot.stop();
  await again();
  expect(await bot.until(order, ({ state }) => state !== 'working' && state !== 'received')).toMatchObject({
    state: 'confirming',
  });
});
