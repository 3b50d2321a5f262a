import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doctor } from '#app/cli/doctor.ts';
import type { Terminal } from '#app/cli/terminal.ts';
import { inLanguage } from '#core/text.ts';

test('a bot that hangs is not told as one that does not run', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(folder, 'bot.json'), JSON.stringify({ url, pid: process.pid, token: 't', account: 'root' }));
  await writeFile(join(folder, 'q.yaml'), 'harbour: false\n');
  const lines: string[] = [];
  const hear: Terminal['out'] = (words) => void lines.push(inLanguage(words, 'en'));
  const { signal } = new AbortController();
  const env = { ...process.env, QUARTERDECK_DATA: folder };
  const terminal: Terminal = {
    language: 'en',
    env,
    signal,
    out: hear,
    error: hear,
    lost: new Promise(() => undefined),
  };
  const code = await doctor.run(['--config', join(folder, 'q.yaml')], terminal);
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
  expect(code).toBe(1);
  expect(lines.join('\n')).toContain(`✗ bot: runs at ${url} and does not answer`);
});
