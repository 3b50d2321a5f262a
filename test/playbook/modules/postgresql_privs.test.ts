import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { postgresqlPrivs } from '#playbook/modules/postgresql_privs.ts';
import { described } from './described.ts';
import { changes } from './host.ts';

const raw = (key: string, ...rows: readonly JsonObject[]): readonly string[] => [
  `raw=${key}`,
  ...rows.map((row) => `|${JSON.stringify(row)}`),
  '|x',
];
const host = (before: string | null, after: string | null, on = 'public.items'): readonly string[] => [
  ...raw('roles', { role: 'app' }, { role: 'clerk' }),
  ...raw('now', { on, access: before }),
  ...raw('after', { on, access: after }),
];
const changed = host('{a=r/a}', '{a=rw/a}');
const args = { db: 'shop', roles: 'app', objs: 'items', privs: 'SELECT,UPDATE' };
/** As it stands in a script. */
const sql = (text: string): string => text.replaceAll("'", "'\\''");

describe('postgresql_privs', () => {
  it.each<[string, JsonObject, string]>([
    ['a table', args, 'GRANT SELECT, UPDATE ON TABLE "public"."items" TO "app";'],
    ['tables of a schema', { ...args, schema: 'it"s', objs: 'a, b' }, 'ON TABLE "it""s"."a", "it""s"."b" TO'],
    [
      'all of them',
      { ...args, objs: 'ALL_IN_SCHEMA' },
      'GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA "public" TO "app";',
    ],
    [
      'several roles, to pass on',
      { ...args, roles: 'app,clerk', grant_option: true },
      'TO "app", "clerk" WITH GRANT OPTION;',
    ],
    [
      'no passing on',
      { ...args, grant_option: false },
      'TO "app";\nREVOKE GRANT OPTION FOR SELECT, UPDATE ON TABLE "public"."items" FROM "app";',
    ],
    ['everybody', { ...args, roles: 'public' }, 'TO PUBLIC;'],
    ['less', { ...args, state: 'absent' }, 'REVOKE SELECT, UPDATE ON TABLE "public"."items" FROM "app";'],
    [
      'a function',
      { ...args, type: 'function', objs: 'f(int4:text)', privs: 'EXECUTE' },
      'GRANT EXECUTE ON FUNCTION "public"."f"(int4,text) TO "app";',
    ],
    [
      'a database',
      { ...args, objs: undefined as never, type: 'database', privs: 'all' },
      'GRANT ALL ON DATABASE "shop" TO "app";',
    ],
    [
      'a foreign server',
      { ...args, type: 'foreign_server', privs: 'USAGE' },
      'GRANT USAGE ON FOREIGN SERVER "items" TO "app";',
    ],
    [
      'a group',
      { db: 'shop', roles: 'app', type: 'group', objs: 'a,b', admin_option: true },
      'GRANT "a", "b" TO "app" WITH ADMIN OPTION;',
    ],
    ['no group', { db: 'shop', roles: 'app', type: 'group', objs: 'a', state: 'absent' }, 'REVOKE "a" FROM "app";'],
    [
      'a default',
      { ...args, type: 'default_privs', objs: 'TABLES', privs: 'SELECT', target_roles: 'o' },
      'ALTER DEFAULT PRIVILEGES FOR ROLE "o" IN SCHEMA "public" REVOKE ALL ON TABLES FROM "app";\nALTER DEFAULT PRIVILEGES FOR ROLE "o" IN SCHEMA "public" GRANT SELECT ON TABLES TO "app";\nALTER DEFAULT PRIVILEGES FOR ROLE "o" IN SCHEMA "public" GRANT USAGE ON TYPES TO "app";',
    ],
    [
      'no default',
      { ...args, type: 'default_privs', objs: 'SEQUENCES', privs: 'USAGE', state: 'absent', schema: 'not-specified' },
      'ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SEQUENCES FROM "app";',
    ],
  ])('says the words for %s', async (_name, given, words) => {
    const { script } = await described(postgresqlPrivs, JSON.parse(JSON.stringify(given)), changed);
    expect(script).toContain(sql(words));
  });

  it('shows what the server would make of the access', async () => {
    expect(changes((await described(postgresqlPrivs, args, changed)).plan)).toEqual(['access: {a=r/a} → {a=rw/a}']);
    expect((await described(postgresqlPrivs, args, host('{a=r/a}', '{a=r/a}'))).plan.differences).toEqual([]);
    expect(changes((await described(postgresqlPrivs, args, host(null, '{a=r/a}'))).plan)).toEqual([
      'access: null → {a=r/a}',
    ]);
  });

  it('passes over roles that are not there only when told to', async () => {
    const given = { ...args, roles: 'app,missing' };
    expect((await described(postgresqlPrivs, given, changed)).plan.failed).toBe("Role 'missing' does not exist");
    const { script, plan } = await described(postgresqlPrivs, { ...given, fail_on_role: false }, changed);
    expect(plan.failed).toBeUndefined();
    expect(script).toContain('TO "app";');
    const none = { ...args, roles: 'missing', fail_on_role: false };
    expect((await described(postgresqlPrivs, none, host(null, null))).plan.differences).toEqual([]);
  });

  it('says why the server refuses', async () => {
    const lines = [...raw('roles', { role: 'app' }), 'raw=refused', '|ERROR:  relation "items" does not exist', '|x'];
    expect((await described(postgresqlPrivs, args, lines)).plan.failed).toContain('relation "items" does not exist');
  });

  it.each<[JsonObject]>([
    [{ ...args, privs: 'SELECT; DROP' }],
    [{ db: 'a', roles: 'b', objs: 'c' }],
    [{ db: 'a', roles: 'b', privs: 'SELECT' }],
    [{ db: 'a', roles: 'b', type: 'group', objs: 'c', privs: 'SELECT' }],
    [{ ...args, type: 'schema', objs: 'ALL_IN_SCHEMA', privs: 'USAGE' }],
    [{ ...args, type: 'schema', schema: 'x', privs: 'USAGE' }],
    [{ ...args, type: 'function', objs: 'f' }],
    [{ ...args, type: 'function', objs: 'f(int); DROP TABLE x; (a)' }],
    [{ ...args, type: 'default_privs', objs: 'NOTHING' }],
    [{ ...args, type: 'default_privs', objs: 'FUNCTIONS', privs: 'SELECT' }],
    [{ ...args, password: 'a', login_password: 'b' }],
  ])('refuses %j before any host is asked', async (given) => {
    await expect(described(postgresqlPrivs, given, [])).rejects.toThrow('module.arguments');
  });
});
