import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

const main = resolve(import.meta.dirname, '../../src/app/main.mjs');

const configuration = `
harbour: false
people:
  - { id: 'console:local:ben', also: ['console:home:ben'], name: Ben, roles: [viewer, lead] }
roles:
  viewer: { allow: [{ permission: status.read, on: [all] }] }
  lead: { allow: [{ permission: '*', on: [all] }] }
`;

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'token-'));
  await (await openSqliteStore({ path: join(data, 'quarterdeck.db'), clock: systemClock })).close();
});
afterEach(() => rm(data, { recursive: true, force: true }));

const token = (...words: string[]): Promise<{ code: number; out: string; error: string }> =>
  new Promise((settle) => {
    const env = { PATH: process.env.PATH ?? '', QUARTERDECK_DATA: data, LANG: 'en' };
    execFile(process.execPath, [main, 'token', ...words], { env, cwd: data }, (fault, out, error) =>
      settle({ code: Number(fault?.code ?? 0), out, error }),
    );
  });

const roles = (...names: string[]) => names.flatMap((name) => ['--role', name]);

it('is not made with other roles than its person has: it would be worth more than was asked for', async () => {
  const path = join(data, 'quarterdeck.yaml');
  await writeFile(path, configuration);
  const create = (actor: string, ...names: string[]) =>
    token('create', '--config', path, '--actor', actor, ...roles(...names));
  for (const names of [['viewer'], ['lead']]) {
    const refused = await create('console:local:ben', ...names);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.error).toContain('viewer, lead');
  }
  expect(JSON.parse((await token('list', '--config', path, '--json')).out)).toEqual([]);
  expect(await create('console:local:ben', 'lead', 'viewer')).toMatchObject({ code: 0, error: '' });
  expect(await create('console:home:ben', 'lead', 'viewer')).toMatchObject({ code: 0, error: '' });
  expect(await create('ci', 'viewer')).toMatchObject({ code: 0, error: '' });
  const unknown = await create('ci', 'veiwer');
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.error).toContain('viewer');
});

it('needs no role for a person of the configuration: it has theirs', async () => {
  const path = join(data, 'quarterdeck.yaml');
  await writeFile(path, configuration);
  const create = (actor: string) => token('create', '--config', path, '--actor', actor);
  for (const actor of ['console:local:ben', 'console:home:ben'])
    expect(await create(actor)).toMatchObject({ code: 0, out: expect.stringMatching(/^qd_/), error: '' });
  const unknown = await create('console:local:bem');
  expect(unknown).toMatchObject({ code: 1, error: expect.stringContaining('no person “console:local:bem”') });
  const service = await create('ci');
  expect(service).toMatchObject({ code: 2, out: '', error: expect.stringMatching(/^A token for a service.*--role/) });
  const store = await openSqliteStore({ path: join(data, 'quarterdeck.db'), clock: systemClock });
  const [newest] = await store.audit.last(1);
  expect(newest?.details).toMatchObject({ actor: 'console:home:ben', roles: ['viewer', 'lead'] });
  expect(await store.people.get('console:home:ben')).toBeUndefined();
  await store.close();
});

it('is for the person whom a bare name means at a login, and for a service where there is no such person', async () => {
  const path = join(data, 'quarterdeck.yaml');
  await writeFile(path, configuration);
  const create = (actor: string, ...names: string[]) =>
    token('create', '--config', path, '--actor', actor, ...roles(...names));
  expect(await create('ben')).toMatchObject({ code: 0, out: expect.stringMatching(/^qd_/), error: '' });
  const other = await create('ben', 'viewer');
  expect(other).toMatchObject({ code: 1, out: '', error: expect.stringContaining('console:local:ben has the roles') });
  expect(await create('service:ben', 'viewer')).toMatchObject({ code: 0, error: '' });
  const unknown = await create('bem');
  expect(unknown).toMatchObject({ code: 2, out: '' });
  expect(unknown.error).toMatch(/^A token for a service wants --role ROLE; there is no person “console:local:bem”\./);
  const listed = JSON.parse((await token('list', '--config', path, '--json')).out) as { actor: string }[];
  expect(listed.map(({ actor }) => actor).sort()).toEqual(['console:local:ben', 'service:ben']);
});

it('is listed with the roles it is worth', async () => {
  const path = join(data, 'quarterdeck.yaml');
  await writeFile(path, configuration);
  await token('create', '--config', path, '--actor', 'ben');
  await token('create', '--config', path, '--actor', 'service:ci', ...roles('viewer'));
  const rolesListed = async () =>
    (JSON.parse((await token('list', '--config', path, '--json')).out) as { actor: string; roles?: string[] }[])
      .sort((a, b) => (a.actor < b.actor ? -1 : 1))
      .map((one) => one.roles);
  expect(await rolesListed()).toEqual([['viewer', 'lead'], ['viewer']]);
  const { out } = await token('list', '--config', path);
  expect(out).toMatch(/^\d+ {2}console:local:ben {2}roles viewer, lead {2}made .* {2}never used$/m);
  expect(out).toMatch(/^\d+ {2}service:ci {2}roles viewer {2}made /m);
  await writeFile(path, configuration.replace('roles: [viewer, lead]', 'roles: [lead]'));
  expect(await rolesListed()).toEqual([['lead'], ['viewer']]);
  await writeFile(path, configuration.replace(/^ {2}- .*$/m, '').replace('people:', ''));
  expect(await rolesListed()).toEqual([[], ['viewer']]);
  await writeFile(path, 'people: [');
  expect(await rolesListed()).toEqual([undefined, ['viewer']]);
  expect((await token('list', '--config', path)).out).toMatch(/console:local:ben {2}roles not known {2}made /);
});

it('knows the roles and people of the demo', async () => {
  expect(await token('create', '--actor', 'ben')).toMatchObject({ code: 0, error: '' });
  expect(await token('create', '--actor', 'ci', ...roles('operator'))).toMatchObject({ code: 0 });
  expect(await token('create', '--actor', 'console:local:ben', ...roles('lead'))).toMatchObject({ code: 0 });
  expect(await token('create', '--actor', 'console:local:ben', ...roles('operator'))).toMatchObject({ code: 1 });
});

it.each(['jenkins:prod', 'Service:ci', 'console:local:bem', 'cli:local:ben'])(
  'is not made for %s, whom the configuration does not name: an approval comes from a person',
  async (actor) => {
    const path = join(data, 'quarterdeck.yaml');
    await writeFile(path, configuration);
    const refused = await token('create', '--config', path, '--actor', actor, ...roles('lead'));
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.error).toContain(`no person “${actor}”`);
    expect(refused.error).toContain('people');
    expect(JSON.parse((await token('list', '--config', path, '--json')).out)).toEqual([]);
  },
);

it('is made for a service of the configuration, with its roles', async () => {
  const path = join(data, 'quarterdeck.yaml');
  const service = "  - { id: 'service:ci', name: CI, roles: [viewer] }\nroles:";
  await writeFile(path, configuration.replace('roles:\n', `${service}\n`));
  expect(await token('create', '--config', path, '--actor', 'ci', ...roles('viewer'))).toMatchObject({ code: 0 });
  expect(await token('create', '--config', path, '--actor', 'service:ci', ...roles('lead'))).toMatchObject({ code: 1 });
});

it('is not made with other roles for a service that has tokens: those would change silently', async () => {
  expect(await token('create', '--actor', 'ci', ...roles('operator'))).toMatchObject({ code: 0 });
  const refused = await token('create', '--actor', 'ci', ...roles('lead'));
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.error).toContain('service:ci has a token already, with these roles: operator');
  expect(await token('create', '--actor', 'ci', ...roles('operator'))).toMatchObject({ code: 0 });
  await token('remove', '1');
  expect(await token('create', '--actor', 'ci', ...roles('lead'))).toMatchObject({ code: 1 });
  await token('remove', '2');
  expect(await token('create', '--actor', 'ci', ...roles('lead'))).toMatchObject({ code: 0 });
});

it('takes the rights of its service along when the last one goes', async () => {
  const kept = async () => {
    const store = await openSqliteStore({ path: join(data, 'quarterdeck.db'), clock: systemClock });
    const found = await store.people.get('service:ci');
    await store.close();
    return found?.roles;
  };
  for (const _time of [1, 2]) await token('create', '--actor', 'ci', ...roles('lead'));
  await token('remove', '1');
  expect(await kept()).toEqual(['lead']);
  await token('remove', '2');
  expect(await kept()).toEqual([]);
});

it('is in the audit with the account that made it, its actor and its roles', async () => {
  await token('create', '--actor', 'ci', ...roles('operator'));
  await token('remove', '1');
  const store = await openSqliteStore({ path: join(data, 'quarterdeck.db'), clock: systemClock });
  const [removed, created] = await store.audit.last(2);
  await store.close();
  const account = userInfo().username;
  expect(created?.details).toEqual({ account, actor: 'service:ci', roles: ['operator'], label: 'ci' });
  expect(removed?.details).toEqual({ account, actor: 'service:ci', id: 1 });
});

it('has, for the account that started the demo, the roles it has there', async () => {
  const own = `cli:local:${userInfo().username}`;
  const refused = await token('create', '--actor', own, ...roles('lead'));
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.error).toContain('operator');
  expect(await token('create', '--actor', own, ...roles('operator'))).toMatchObject({ code: 0 });
});
