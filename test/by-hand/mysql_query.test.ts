import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { mysqlQuery } from '#playbook/modules/mysql_query.ts';
import { shells, tryModule } from '../playbook/modules/host.ts';
import { needed } from './needed.ts';

/* Needs a server one may fill with databases, on a socket, as root: QUARTERDECK_TEST_MYSQL=/…/mysqld.sock. */
const socket = needed('QUARTERDECK_TEST_MYSQL');
const base = `qd${process.pid}q`;

const sql = (text: string): string =>
  execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '--batch', '--raw', '--skip-column-names'], {
    input: text,
    encoding: 'utf8',
  });

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'queries on a real server, on %s',
  { timeout: 60_000 },
  (_name, shell) => {
    beforeAll(() => {
      sql(
        `CREATE DATABASE ${base} CHARACTER SET utf8mb4; CREATE TABLE ${base}.t (a INT, b TEXT, c DECIMAL(5,2), d DATETIME(3), e DOUBLE)`,
      );
    });
    afterAll(() => {
      sql(`DROP DATABASE ${base}`);
    });

    const attempt = (args: JsonObject, really = true) =>
      tryModule(mysqlQuery, { login_unix_socket: socket, config_file: '', login_db: base, ...args }, { shell }, really);
    const of = async (args: JsonObject) => {
      const { result } = await attempt(args);
      expect(result?.failed).toBeUndefined();
      return result;
    };

    const nasty = 'it\'s "x" `y` \\ \\\' $(id) #;-- é\t\n%s %% 中 /* \r\x1a';

    it.each(['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'])(
      'keeps every letter of a value where the server reads SQL by %j',
      async (mode) => {
        const before = sql('SELECT @@GLOBAL.sql_mode').trim();
        sql(`SET GLOBAL sql_mode = '${mode}'`);
        try {
          const written = await of({ query: 'INSERT INTO t (a, b) VALUES (%s, %s)', positional_args: [1, nasty] });
          expect(written).toMatchObject({ changed: true, result: { rowcount: [1], query_result: [[]] } });
          expect(await of({ query: 'SELECT a, b FROM t WHERE b = %(b)s', named_args: { b: nasty } })).toMatchObject({
            changed: false,
            result: { rowcount: [1], query_result: [[{ a: 1, b: nasty }]] },
          });
          expect(
            (await of({ query: 'DELETE FROM t WHERE b IN %s', positional_args: [[nasty, 'x']] }))?.result,
          ).toMatchObject({ rowcount: [1] });
        } finally {
          sql(`SET GLOBAL sql_mode = '${before}'`);
        }
      },
    );

    it('gives values of their types', async () => {
      sql(`DELETE FROM ${base}.t`);
      sql(
        `INSERT INTO ${base}.t VALUES (7, '007', 1.50, '2024-01-02 03:04:05.5', 0.25), (NULL, 'NULL', NULL, NULL, NULL)`,
      );
      const all = await of({
        query: [
          'SELECT * FROM t ORDER BY a DESC',
          'SELECT COUNT(*) AS n, 1 = 1 AS t FROM t',
          "SHOW TABLES LIKE 't'",
          'SELECT a, a FROM t WHERE a = 7',
          'SELECT 1 FROM t WHERE a = 0',
          '(SELECT a FROM t WHERE a = 7) LIMIT 1;',
        ],
      });
      expect(all?.result.query_result).toEqual([
        [
          { a: 7, b: '007', c: 1.5, d: '2024-01-02T03:04:05.500000', e: 0.25 },
          { a: null, b: 'NULL', c: null, d: null, e: null },
        ],
        [{ n: 2, t: 1 }],
        [{ [`Tables_in_${base} (t)`]: 't' }],
        [{ a: '7', 'a.2': '7' }],
        [],
        [{ a: 7 }],
      ]);
      expect(all).toMatchObject({ changed: false, result: { rowcount: [2, 1, 1, 1, 0, 1] } });
    });

    it('says what changed', async () => {
      expect(await of({ query: 'UPDATE t SET b = b' })).toMatchObject({ changed: false, result: { rowcount: [0] } });
      expect(await of({ query: 'CREATE TABLE u (a INT)' })).toMatchObject({ changed: true, result: { rowcount: [0] } });
      expect(await of({ query: ['INSERT INTO u VALUES (1), (2)', 'SELECT * FROM u', 'DROP TABLE u'] })).toMatchObject({
        changed: true,
        result: { rowcount: [2, 2, 0], query_result: [[], [{ a: '1' }, { a: '2' }], []] },
      });
      expect(await of({ query: ['SET @a = 5', 'SELECT @a + 1 AS b'] })).toMatchObject({ changed: false });
      expect((await attempt({ query: 'DROP TABLE t' }, false)).plan.unknown).toBe(true);
      expect(sql(`SHOW TABLES FROM ${base}`)).toBe('t\n');
    });

    it('makes all or nothing in one transaction', async () => {
      const query = ['INSERT INTO t (a) VALUES (100)', 'INSERT INTO nothing VALUES (1)'];
      const failed = (await attempt({ query, single_transaction: true })).result;
      expect(failed?.failed).toMatch(/^Cannot execute SQL \(query 2\): ERROR 1146 .*nothing' doesn't exist$/);
      expect(failed?.result).toMatchObject({ executed_queries: ['INSERT INTO t (a) VALUES (100)'], rowcount: [1] });
      expect(sql(`SELECT COUNT(*) FROM ${base}.t WHERE a = 100`)).toBe('0\n');
      await attempt({ query });
      expect(sql(`SELECT COUNT(*) FROM ${base}.t WHERE a = 100`)).toBe('1\n');
      await of({ query: ['INSERT INTO t (a) VALUES (101)', 'SELECT 1'], single_transaction: true });
      expect(sql(`SELECT COUNT(*) FROM ${base}.t WHERE a = 101`)).toBe('1\n');
    });

    it.each([
      'system touch %',
      '\\! touch %',
      'SELECT 1;\nsystem touch %',
      'source %',
      '# x\nsystem touch %',
      'tee %\nSELECT 1',
      'SELECT 1 \\! touch %',
    ])('the client obeys nothing of %j', async (query) => {
      const file = `/tmp/${base}-made`;
      const { result } = await attempt({ query: query.replace('%', file) });
      expect(result?.failed).toContain('ERROR 1064');
      expect(existsSync(file)).toBe(false);
    });

    it('runs no second statement behind a semicolon', async () => {
      const { result } = await attempt({ query: 'SELECT 1; DROP TABLE t' });
      expect(result?.failed).toContain('ERROR 1064');
      expect(sql(`SHOW TABLES FROM ${base}`)).toBe('t\n');
    });

    it('sets variables of the session, and runs procedures', async () => {
      const vars = { session_vars: { sql_mode: 'ANSI_QUOTES', sort_buffer_size: 65536 } };
      expect(
        (await of({ query: ['SELECT "a" AS x FROM t WHERE a = 7', 'SELECT @@sort_buffer_size AS s'], ...vars }))
          ?.result,
      ).toMatchObject({ query_result: [[{ x: 7 }], [{ s: 65536 }]] });
      expect((await attempt({ query: 'SELECT 1', session_vars: { nothing: 1 } })).result?.failed).toContain('nothing');
      const made = 'CREATE PROCEDURE p() BEGIN SELECT 1 AS one; SELECT 2 AS two; END';
      expect(await of({ query: [made, 'CALL p()'] })).toMatchObject({
        changed: true,
        result: { query_result: [[], [{ one: '1' }]] },
      });
    });

    it('says when it cannot log in', async () => {
      const { result } = await attempt({ query: 'SELECT 1', login_user: 'nobody', login_password: 'x' });
      expect(result?.failed).toMatch(/^unable to connect to database.*Access denied/);
      expect((await attempt({ query: 'SELECT 1', login_db: 'nothing' })).result?.failed).toContain('Unknown database');
    });
  },
);
