import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { program, until } from '#test/support/real-bot.ts';

let folder: string;
let stop: () => Promise<unknown>;
afterEach(async () => {
  await stop?.();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

it.each([
  ['C.UTF-8', /! The console’s page has not been built\. Run: npm run build/],
  ['fr_FR.UTF-8', /! La page de la console n’a pas été construite\. Lancez\s: npm run build/],
])('a program whose page was never built says so at the start, and how to build it (%s)', async (LANG, sentence) => {
  folder = await mkdtemp(join(tmpdir(), 'no-page-'));
  for (const part of ['src', 'bin', 'plugins', 'package.json'])
    await cp(join(program, part), join(folder, part), { recursive: true });
  await symlink(join(program, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'quarterdeck.yaml'), 'harbour: false\n');
  const child = spawn(join(folder, 'bin/quarterdeck'), ['start', '--config', 'quarterdeck.yaml'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, LANG, QUARTERDECK_DATA: join(folder, 'data'), QUARTERDECK_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.on('close', done));
  stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  await until('it is open', () => said.includes('Ctrl-C'), 60_000);
  expect(said).toMatch(sentence);
});
