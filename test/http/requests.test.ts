import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import type { Route } from '#core/http.ts';
import { t } from '#core/text.ts';
import type { HttpServer } from '#http/server.ts';
import { ask, bearer, json, open, whoami } from './rig.ts';

let server: HttpServer;
afterEach(() => server.stop());

const post = (body: string | Buffer, headers: Record<string, string> = json) =>
  ask(server, '/who', { method: 'POST', headers: { ...bearer('good-token'), ...headers }, body });

describe('bodies', () => {
  it('are parsed when JSON, whatever the letters', async () => {
    server = await open([whoami('token', 'POST')]);
    const got = await post(JSON.stringify({ text: 'déployer – “shop” 🚢' }));
    expect(got.json()).toMatchObject({ body: { text: 'déployer – “shop” 🚢' } });
  });

  it.each([
    ['cut off', '{"text": "a'],
    ['nothing but blanks', '   '],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['too deep', '['.repeat(33) + ']'.repeat(33)],
    ['far too deep', '['.repeat(30_000)],
    ['hiding its depth behind a quote', `{"a": "\\"", "b": ${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('are refused when %s', async (_what, body) => {
    server = await open([whoami('token', 'POST')]);
    const got = await post(body);
    expect(got.status).toBe(400);
    expect(got.json().code).toBe('http.bad_json');
  });

  it('may hold brackets in strings without being deep', async () => {
    server = await open([whoami('token', 'POST')]);
    expect((await post(JSON.stringify({ text: '['.repeat(1000) }))).status).toBe(200);
  });

  it('are refused when too large, in words, at the route’s own limit', async () => {
    server = await open([{ ...whoami('token', 'POST'), bodyLimit: 1000 }]);
    const got = await post(JSON.stringify('x'.repeat(2000)));
    expect(got.status).toBe(413);
    expect(got.json().code).toBe('http.too_large');
  });

  it('are refused when too large to somebody who is still sending', async () => {
    server = await open([{ ...whoami('token', 'POST'), bodyLimit: 1000 }]);
    const parts = Array.from({ length: 20 }, () => Buffer.alloc(100_000, 'x'));
    const headers = { ...bearer('good-token'), ...json, 'content-length': 2_000_000 };
    const sending = request(`${server.url}/who`, { method: 'POST', headers });
    const status = new Promise((resolve, reject) => {
      sending.on('response', (reply) => resolve(reply.resume().statusCode)).on('error', reject);
    });
    for (const part of parts) {
      sending.write(part);
      await sleep(10);
    }
    sending.end();
    expect(await status).toBe(413);
  });

  it('that never end are not waited for', async () => {
    server = await open([{ ...whoami('token', 'POST'), bodyLimit: 1000 }]);
    const client = connect(server.port, '127.0.0.1');
    client.on('error', () => undefined);
    const said = new Promise<string>((resolve) => client.on('data', (chunk) => resolve(chunk.toString())));
    const head = 'POST /who HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer good-token\r\n';
    client.write(`${head}content-type: application/json\r\ncontent-length: 9000000000\r\n\r\n"x`);
    expect(await said).toMatch(/^HTTP\/1\.1 413 /);
    client.destroy();
  });

  it('are refused when not JSON, except on public routes, which get the bytes', async () => {
    const raw: Route = {
      ...whoami('public', 'POST', '/hook'),
      run: async ({ body, rawBody }) => ({ status: 200, body: { parsed: body !== undefined, bytes: rawBody.length } }),
    };
    server = await open([whoami('token', 'POST'), raw]);
    expect((await post('text=help', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await post('{}', {})).status).toBe(415);
    const hook = await ask(server, '/hook', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'abc' });
    expect(hook.json()).toEqual({ parsed: false, bytes: 3 });
  });

  it('do not reach a prototype', async () => {
    server = await open([whoami('token', 'POST')]);
    await post('{"__proto__": {"polluted": true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('are not read before it is known who sends them', async () => {
    server = await open([whoami('token', 'POST')]);
    const got = await ask(server, '/who', { method: 'POST', headers: json, body: 'not json' });
    expect(got.status).toBe(401);
  });
});

describe('failures', () => {
  const failing = (thrown: unknown): Route => ({
    ...whoami('public'),
    run: async () => {
      throw thrown;
    },
  });

  it('never show what was thrown: a reference, and the log knows the rest', async () => {
    const logged: object[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => logged.push(fields), child: () => log };
    server = await open([failing(new Error('password=hunter2 at /srv/secret.ts:3'))], { log });
    const got = await ask(server, '/who');
    expect(got.status).toBe(500);
    expect(got.text).not.toMatch(/hunter2|secret\.ts|Error/);
    expect(got.json().next).toContain((logged[0] as { reference: string }).reference);
  });

  it('say a fault’s own sentence in the language asked for, and 503 when trying again may help', async () => {
    const full = new Fault({
      code: 'store.full',
      say: t('The disk is full.', 'Le disque est plein.'),
      retryable: true,
    });
    server = await open([failing(full)]);
    const got = await ask(server, '/who', { headers: { 'accept-language': 'de, fr-FR;q=0.8, en;q=0.2' } });
    expect(got.status).toBe(503);
    expect(got.json()).toEqual({ code: 'store.full', say: 'Le disque est plein.', retryable: true });
  });

  it.each([
    ['/nothing-here', 404],
    ['/who/%ff%fe', 404],
    ['/%', 400],
    [`/${'a'.repeat(5000)}`, 404],
  ])('answer %s with a sentence', async (path, status) => {
    server = await open([whoami('public')]);
    const got = await ask(server, path);
    expect([status, 400, 404]).toContain(got.status);
    expect(got.json().say).toBeTruthy();
  });

  it('answer what is not HTTP at all without falling over', async () => {
    server = await open([whoami('public')]);
    const text = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write('hello\r\n\r\n'));
      let got = '';
      socket.on('data', (piece) => {
        got += piece.toString();
      });
      socket.on('close', () => resolve(got));
    });
    expect(text).toContain('400');
    expect((await ask(server, '/who')).status).toBe(200);
  });
});

describe('every reply', () => {
  it('carries the strict headers, refusals and unknown addresses too', async () => {
    server = await open([whoami('session')]);
    for (const path of ['/who', '/nothing']) {
      const { headers } = await ask(server, path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['permissions-policy']).toContain('camera=()');
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('asks browsers to stay on HTTPS only where there is HTTPS', async () => {
    server = await open([whoami('public')], { secureCookies: true });
    expect((await ask(server, '/who')).headers['strict-transport-security']).toBeTruthy();
    await server.stop();
    server = await open([whoami('public')]);
    expect((await ask(server, '/who')).headers['strict-transport-security']).toBeUndefined();
  });

  it('sets cookies that no script reads and no other site sends', async () => {
    const login: Route = {
      ...whoami('public'),
      run: async () => ({
        status: 200,
        body: {},
        cookies: [{ name: 'quarterdeck', value: 'abc;x', maxAgeSeconds: 60 }],
      }),
    };
    server = await open([login]);
    const set = (await ask(server, '/who')).headers['set-cookie']?.[0];
    expect(set).toBe(`quarterdeck-${server.port}=abcx; Path=/; HttpOnly; SameSite=Strict; Max-Age=60`);
    await server.stop();
    server = await open([login], { secureCookies: true });
    expect((await ask(server, '/who')).headers['set-cookie']?.[0]).toMatch(/^__Host-quarterdeck-\d+=.*; Secure$/);
  });
});
