import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, program, quarterdeck, type RealBot, realBots, until } from '#test/support/real-bot.ts';

const bots = realBots();
let bot: RealBot;
let token: string;

beforeAll(async () => {
  const own = await bots.folder();
  const config = join(own, 'quarterdeck.yaml');
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
