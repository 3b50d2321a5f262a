import { afterEach, describe, expect, it } from 'vitest';
import type { Route } from '#core/http.ts';
import type { HttpServer } from '#http/server.ts';
import { ask, bearer, cookie, json, open, whoami } from './rig.ts';

let server: HttpServer;
afterEach(() => server.stop());

describe('who may ask', () => {
  it('lets anybody ask a public route, and knows nobody there', async () => {
    server = await open([whoami('public')]);
    const got = await ask(server, '/who', { headers: bearer('good-token') });
    expect(got.json()).toMatchObject({ actor: 'nobody' });
  });

  it('takes a known bearer token and refuses an unknown one, in words', async () => {
    server = await open([whoami('token')]);
    expect((await ask(server, '/who', { headers: bearer('good-token') })).json()).toMatchObject({
      actor: 'service:ci',
    });
    const refused = await ask(server, '/who', { headers: bearer('bad-token') });
    expect(refused.status).toBe(401);
    expect(refused.json()).toMatchObject({ code: 'http.unauthorized', say: 'You are not signed in.' });
    expect(refused.text).not.toContain('bad-token');
  });

  it('does not take a session where a token is asked for, nor a token where a session is', async () => {
    server = await open([whoami('token'), whoami('session', 'GET', '/session')]);
    expect((await ask(server, '/who', { headers: { cookie: cookie(server) } })).status).toBe(401);
    expect((await ask(server, '/session', { headers: bearer('good-token') })).status).toBe(401);
  });

  it('never falls back from a bad token to a good cookie', async () => {
    server = await open([whoami('any')]);
    const headers = { ...bearer('bad-token'), cookie: cookie(server) };
    expect((await ask(server, '/who', { headers })).status).toBe(401);
    expect((await ask(server, '/who', { headers: { cookie: cookie(server) } })).status).toBe(200);
  });

  it('knows the cookie of its own port only, so that two bots on one host do not mix', async () => {
    server = await open([whoami('session')]);
    const other = `quarterdeck-${server.port + 1}=good-cookie; quarterdeck=good-cookie`;
    expect((await ask(server, '/who', { headers: { cookie: other } })).status).toBe(401);
  });

  it('believes neither of two cookies of one name: another program of the machine may have set one', async () => {
    server = await open([whoami('session')]);
    const other = `quarterdeck-${server.port}=other-cookie`;
    for (const both of [`${cookie(server)}; ${other}`, `${other}; ${cookie(server)}`])
      expect((await ask(server, '/who', { headers: { cookie: both } })).status).toBe(401);
    const same = `${cookie(server)}; ${cookie(server)}`;
    expect((await ask(server, '/who', { headers: { cookie: same } })).status).toBe(200);
  });

  it('refuses an unknown access by default: a made-up cookie is nobody', async () => {
    server = await open([whoami('session')]);
    expect((await ask(server, '/who', { headers: { cookie: cookie(server, 'made-up') } })).status).toBe(401);
  });
});

describe('requests forged by another site', () => {
  const own = () => ({ cookie: cookie(server), 'sec-fetch-site': 'same-origin', 'x-quarterdeck': '1', ...json });
  const post = (headers: Record<string, string>) => ask(server, '/who', { method: 'POST', headers, body: '{}' });

  it('takes a change that the page itself asks for', async () => {
    server = await open([whoami('session', 'POST')]);
    expect((await post(own())).status).toBe(200);
    const byOrigin = { ...own(), origin: `http://127.0.0.1:${server.port}` };
    expect((await post(byOrigin)).status).toBe(200);
  });

  it('refuses a change from another port of the same host, which a SameSite cookie does not stop', async () => {
    server = await open([whoami('session', 'POST')]);
    expect((await post({ ...own(), 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await post({ ...own(), origin: 'http://127.0.0.1:1' })).json()).toMatchObject({
      code: 'http.forged_request',
    });
  });

  it('refuses a change without the page’s header, or without any sign of where it comes from', async () => {
    server = await open([whoami('session', 'POST')]);
    const { 'x-quarterdeck': _header, ...plain } = own();
    expect((await post(plain)).status).toBe(403);
    const { 'sec-fetch-site': _site, ...silent } = own();
    expect((await post(silent)).status).toBe(403);
  });

  it('refuses another site’s reading, and lets a person open an address themselves', async () => {
    server = await open([whoami('session')]);
    const get = (site: string) => ask(server, '/who', { headers: { cookie: cookie(server), 'sec-fetch-site': site } });
    expect((await get('cross-site')).status).toBe(403);
    expect((await get('same-site')).status).toBe(403);
    expect((await get('none')).status).toBe(200);
  });

  it('asks nothing of the kind of a token: no browser adds one by itself', async () => {
    server = await open([whoami('any', 'POST')]);
    expect((await post({ ...bearer('good-token'), ...json })).status).toBe(200);
  });
});

describe('the name a request is for', () => {
  const forHost = (host: string) => ask(server, '/who', { headers: { host } });

  it('answers to loopback names on any port, and to no name an attacker can choose', async () => {
    server = await open([whoami('public')]);
    for (const host of ['localhost:9999', '127.0.0.1', '[::1]:80', 'LOCALHOST']) {
      expect((await forHost(host)).status, host).toBe(200);
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      'a@localhost',
    ]) {
      expect((await forHost(host)).status, host).toBe(421);
    }
  });

  it('answers to the public address, and takes its origin', async () => {
    server = await open([whoami('session', 'POST')], { publicUrl: 'https://bot.example.org', secureCookies: true });
    const headers = {
      host: 'bot.example.org',
      origin: 'https://bot.example.org',
      cookie: `__Host-quarterdeck-${server.port}=good-cookie`,
      'x-quarterdeck': '1',
      ...json,
    };
    expect((await ask(server, '/who', { method: 'POST', headers, body: '{}' })).status).toBe(200);
    const plainHttp = { ...headers, origin: 'http://bot.example.com' };
    expect((await ask(server, '/who', { method: 'POST', headers: plainHttp, body: '{}' })).status).toBe(403);
  });

  it('listening everywhere, answers to addresses in figures and still to no foreign name', async () => {
    server = await open([whoami('public')], { host: '0.0.0.0' });
    expect((await forHost('192.168.1.7:3000')).status).toBe(200);
    expect((await forHost('evil.example')).status).toBe(421);
  });
});

describe('failed logins', () => {
  it('block an address after too many, for tokens and for login routes, and forget after a while', async () => {
    let now = 1_000_000;
    const login = { ...whoami('public', 'POST', '/login'), login: true, run: async () => ({ status: 401 }) };
    server = await open([whoami('token'), login], {
      clock: { now: () => now },
      attemptLimits: { limit: 3, windowMs: 60_000, addresses: 100 },
    });
    const guess = () => ask(server, '/who', { headers: bearer('guess') });
    const tryLogin = () => ask(server, '/login', { method: 'POST', headers: json, body: '{}' });
    for (let time = 0; time < 3; time += 1) {
      expect((await guess()).status).toBe(401);
      expect((await tryLogin()).status).toBe(401);
    }
    const blocked = await tryLogin();
    expect(blocked.status).toBe(429);
    expect(blocked.headers['retry-after']).toBe('60');
    expect((await guess()).status).toBe(429);
    expect((await ask(server, '/who', { headers: bearer('good-token') })).status).toBe(200);
    now += 60_001;
    expect((await tryLogin()).status).toBe(401);
  });
});

describe('failed attempts', () => {
  const limits = { attemptLimits: { limit: 3, windowMs: 60_000, addresses: 10 } };
  const login = (status: 200 | 401): Route => ({
    method: 'POST',
    path: `/login-${status}`,
    access: 'public',
    login: true,
    run: async () => ({ status, body: {} }),
  });
  const enter = (status: 200 | 401) =>
    ask(server, `/login-${status}`, { method: 'POST', headers: json, body: '{}' }).then((got) => got.status);
  const withToken = async (token: string) => (await ask(server, '/who', { headers: bearer(token) })).status;

  it('with tokens keep nobody at the same address from logging in', async () => {
    server = await open([whoami('token'), login(200)], limits);
    const tried = [];
    for (let time = 0; time < 4; time += 1) tried.push(await withToken('bad-token'));
    expect(tried).toEqual([401, 401, 401, 429]);
    expect(await enter(200)).toBe(200);
  });

  it('to log in keep nobody with the right secret at the same address out', async () => {
    server = await open([login(401), login(200)], limits);
    for (let time = 0; time < 4; time += 1) await enter(401);
    expect(await enter(401)).toBe(429);
    expect(await enter(200)).toBe(200);
  });

  it('to log in keep no program at the same address from asking, whose token is wrong once', async () => {
    server = await open([whoami('token'), login(401)], limits);
    for (let time = 0; time < 3; time += 1) expect(await enter(401)).toBe(401);
    expect(await enter(401)).toBe(429);
    expect(await withToken('bad-token')).toBe(401);
    expect(await withToken('good-token')).toBe(200);
  });
});
