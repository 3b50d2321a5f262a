import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createChanges } from '#app/changes.ts';
import { noteFirst } from '#app/first-note.ts';
import { localRoutes } from '#app/local-routes.ts';
import { openAnchor } from '#audit/anchor.ts';
import { createRedactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import type { Store } from '#core/store.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-note-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

it('notes the first entry as soon as something is told of it, and what there is at the start', async () => {
  const changes = createChanges(silentLog);
  const anchor = await openAnchor(join(folder, 'audit.head'));
  const stop = await noteFirst(anchor, store.audit, changes, silentLog);
  expect(anchor.newest()).toBeUndefined();
  await store.audit.append({ actor: 'service:x', action: 'one', details: {} });
  changes.tell({ kind: 'order', id: 1 });
  await expect.poll(() => anchor.newest()?.seq).toBe(1);
  stop();
  const again = await openAnchor(join(folder, 'other.head'));
  (await noteFirst(again, store.audit, changes, silentLog))();
  expect(again.newest()).toEqual(anchor.newest());
});

const request = (by: 'local' | 'token', actor?: string) => ({
  identity: { actor: 'cli:local:root', by, ...(by === 'local' ? { account: 'root' } : {}) },
  params: {},
  query: {},
  headers: {},
  cookies: {},
  body: { actor },
  rawBody: Buffer.alloc(0),
  ip: '127.0.0.1',
  signal: new AbortController().signal,
});

it('writes down a login link before it is given, and gives none when it cannot be written', async () => {
  await store.people.put({ id: 'console:local:ada', kind: 'person', name: 'Ada', roles: [] });
  const given: string[] = [];
  const invite = async (actor: string) => {
    given.push(actor);
    return '/login/secret';
  };
  const edges = { people: store.people, store, redactor: createRedactor([]) };
  const core = { approvers: async () => ({ approve: [], deny: [] }) };
  const [route] = localRoutes({ console: { invite }, edges, core });
  expect((await route?.run(request('token', 'console:local:ada')))?.status).toBe(403);
  expect((await route?.run(request('local', 'console:local:nobody')))?.status).toBe(404);
  expect(await store.audit.last(9)).toEqual([]);
  expect((await route?.run(request('local', 'console:local:ada')))?.status).toBe(201);
  expect(await store.audit.last(9)).toMatchObject([
    { action: 'login.link_created', actor: 'cli:local:root', details: { actor: 'console:local:ada', account: 'root' } },
  ]);
  const broken = { ...store, audit: { ...store.audit, append: () => Promise.reject(new Error('the disk is full')) } };
  const [second] = localRoutes({ console: { invite }, edges: { ...edges, store: broken }, core });
  await expect(second?.run(request('local', 'console:local:ada'))).rejects.toThrow('full');
  expect(given).toHaveLength(1);
});

it('knows a person by the bare name, and says the names where there is none or another', async () => {
  for (const [id, name] of Object.entries({ 'console:local:ada': 'Ada', 'slack:T1:U1': 'Ben' }))
    await store.people.put({ id, kind: 'person', name, roles: [] });
  await store.people.put({ id: 'service:ci', kind: 'service', name: 'ci', roles: [] });
  const edges = { people: store.people, store, redactor: createRedactor([]) };
  const console = { invite: async (actor: string) => `/login/${actor}` };
  const [route] = localRoutes({ console, edges, core: { approvers: async () => ({ approve: [], deny: [] }) } });
  expect(await route?.run(request('local', 'ada'))).toMatchObject({ body: { path: '/login/console:local:ada' } });
  const names = 'ada, slack:T1:U1';
  for (const [named, status] of [
    ['adda', 404],
    ['Ada', 404],
    [undefined, 400],
  ] as const)
    expect(await route?.run(request('local', named))).toMatchObject({
      status,
      refusal: { next: { en: expect.stringContaining(names), fr: expect.stringContaining(names) } },
    });
});
