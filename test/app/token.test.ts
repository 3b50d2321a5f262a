import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

const main = resolve(import.meta.dirname, '../../src/app/main.mjs');

const configuration = `
harbour: false
people:
  - { id: 'console:local:ben', name: Ben, roles: [viewer, lead] }
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
  expect(await create('ci', 'viewer')).toMatchObject({ code: 0, error: '' });
  const unknown = await create('ci', 'veiwer');
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.error).toContain('viewer');
});

it('knows the roles and people of the demo', async () => {
  expect(await token('create', '--actor', 'ci', ...roles('operator'))).toMatchObject({ code: 0 });
  expect(await token('create', '--actor', 'console:local:ben', ...roles('lead'))).toMatchObject({ code: 0 });
  expect(await token('create', '--actor', 'console:local:ben', ...roles('operator'))).toMatchObject({ code: 1 });
});
