import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { changes, shells, tryModule } from '../playbook/modules/host.ts';
import { needed } from './needed.ts';

/* Needs a server one may fill with databases, as postgres: QUARTERDECK_TEST_POSTGRES=/folder/of/its/socket. */
const socket = needed('QUARTERDECK_TEST_POSTGRES');
const registry = bundledModules();
const id = `qd${process.pid}`;

const sql = (text: string): string =>
  execFileSync('psql', ['-X', '-At', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-f', '-'], {
    input: text,
    encoding: 'utf8',
  });

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'with a real server of PostgreSQL, on %s',
  { timeout: 60_000 },
  (_name, shell) => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'pg '));
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
      const rows = (query: string) =>
        sql(query)
          .split('\n')
          .filter((one) => one !== '');
      for (const name of rows(`SELECT quote_ident(datname) FROM pg_database WHERE datname LIKE '${id}%'`))
        sql(`DROP DATABASE ${name};`);
      for (const name of rows(`SELECT quote_ident(rolname) FROM pg_roles WHERE rolname LIKE '${id}%'`))
        sql(`DROP ROLE ${name};`);
    });

    const attempt = (name: string, args: JsonObject, really = true) => {
      const module = registry.get(name);
      if (module === undefined) throw new Error(name);
      return tryModule(module, { login_unix_socket: socket, ...args }, { shell }, really);
    };
    const of = async (name: string, args: JsonObject) => {
      const tried = await attempt(name, args);
      expect(tried.plan.failed ?? tried.result?.failed).toBeUndefined();
      return changes(tried.plan);
    };

    it.each([`${id}plain`, `${id} it's "a" $(id) \\ é :x`])('keeps the role %s', async (name) => {
      const password = 'it\'s "x" \\ $(id) :y é';
      const args = {
        name,
        password,
        role_attr_flags: 'CREATEDB,NOSUPERUSER',
        expires: '2037-01-01',
        conn_limit: 5,
        comment: "it's",
      };
      expect(changes((await attempt('postgresql_user', args, false)).plan)).toHaveLength(2);
      expect(await of('postgresql_user', args)).toEqual(['state: absent → present', "comment:  → it's"]);
      expect(await of('postgresql_user', args)).toEqual([]);
      expect(await of('postgresql_user', { name, password: 'other' })).toEqual(['password: another → set']);
      expect(await of('postgresql_user', { name, password, no_password_changes: true })).toEqual([]);
      expect(await of('postgresql_user', { name, role_attr_flags: 'NOCREATEDB,LOGIN', conn_limit: 6 })).toEqual([
        'createdb: true → false',
        'conn_limit: 5 → 6',
      ]);
      expect(await of('postgresql_user', { name, password: '' })).toEqual(['password: another → none']);
      expect(await of('postgresql_user', { name, password: '' })).toEqual([]);
      expect(await of('postgresql_user', { name, state: 'absent' })).toEqual(['state: present → absent']);
      expect(await of('postgresql_user', { name, state: 'absent' })).toEqual([]);
    });

    it.each([`${id}db`, `${id} it's "a" $(id) \\ é`, `${id} -x=y`])('keeps the database %s', async (name) => {
      const owner = `${id} ow"ner`;
      await of('postgresql_user', { name: owner });
      const args = { name, encoding: 'UTF-8', lc_collate: 'C', lc_ctype: 'C', template: 'template0' };
      expect(await of('postgresql_db', args)).toEqual(['state: absent → present']);
      expect(await of('postgresql_db', args)).toEqual([]);
      expect(await of('postgresql_db', { name, owner, conn_limit: '3' })).toEqual([
        `owner: postgres → ${owner}`,
        'conn_limit: -1 → 3',
      ]);
      expect(await of('postgresql_db', { name, owner, conn_limit: '3' })).toEqual([]);
      expect((await attempt('postgresql_db', { name, encoding: 'LATIN1' })).plan.failed).toContain(
        'Changing encoding is not supported',
      );
      expect(await of('postgresql_db', { name, state: 'rename', target: `${name}2` })).toHaveLength(1);
      expect(await of('postgresql_db', { name, state: 'rename', target: `${name}2` })).toEqual([]);
      expect(await of('postgresql_db', { name: `${name}2`, state: 'absent' })).toEqual(['state: present → absent']);
      expect(await of('postgresql_db', { name: `${name}2`, state: 'absent' })).toEqual([]);
    });

    it.each(["it's.sql", 'x.sql.gz', 'x.pgc', 'x.tar', 'x.dir'])('dumps and restores %s', async (file) => {
      const target = join(folder, file);
      const [from, to] = [`${id}from`, `${id}to`];
      await of('postgresql_db', { name: from });
      sql(`\\c ${from}\nDROP TABLE IF EXISTS t; CREATE TABLE t (a text); INSERT INTO t VALUES ('é');`);
      expect(await of('postgresql_db', { name: from, state: 'dump', target })).toHaveLength(1);
      await of('postgresql_db', { name: to, template: 'template0' });
      expect(await of('postgresql_db', { name: to, state: 'restore', target })).toHaveLength(1);
      expect(sql(`\\c ${to}\nSELECT a FROM t;`)).toContain('é');
      await of('postgresql_db', { name: to, state: 'absent', force: true });
      expect((await attempt('postgresql_db', { name: to, state: 'restore', target: '/no' })).plan.failed).toContain(
        'the host has no /no',
      );
    });

    it('runs queries, with values in their places', async () => {
      const db = `${id}query`;
      await of('postgresql_db', { name: db });
      const run = async (args: JsonObject) => (await attempt('postgresql_query', { db, ...args })).result;
      expect(await run({ query: 'CREATE TABLE t (a text, b int)' })).toMatchObject({
        changed: true,
        result: { statusmessage: 'CREATE TABLE' },
      });
      const hostile = 'it\'s \\ "x" $(id) %s ; :y é';
      const insert = { query: 'INSERT INTO t VALUES (%s, %s)', positional_args: [hostile, 1] };
      expect(await run(insert)).toMatchObject({ changed: true, result: { rowcount: 1 } });
      expect(await run({ query: 'SELECT * FROM t WHERE a = %(v)s;', named_args: { v: hostile } })).toMatchObject({
        changed: false,
        result: { rowcount: 1, query_result: [{ a: hostile, b: 1 }] },
      });
      expect(await run({ query: 'DELETE FROM t WHERE b = 7' })).toMatchObject({
        changed: false,
        result: { rowcount: 0 },
      });
      expect(await run({ query: ['DELETE FROM t', 'SELECT nonsense'] })).toMatchObject({
        failed: expect.stringContaining('nonsense'),
      });
      expect(await run({ query: 'SELECT count(*) AS n FROM t' })).toMatchObject({
        result: { query_result: [{ n: 1 }] },
      });
      await of('postgresql_db', { name: db, state: 'absent' });
    });

    it('says what the server is, and why one may not in', async () => {
      expect((await attempt('postgresql_ping', {})).plan.result).toMatchObject({
        is_available: true,
        server_version: { major: expect.any(Number) },
      });
      expect((await attempt('postgresql_db', { name: 'x', login_user: 'nobody-here' })).plan.failed).toContain(
        'nobody-here',
      );
    });
  },
);
