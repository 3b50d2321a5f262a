import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#test/support/programs.ts';

const small = fileURLToPath(new URL('../../src/harbour/curl.mjs', import.meta.url));
const run = promisify(execFile);
const programs = [
  { name: 'the small curl', command: process.execPath, first: [small] },
  ...present([{ name: 'the real curl', command: 'curl', first: [] }], ({ command }) => command),
];

describe.each(programs)('$name', ({ command, first }) => {
  let folder: string;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'harbour-curl-'));
    server = createServer(async (request, response) => {
      const body: Buffer[] = [];
      for await (const chunk of request) body.push(chunk);
      if (request.url === '/far') return void response.writeHead(302, { location: '/near' }).end();
      response.writeHead(request.url === '/broken' ? 500 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ method: request.method, x: request.headers['x-word'], body: Buffer.concat(body).toString() }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const path = (name: string) => join(folder, name);
  const ask = async (settings: readonly string[], ...more: string[]) => {
    await writeFile(path('request'), `${settings.join('\n')}\n`);
    const words = ['-K', path('request'), ...more, '-D', path('head'), '-o', path('body'), '-w', '%{url_effective}'];
    const { stdout } = await run(command, [...first, ...words]);
    return { final: stdout, head: await readFile(path('head'), 'utf8'), body: await readFile(path('body'), 'utf8') };
  };

  it('asks, and gives the status, the headers, the body and the last address', async () => {
    const answer = await ask([`url = "${url}/broken"`, 'request = "GET"', 'max-time = 5', 'silent']);
    expect(answer.head).toMatch(/^HTTP\/1.1 500 /);
    expect(answer.head.toLowerCase()).toContain('content-type: application/json\r\n');
    expect(JSON.parse(answer.body)).toMatchObject({ method: 'GET' });
    expect(answer.final).toBe(`${url}/broken`);
  });

  it('sends headers and a body whatever they hold', async () => {
    await writeFile(path('sent'), '{"a":"\\"é\\n"}');
    const settings = [`url = "${url}/"`, 'request = "POST"', 'header = "x-word: a \\"b\\" \\\\ c"'];
    const { body } = await ask(settings, '--data-binary', `@${path('sent')}`);
    expect(JSON.parse(body)).toEqual({ method: 'POST', x: 'a "b" \\ c', body: '{"a":"\\"é\\n"}' });
  });

  it('follows redirections only when told to', async () => {
    expect((await ask([`url = "${url}/far"`, 'request = "GET"'])).head).toMatch(/^HTTP\/1.1 302/);
    expect((await ask([`url = "${url}/far"`, 'request = "GET"', 'location'])).final).toBe(`${url}/near`);
  });

  it('fails when nobody answers', async () => {
    await expect(ask(['url = "http://127.0.0.1:9/"', 'request = "GET"', 'max-time = 2'])).rejects.toMatchObject({
      code: 7,
    });
  });
});
