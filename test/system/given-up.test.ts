import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ada, realBots, until } from '#test/support/real-bot.ts';

const ben = 'console:local:ben';
const bots = realBots();
afterAll(() => bots.end());

const deadly = `import { spawnSync } from 'node:child_process';
import { definePlugin, question, z } from '#kit';
export default definePlugin({
  name: 'deadly', about: 'a test', settings: z.object({}),
  commands: [question({
    name: 'deadly', about: 'a test', permission: 'deadly.use', needs: [], args: {}, examples: ['deadly'],
    answer: () => { spawnSync('kill', ['-9', String(process.pid)]); return { tone: 'good', title: 'survived' }; },
  }), question({
    name: 'harmless', about: 'a test', permission: 'harmless.use', needs: [], args: {}, examples: ['harmless'],
    answer: async () => { await new Promise((over) => setTimeout(over, 1500)); return { tone: 'good', title: 'the answer' }; },
  })],
});
`;

/** A bot of two people who may do everything, with that plugin; the arguments to start it with. */
async function place(): Promise<readonly [data: string, args: string[]]> {
  const own = await bots.folder();
  await mkdir(join(own, 'plugins/deadly'), { recursive: true });
  await writeFile(join(own, 'plugins/deadly/index.ts'), deadly);
  const config = join(own, 'quarterdeck.yaml');
  await writeFile(
    config,
    `harbour: false
plugins: { folders: [./plugins] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }, { id: '${ben}', name: Ben, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`,
  );
  return [own, ['--config', config]];
}

it('an order that brings the bot down at each start is given up, with a word; those beside it are answered', async () => {
  const [own, args] = await place();
  const first = await bots.start(own, {}, args);
  const before = await first.post({ text: 'harmless', as: ben });
  const { body } = await first.post({ text: 'deadly', as: ada });
  const id = body.id ?? 0;
  await until('the bot is down', async () => !(await first.call('GET', '/healthz').catch(() => undefined)));

  // It may be down before it is ready, or a moment later.
  for (let starts = 0; starts < 3; starts += 1) {
    const next = bots.launch(own, {}, args);
    await next.ended;
  }
  const last = await bots.start(own, {}, args);
  const order = await last.order(id, 30);
  expect(order).toMatchObject({ state: 'failed', refusal: { code: 'order.given_up' } });
  expect(await last.order(before.body.id ?? 0, 30)).toMatchObject({ state: 'done' });
  expect((await last.say('help')).state).toBe('done');
  expect((await last.audit(20)).map(({ action }) => action)).toContain('order.finished');
});

it('lives too short for an answer never make it given up: it comes in the first that is long enough', async () => {
  const [own, args] = await place();
  let bot = await bots.start(own, {}, args);
  const { body } = await bot.post({ text: 'harmless', as: ben });
  for (let lives = 0; lives < 5; lives += 1) {
    await bot.kill();
    bot = await bots.start(own, {}, args);
  }
  expect(await bot.order(body.id ?? 0, 30)).toMatchObject({ state: 'done', card: { title: 'the answer' } });
});
