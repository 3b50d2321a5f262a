import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { postgresqlExt } from '#playbook/modules/postgresql_ext.ts';
import { postgresqlSchema } from '#playbook/modules/postgresql_schema.ts';
import { postgresqlUser } from '#playbook/modules/postgresql_user.ts';
import { described } from './described.ts';
import { changes } from './host.ts';

const raw = (key: string, ...rows: readonly JsonObject[]): readonly string[] => [
  `raw=${key}`,
  ...rows.map((row) => `|${JSON.stringify(row)}`),
  '|x',
];

describe('postgresql_schema', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    [
      'is made',
      { owner: 'o"w' },
      raw('schema'),
      ['state: absent → present'],
      'CREATE SCHEMA "a" AUTHORIZATION "o""w";',
    ],
    ['is there', {}, raw('schema', { owner: 'x' }), [], ''],
    [
      'gets another owner',
      { owner: 'y' },
      raw('schema', { owner: 'x' }),
      ['owner: x → y'],
      'ALTER SCHEMA "a" OWNER TO "y";',
    ],
    [
      'goes',
      { state: 'absent', cascade_drop: true },
      raw('schema', { owner: 'x' }),
      ['state: present → absent'],
      'DROP SCHEMA "a" CASCADE;',
    ],
    ['is not there', { state: 'absent' }, raw('schema'), [], ''],
  ])('%s', async (_name, args, lines, differences, script) => {
    const made = await described(postgresqlSchema, { name: 'a', ...args }, lines);
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });
});

describe('postgresql_ext', () => {
  const state = (now: string | null, newest: string | null, reachable = false): readonly string[] =>
    raw('extension', { now, newest, reachable });

  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    [
      'is made',
      { schema: 's' },
      state(null, '1.6'),
      ['version: absent → 1.6'],
      'CREATE EXTENSION "a" WITH SCHEMA "s";',
    ],
    [
      'is made in a version',
      { version: '1.5', cascade: true },
      state(null, '1.6', true),
      ['version: absent → 1.5'],
      'VERSION E',
    ],
    ['is there in any version', {}, state('1.5', '1.6'), [], ''],
    [
      'is brought up to date',
      { version: 'latest' },
      state('1.5', '1.6'),
      ['version: 1.5 → 1.6'],
      'ALTER EXTENSION "a" UPDATE TO E',
    ],
    ['is up to date', { version: 'latest' }, state('1.6', '1.6'), [], ''],
    ['goes', { state: 'absent' }, state('1.6', '1.6'), ['version: 1.6 → absent'], 'DROP EXTENSION "a";'],
    ['is not there', { state: 'absent' }, state(null, null), [], ''],
  ])('%s', async (_name, args, lines, differences, script) => {
    const made = await described(postgresqlExt, { name: 'a', db: 'd', ...args }, lines);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it.each<[JsonObject, readonly string[], string]>([
    [{}, state(null, null), 'Extension a is not available'],
    [{ version: '9' }, state(null, '1.6'), "Passed version '9' is not available"],
    [{ version: '9' }, state('1.6', '1.6'), "Passed version '9' has no valid update path"],
  ])('%j fails', async (args, lines, words) => {
    expect((await described(postgresqlExt, { name: 'a', db: 'd', ...args }, lines)).plan.failed).toContain(words);
  });
});

describe('postgresql_user, its rights and groups', () => {
  const role = raw('role', { rolsuper: false });
  const args = { name: 'app', db: 'shop', priv: 'TEMP/stock.items:SELECT,INSERT', groups: ['readers'] };
  const groups = { group: 'readers', member: false };

  it('gives what is lacking', async () => {
    const made = await described(postgresqlUser, args, [
      ...role,
      ...raw('held', { grant: 1, right: 'SELECT' }, groups),
    ]);
    expect(changes(made.plan)).toEqual([
      'privileges on database shop: nothing → TEMPORARY',
      'privileges on table stock.items: SELECT → SELECT, INSERT',
      'group readers: absent → member',
    ]);
    for (const words of [
      'GRANT TEMPORARY ON DATABASE "shop" TO "app";',
      'GRANT SELECT, INSERT ON TABLE "stock"."items" TO "app";',
      'GRANT "readers" TO "app";',
    ])
      expect(made.script).toContain(words);
  });

  it('gives nothing twice', async () => {
    const held = raw(
      'held',
      { grant: 0, right: 'TEMPORARY' },
      { grant: 1, right: 'SELECT' },
      { grant: 1, right: 'INSERT' },
      { ...groups, member: true },
    );
    expect((await described(postgresqlUser, args, [...role, ...held])).plan.differences).toEqual([]);
  });

  it('takes them before the role goes', async () => {
    const made = await described(postgresqlUser, { ...args, state: 'absent' }, [
      ...role,
      ...raw('held', { grant: 0, right: 'TEMPORARY' }),
    ]);
    expect(changes(made.plan)).toEqual(['privileges on database shop: TEMPORARY → nothing', 'state: present → absent']);
    expect(made.script).toContain('REVOKE TEMPORARY ON DATABASE "shop" FROM "app";\nDROP ROLE "app";');
  });

  it('says when a group is not there', async () => {
    expect((await described(postgresqlUser, args, [...role, ...raw('held')])).plan.failed).toBe(
      'Role readers does not exist',
    );
  });

  it.each([
    [{ name: 'a', priv: 'CONNECT' }],
    [{ name: 'a', db: 'b', priv: 'FLY' }],
    [{ name: 'a', db: 'b', priv: 't:CONNECT' }],
  ])('refuses %j before any host is asked', async (given) => {
    await expect(described(postgresqlUser, given, [])).rejects.toThrow('module.arguments');
  });
});
