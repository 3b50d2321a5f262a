import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
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

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'say-'));
  keys = [];
  server = createServer(async (request, reply) => {
    if (request.method === 'POST') {
      keys.push(((await json(request)) as { key: string }).key);
      if (keys.length <= cuts) return void request.socket.destroy();
      reply.writeHead(202).end(JSON.stringify({ event: 'e', status: '/api/v1/orders/1', id: 1 }));
    } else reply.end(JSON.stringify({ order: { id: 1, state: 'done', card: { tone: 'good', title: 'Done' } } }));
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  await writeFile(
    join(folder, 'bot.json'),
    JSON.stringify({ url: `http://127.0.0.1:${port}`, pid: process.pid, token: 't', account: 'root' }),
  );
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});

async function saying() {
  const printed: string[] = [];
  const out = (words: Parameters<Terminal['out']>[0]) => void printed.push(inLanguage(words, 'en'));
  const lost = new Promise<never>(() => undefined);
  const { signal } = new AbortController();
  const env = { ...process.env, QUARTERDECK_DATA: folder };
  const terminal: Terminal = { language: 'en', env, signal, out, error: out, lost };
  const code = await say.run(['deploy', 'shop', 'v2'], terminal).catch((thrown: unknown) => refusalOf(thrown));
  return { code, printed };
}

test('an order that may have been taken is given again under the key it had, and told once', async () => {
  cuts = 3;
  expect(await saying()).toEqual({ code: 0, printed: ['✓ Done'] });
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
