import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretHash } from '#core/secret-hash.ts';
import { ada, ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { cookieOf, pageWith, signIn } from './browser.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const secretOf = async (actor = ada): Promise<string> => (await rig.invite(actor)).split('/login/')[1] ?? '';

describe('a page whose browser somebody else signed in with', () => {
  it('does nothing for them: it is refused', async () => {
    const page = await signIn(rig, ben);
    const tap = { id: crypto.randomUUID(), channel: 'ops', text: 'status' };
    const refused = await page.post('messages', tap, { 'x-quarterdeck-actor': encodeURIComponent(ada) });
    expect(refused).toMatchObject({ status: 409, body: { code: 'http.another_actor', next: 'Reload the page.' } });
    expect(rig.received).toEqual([]);
    const taken = await page.post('messages', tap, { 'x-quarterdeck-actor': encodeURIComponent(ben) });
    expect(taken.status).toBe(200);
  });
});

describe('a login link', () => {
  it('signs its person in once, and never again', async () => {
    const link = await secretOf(ben);
    const got = await pageWith(rig).post('login', { link });
    expect(got.status).toBe(200);
    const session = await pageWith(rig, cookieOf(got)).get('session');
    expect(session.body).toMatchObject({ actor: { id: ben, name: 'Ben' }, audit: false });
    const again = await pageWith(rig).post('login', { link });
    expect(again).toMatchObject({
      status: 401,
      body: { code: 'console.bad_link', next: expect.stringContaining('bin/quarterdeck login NAME') },
    });
    expect(again.headers.get('set-cookie')).toBeNull();
  });

  it('is not used up by whoever only looks at its address', async () => {
    const address = await rig.invite();
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(address, { method });
    const link = address.split('/login/')[1];
    expect((await pageWith(rig).post('login', { link })).status).toBe(200);
  });

  it('lets one in when two use it at the same instant', async () => {
    const link = await secretOf();
    const both = await Promise.all([1, 2].map(() => pageWith(rig).post('login', { link })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('is worth nothing when its person is not known any more', async () => {
    const link = await secretOf('console:local:gone');
    expect((await pageWith(rig).post('login', { link })).status).toBe(401);
  });
});

describe('a session', () => {
  it('comes from a token too, and is written down', async () => {
    const token = await rig.token(ada);
    const got = await pageWith(rig).post('login', { token });
    expect(got.status).toBe(200);
    expect((await pageWith(rig, cookieOf(got)).get('session')).body).toMatchObject({ actor: { id: ada } });
    expect(await rig.store.audit.last(1)).toMatchObject([{ actor: ada, action: 'login', details: { how: 'token' } }]);
  });

  it('is not opened when it cannot be written down', async () => {
    const link = await secretOf();
    await rig.store.close();
    const got = await pageWith(rig).post('login', { link });
    expect(got.status).toBeGreaterThanOrEqual(500);
    expect(got.headers.get('set-cookie')).toBeNull();
    rig = await openRig();
  });

  it('ends for every window when its person signs out', async () => {
    const page = await signIn(rig);
    const left = await page.post('logout', {});
    expect(left.status).toBe(204);
    expect(left.headers.get('set-cookie')).toMatch(/Max-Age=0/);
    expect((await page.get('session')).status).toBe(401);
  });

  it('ends with the token that opened it', async () => {
    const { credentials } = rig.store;
    const hash = secretHash('qd_stolen');
    await credentials.addToken({ hash, actor: ada, label: 'ci', createdAt: new Date().toISOString() });
    const page = pageWith(rig, cookieOf(await pageWith(rig).post('login', { token: 'qd_stolen' })));
    expect((await page.get('session')).status).toBe(200);
    const token = (await credentials.tokens()).find((one) => one.label === 'ci');
    await credentials.removeToken(token?.id ?? 0);
    expect((await page.get('session')).status).toBe(401);
  });

  it('is not opened from another site’s page', async () => {
    const body = { link: await secretOf() };
    const page = pageWith(rig);
    expect((await page.post('login', body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await page.post('login', body, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await page.post('login', body, { 'x-quarterdeck': '' })).status).toBe(403);
    expect((await page.post('login', body)).status).toBe(200);
  });

  it.each([[{}], [{ link: '' }], [{ link: 'a', token: 'b' }], [{ link: ['a'] }], [null]])(
    'is refused to %j in words',
    async (body) => {
      const got = await pageWith(rig).post('login', body);
      expect(got).toMatchObject({ status: 400, body: { code: 'console.bad_request' } });
    },
  );

  it('is kept as a hash only: the store does not hold the cookie', async () => {
    const page = await signIn(rig);
    const value = page.cookie.split('=')[1] ?? '';
    expect(await rig.store.credentials.sessionActor(value, new Date().toISOString())).toBeUndefined();
  });
});

describe('without a session', () => {
  it.each([
    'session',
    'messages?channel=ops',
    'thread?key=x',
    'runs',
    'runs/1',
    'audit',
    'stream',
    'files/abc',
    'complete',
  ])('%s is refused', async (path) => {
    expect((await pageWith(rig).get(path)).status).toBe(401);
  });

  it.each(['messages', 'taps', 'forms', 'logout'])('posting %s is refused', async (path) => {
    expect((await pageWith(rig).post(path, {})).status).toBe(401);
  });
});
