import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pageRoutes } from '#http/pages.ts';
import type { HttpServer } from '#http/server.ts';
import { ask, open } from './rig.ts';

let server: HttpServer;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  server = await open(pageRoutes({ folder: join(folder, 'page') }));
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const build = async (): Promise<void> => {
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>Deck</title>');
  await writeFile(join(folder, 'page', 'assets', 'index-abc123.js'), 'export {};'.repeat(100));
  await writeFile(join(folder, 'secret.txt'), 'secret');
};

it('says how to build the page when it is missing, and finds it once it is there', async () => {
  const got = await ask(server, '/');
  expect(got.status).toBe(503);
  expect(got.json()).toMatchObject({ code: 'http.page_missing', next: 'Run: npm run build' });
  await build();
  expect((await ask(server, '/')).text).toContain('<title>Deck</title>');
});

it('serves the page anew each time and its hashed files for ever', async () => {
  await build();
  const page = await ask(server, '/login/whatever');
  expect(page.headers['cache-control']).toBe('no-cache');
  const file = await ask(server, '/assets/index-abc123.js');
  expect(file.headers['cache-control']).toContain('immutable');
  expect(file.headers['content-type']).toContain('text/javascript');
  const again = await ask(server, '/assets/index-abc123.js', {
    headers: { 'if-none-match': String(file.headers.etag) },
  });
  expect(again.status).toBe(304);
});

it('compresses for who can read it', async () => {
  await build();
  const got = await fetch(`${server.url}/assets/index-abc123.js`, { headers: { 'accept-encoding': 'identity' } });
  expect(got.headers.get('content-encoding')).toBeNull();
  const { headers } = await ask(server, '/assets/index-abc123.js', { headers: { 'accept-encoding': 'br, gzip' } });
  expect(headers['content-encoding']).toBe('gzip');
  expect(Number(headers['content-length'])).toBeLessThan(200);
});

it.each([
  '/assets/../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/..%5csecret.txt',
  '/assets/index.html',
  '/secret.txt',
  '//etc/passwd',
])('serves nothing outside the folder: %s', async (path) => {
  await build();
  const got = await ask(server, path);
  expect(got.status).toBeGreaterThanOrEqual(400);
  expect(got.text).not.toContain('"secret"');
  expect(got.text).not.toBe('secret');
});
