import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ada, program, quarterdeck, type RealBot, realBots, titleOf, until } from '#test/support/real-bot.ts';

const bots = realBots();
afterEach(() => bots.end());

const plain = `harbour: false
plugins: { folders: ['${join(program, 'examples')}'] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`;

/** A bot whose data folder may be taken away, with the token of its command line. */
async function start(): Promise<{ readonly data: string; readonly bot: RealBot; readonly token: string }> {
  const folder = await bots.folder();
  const data = join(folder, 'data');
  await mkdir(data);
  const config = join(folder, 'quarterdeck.yaml');
  await writeFile(config, plain);
  const bot = await bots.start(data, {}, ['--config', config]);
  const { token } = JSON.parse(await readFile(join(data, 'bot.json'), 'utf8'));
  return { data, bot, token };
}

async function ready(bot: RealBot): Promise<{ readonly status: number; readonly codes: readonly string[] }> {
  const reply = await fetch(new URL('/readyz', bot.url));
  const { reasons } = (await reply.json()) as { reasons: readonly { code: string }[] };
  return { status: reply.status, codes: reasons.map(({ code }) => code) };
}

const order = async (bot: RealBot, token: string, language = 'en') => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': language };
  const reply = await fetch(new URL('/api/v1/orders', bot.url), {
    method: 'POST',
    headers,
    body: JSON.stringify({ text: 'help' }),
  });
  return { status: reply.status, body: (await reply.json()) as { code?: string; say?: string } };
};

describe('a data folder taken away while the bot runs', () => {
  it('makes it not ready and refuse orders, until the folder is back', async () => {
    const { data, bot, token } = await start();
    expect(await ready(bot)).toEqual({ status: 200, codes: [] });
    await rename(data, `${data}.away`);
    await until('it says that it is not ready', async () => (await ready(bot)).codes.length === 2);
    expect(await ready(bot)).toEqual({ status: 503, codes: ['store.gone', 'data.unusable'] });
    expect(await order(bot, token)).toMatchObject({
      status: 503,
      body: { code: 'store.gone', say: expect.stringMatching(/store’s file .* was taken away/) },
    });
    expect(await order(bot, token, 'fr')).toMatchObject({ body: { say: expect.stringMatching(/a été retiré/) } });
    const seen = await quarterdeck(dirname(data), ['doctor'], { env: { QUARTERDECK_DATA: data } });
    expect(seen.code).toBe(1);
    expect(seen.out).toMatch(/✓ data folder: not there yet: .* if there was one, put it back first/);
    expect(seen.out + seen.error).not.toContain('ENOENT');
    await rename(`${data}.away`, data);
    await until('it is ready again', async () => (await ready(bot)).status === 200);
    expect(titleOf((await bot.say('echo back')).card)).toBe('back');
  });

  it('is told on the terminal within seconds, once, and that it is back', async () => {
    const { data, bot } = await start();
    await rename(data, `${data}.away`);
    const words =
      /^The store’s file .* was taken away or replaced while the bot runs\. Nothing is done until it is back/gm;
    await until('the terminal says it', async () => words.test(bot.output()), 6_000);
    await rename(`${data}.away`, data);
    await until('the terminal says that it is back', async () => /^The store .* again/m.test(bot.output()), 6_000);
    expect(bot.output().match(words)).toHaveLength(1);
  });

  it('while the bot starts ends it, which is said, and why', async () => {
    const folder = await bots.folder();
    const data = join(folder, 'data');
    const config = join(folder, 'quarterdeck.yaml');
    await writeFile(config, plain);
    await mkdir(data);
    const bot = bots.launch(data, {}, ['--config', config]);
    await until('the store is there', async () => existsSync(join(data, 'quarterdeck.db-wal')));
    await rename(data, `${data}.away`);
    await bot.ended;
    expect(bot.output()).toMatch(/^The data folder .* was taken away while the bot started, so it has ended\.$/m);
    expect(bot.output()).not.toMatch(/Nothing is done until|ENOENT/);
  });

  it('and deleted lets the bot end as it should, and nothing is written where it was', async () => {
    const { data, bot, token } = await start();
    await rm(data, { recursive: true });
    await mkdir(data);
    expect(await order(bot, token)).toMatchObject({ status: 503, body: { code: 'store.gone' } });
    await bot.kill('SIGTERM');
    expect(bot.output()).toContain('Stopped.');
    expect(await readdir(data)).toEqual([]);
  });
});
