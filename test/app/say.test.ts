import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { say } from '#app/cli/say.ts';
import type { Terminal } from '#app/cli/terminal.ts';
import { refusalOf } from '#core/errors.ts';
import { inLanguage } from '#core/text.ts';

let folder: string;
let server: Server;
let keys: string[];
/** How many orders the bot takes and is cut off before it says so. */
let cuts: number;
/** What the order is at, each time it is looked at, before it is done. */
let stages: { state: string; card?: object }[];
/** The bot ends, without a word, when it is looked at this often. */
let diesAfter: number;
/** What the bot takes and never answers, as a program does that is stopped. */
let hangsAt: 'nothing' | 'orders' | 'looks';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'say-'));
  keys = [];
  cuts = 0;
  stages = [];
  hangsAt = 'nothing';
  diesAfter = Number.POSITIVE_INFINITY;
  token = 't';
  server = createServer(async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void reply.writeHead(401).end('{}');
    if (hangsAt === (request.method === 'POST' ? 'orders' : 'looks')) return;
    if (request.method === 'POST') {
      keys.push(((await json(request)) as { key: string }).key);
      if (keys.length <= cuts) return void request.socket.destroy();
      reply.writeHead(202).end(JSON.stringify({ event: 'e', status: '/api/v1/orders/1', id: 1 }));
    } else {
      diesAfter -= 1;
      if (diesAfter < 0) return void die();
      const stage = stages.shift() ?? { state: 'done', card: { tone: 'good', title: 'Done' } };
      reply.end(JSON.stringify({ order: { id: 1, ...stage } }));
    }
  });
  await listen(0);
  await announce();
});
/** What the bot's own command line shows, anew at each start. */
let token: string;
const port = () => (server.address() as AddressInfo).port;
async function listen(at: number) {
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
}
const announce = () =>
  writeFile(
    join(folder, 'bot.json'),
    JSON.stringify({ url: `http://127.0.0.1:${port()}`, pid: process.pid, token, account: 'root' }),
  );
function die() {
  server.close();
  server.closeAllConnections();
}
/** The bot is back at the same address, and tells its new key a little later. */
async function comeBack(at: number) {
  diesAfter = Number.POSITIVE_INFINITY;
  token = 'other';
  await listen(at);
  await sleep(500);
  await announce();
}

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});

async function saying(...options: string[]) {
  const [printed, meanwhile]: [string[], string[]] = [[], []];
  const to = (lines: string[]) => (words: Parameters<Terminal['out']>[0]) => void lines.push(inLanguage(words, 'en'));
  const lost = new Promise<never>(() => undefined);
  const { signal } = new AbortController();
  const env = { ...process.env, QUARTERDECK_DATA: folder };
  const terminal: Terminal = { language: 'en', env, signal, out: to(printed), error: to(meanwhile), lost };
  const code = await say
    .run(['deploy', 'shop', 'v2', ...options], terminal)
    .catch((thrown: unknown) => refusalOf(thrown));
  return { code, printed, meanwhile };
}

test('an order that may have been taken is given again under the key it had, and told once', async () => {
  cuts = 3;
  expect(await saying()).toEqual({ code: 0, printed: ['✓ Done'], meanwhile: [] });
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(1);
});

test('an order whose fate stays unknown is not called refused, and its key is named', { timeout: 60_000 }, async () => {
  cuts = Number.POSITIVE_INFINITY;
  const { code } = await saying();
  expect(code).toMatchObject({ code: 'cli.unsure', next: { en: expect.stringContaining(`--key ${keys[0]}`) } });
});

test('where nobody takes the connection there is no bot', async () => {
  server.close();
  expect((await saying()).code).toMatchObject({ code: 'cli.no_bot' });
  expect(keys).toEqual([]);
});

const running = (title: string) => ({ state: 'running', card: { tone: 'running', title, text: 'and more' } });

test('while it waits, what goes on is said apart from the answer, each thing once', async () => {
  stages = [
    { state: 'working' },
    { state: 'working' },
    running('Edge: step 1'),
    running('Edge: step 1'),
    running('Edge: step 2'),
  ];
  expect(await saying()).toEqual({
    code: 0,
    printed: ['✓ Done'],
    meanwhile: ['… Order 1 is not done yet.', '… Edge: step 1', '… Edge: step 2'],
  });
});

test('a script tells what waits for somebody from what goes on when the wait ends', async () => {
  const asks = (state: string) => ({ state, card: { tone: 'info', title: 'A plan' } });
  for (const [stage, code] of [
    [asks('confirming'), 4],
    [running('Edge: step 1'), 5],
    [{ state: 'queued' }, 5],
  ] as const) {
    stages = [stage, stage];
    expect((await saying('--wait', '0', '--json')).code, stage.state).toBe(code);
  }
});

test('that nothing can be written down is said at once, and whole', async () => {
  const held = { state: 'received', card: { tone: 'bad', title: 'I do nothing.', text: 'I try again.' } };
  stages = [held, held];
  expect((await saying()).meanwhile).toEqual(['✗ I do nothing.\n  I try again.']);
});

test('nobody reads beside JSON', async () => {
  stages = [{ state: 'working' }];
  const { printed, meanwhile } = await saying('--json');
  expect([JSON.parse(printed.join('')), meanwhile]).toEqual([expect.objectContaining({ state: 'done' }), []]);
});

test('a bot that hangs is not waited for: whether it took the order is not known', { timeout: 60_000 }, async () => {
  hangsAt = 'orders';
  const begun = performance.now();
  const { code } = await saying('--wait', '0', '--key', 'k');
  expect(performance.now() - begun).toBeLessThan(25_000);
  expect(code).toMatchObject({
    code: 'cli.unsure',
    say: { en: 'The bot does not answer: the order may have been accepted.' },
    next: { en: expect.stringContaining('--key k') },
  });
});

test('nor is one that hangs after it took the order: that is said', { timeout: 60_000 }, async () => {
  hangsAt = 'looks';
  const begun = performance.now();
  const { code, meanwhile } = await saying('--wait', '3');
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect(code).toMatchObject({
    code: 'cli.silent_since',
    say: { en: 'Order 1 was accepted, and the bot does not answer any more.' },
  });
  expect(meanwhile).toEqual([]);
});

test('one that hangs for a while is waited for as long as was asked', { timeout: 60_000 }, async () => {
  hangsAt = 'looks';
  const answers = setTimeout(() => {
    hangsAt = 'nothing';
  }, 5_000);
  const { code, printed, meanwhile } = await saying('--wait', '60').finally(() => clearTimeout(answers));
  expect({ code, printed, meanwhile }).toEqual({
    code: 0,
    printed: ['✓ Done'],
    meanwhile: ['✗ The bot does not answer.'],
  });
});

test('a bot that is started again is not given up, and the order it had is waited for', {
  timeout: 60_000,
}, async () => {
  [diesAfter, stages] = [1, [running('Edge: step 1')]];
  const at = port();
  const gone = once(server, 'close');
  const said = saying('--wait', '30');
  await gone;
  await sleep(1_000);
  await comeBack(at);
  expect(await said).toEqual({
    code: 0,
    printed: ['✓ Done'],
    meanwhile: ['… Edge: step 1', '✗ The bot stopped; I wait until it is back.'],
  });
  expect(keys).toHaveLength(1);
});

test('of one that does not come back the order is not called failed, and its key is named', async () => {
  diesAfter = 0;
  const { code } = await saying('--wait', '2', '--key', 'k');
  expect(code).toMatchObject({
    code: 'cli.bot_gone',
    say: { en: 'Order 1 was accepted, then the bot stopped.' },
    next: { en: expect.stringContaining('--key k') },
  });
});
