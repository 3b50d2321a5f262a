import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { doctor } from '#app/cli/doctor.ts';
import type { Terminal } from '#app/cli/terminal.ts';
import { inLanguage, type Language } from '#core/text.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  await writeFile(join(folder, 'q.yaml'), 'harbour: false\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** What it says of a data folder, and its exit code. */
async function seen(data: string, language: Language = 'en') {
  const lines: string[] = [];
  const hear: Terminal['out'] = (words) => void lines.push(inLanguage(words, language));
  const { signal } = new AbortController();
  const env = { ...process.env, QUARTERDECK_DATA: data };
  const terminal: Terminal = { language, env, signal, out: hear, error: hear, lost: new Promise(() => undefined) };
  const code = await doctor.run(['--config', join(folder, 'q.yaml')], terminal);
  return { code, said: lines.join('\n') };
}

describe('a data folder', () => {
  test('that is not there yet is made by the first start, and not by the look', async () => {
    expect((await seen(join(folder, 'new', 'data'))).said).toMatch(
      /^✓ data folder: not there yet: the first start makes it; if there was one, put it back first$/m,
    );
    expect((await seen(join(folder, 'data'), 'fr')).said).toMatch(/^✓ dossier de données : pas encore là : /m);
    expect(await readdir(folder)).toEqual(['q.yaml']);
  });

  test('that a link leads to and that is not there, as where a disk is missing, is a fault', async () => {
    await symlink(join(folder, 'disk', 'data'), join(folder, 'data'));
    expect((await seen(join(folder, 'data'))).said).toMatch(
      /^✗ data folder: .* cannot be used: it is not there\. Put/m,
    );
  });

  test('that would be made below a file is a fault', async () => {
    expect((await seen(join(folder, 'q.yaml', 'data'))).said).toMatch(/^✗ data folder: .*: a file is in its place\./m);
  });
});

test('a bot that hangs is not told as one that does not run', { timeout: 30_000 }, async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(folder, 'bot.json'), JSON.stringify({ url, pid: process.pid, token: 't', account: 'root' }));
  const { code, said } = await seen(folder);
  server.close();
  server.closeAllConnections();
  expect(code).toBe(1);
  expect(said).toContain(`✗ bot: runs at ${url} and does not answer`);
});
