import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, logIn, program, quarterdeck, type RealBot, realBots, titleOf, until } from '#test/support/real-bot.ts';

const bots = realBots();
let bot: RealBot;
let token: string;
let own: string;
let config: string;

beforeAll(async () => {
  own = await bots.folder();
  config = join(own, 'quarterdeck.yaml');
  await writeFile(
    config,
    `harbour: false
plugins: { folders: ['${join(program, 'plugins')}', '${join(program, 'examples')}'] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`,
  );
  bot = await bots.start(own, {}, ['--config', config]);
  const made = await quarterdeck(own, ['token', 'create', '--actor', ada, '--role', 'everything', '--config', config]);
  token = made.out.trim();
});
afterAll(() => bots.end());

const bearer = () => ({ authorization: `Bearer ${token}` });

/** All that comes over the stream from now on. */
async function listen(): Promise<{ said(): string; close(): void }> {
  const closing = new AbortController();
  const reply = await fetch(new URL('/api/v1/events', bot.url), { headers: bearer(), signal: closing.signal });
  expect([reply.status, reply.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/event-stream'),
  ]);
  let said = '';
  const reading = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of reply.body ?? []) said += decoder.decode(chunk, { stream: true });
  };
  reading().catch((thrown: unknown) => {
    if (!closing.signal.aborted) said += String(thrown);
  });
  return { said: () => said, close: () => closing.abort() };
}

/** One figure of the page for Prometheus; 0 while it is not there. */
async function figure(name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', bot.url))).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

describe('the running bot', () => {
  it('answers a question about figures with them and with a picture, which only people logged in can fetch', async () => {
    const asked = () => bot.say('metrics machine memory --since 1h', { wait: 60 });
    await until('the first figures are there', async () => (await asked()).card?.image !== undefined);
    const { card } = await asked();
    expect(titleOf(card)).toMatch(/\d+ ?%/);
    const { out } = await quarterdeck(own, ['login', ada, '--config', config]);
    const { cookie } = await logIn(bot, out.trim().split(/\s+/).at(-1) ?? '', ada);
    const at = new URL(`/console/api/files/${card?.image?.file}`, bot.url);
    const picture = await fetch(at, { headers: { cookie, 'x-quarterdeck': '1', 'sec-fetch-site': 'same-origin' } });
    const bytes = Buffer.from(await picture.arrayBuffer());
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([card?.image?.width, card?.image?.height]);
    expect((await fetch(at)).status).toBe(401);
  });

  it('tells over the stream how an order goes, to its end, with the id it can be read by', async () => {
    const stream = await listen();
    const order = await bot.say('echo heard');
    const ends = (line: string) => line.startsWith('data: ') && line.includes('"state":"done"');
    const told = () => stream.said().split('\n').filter(ends);
    await until('its end is told', () => told().some((line) => line.includes(`"id":${order.id},`)));
    expect(stream.said()).toMatch(/^event: order$/m);
    stream.close();
  });

  it('counts how orders end, what runs, and how long requests take, as Prometheus reads it', async () => {
    const [done, refused] = [await figure(orders('done')), await figure(orders('refused'))];
    await bot.say('echo counted');
    await bot.say('frobnicate');
    await until('both are counted', async () => (await figure(orders('done'))) === done + 1);
    expect(await figure(orders('refused'))).toBe(refused + 1);
    const page = await fetch(new URL('/metrics', bot.url));
    expect(page.headers.get('content-type')).toContain('text/plain');
    const text = await page.text();
    expect(text).toMatch(/^quarterdeck_runs_open 0$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(
      /^quarterdeck_http_request_seconds_count\{route="\/api\/v1\/orders",method="POST",status="202"\} [1-9]\d*$/m,
    );
  });
});

const orders = (state: string): string => `quarterdeck_orders_total{state="${state}"}`;
