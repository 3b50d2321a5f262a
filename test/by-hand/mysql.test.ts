import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { mysqlName, mysqlText } from '#playbook/modules/mysql/quote.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { changes, shells, tryModule } from '../playbook/modules/host.ts';
import { needed } from './needed.ts';

/* Needs a server one may fill with databases, on a socket, as root: QUARTERDECK_TEST_MYSQL=/…/mysqld.sock. */
const socket = needed('QUARTERDECK_TEST_MYSQL');
const registry = bundledModules();
const id = `qd${process.pid}`;

const sql = (text: string): string =>
  execFileSync(
    'mariadb',
    [
      '--no-defaults',
      `--socket=${socket}`,
      '--default-character-set=utf8mb4',
      '--batch',
      '--raw',
      '--skip-column-names',
    ],
    { input: text, encoding: 'utf8' },
  );

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'with a real server, on %s',
  { timeout: 60_000 },
  (_name, shell) => {
    let home = '';
    beforeAll(() => {
      home = mkdtempSync(join(tmpdir(), 'my home '));
    });
    afterAll(() => {
      rmSync(home, { recursive: true });
      for (const name of sql(`SHOW DATABASES LIKE '${id}%'`)
        .split('\n')
        .filter((one) => one !== ''))
        sql(`DROP DATABASE ${mysqlName(name)}`);
      const users = sql(`SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)) FROM mysql.user WHERE User LIKE '${id}%'`);
      for (const one of users.split('\n').filter((line) => line !== '')) sql(`DROP USER ${one}`);
    });

    const attempt = (name: string, args: JsonObject, really = true) => {
      const module = registry.get(name);
      if (module === undefined) throw new Error(name);
      return tryModule(module, { login_unix_socket: socket, ...args }, { shell, env: { HOME: home } }, really);
    };
    const of = async (name: string, args: JsonObject) => {
      const tried = await attempt(name, args);
      expect(tried.plan.failed ?? tried.result?.failed).toBeUndefined();
      return changes(tried.plan);
    };

    it.each([`${id}plain`, `${id} it's \`a\` "b" $(id) é \\`, `${id}-dash`])(
      'makes and drops the database %s',
      async (name) => {
        const args = { name: [name], encoding: 'utf8mb4', collation: 'utf8mb4_bin' };
        expect(changes((await attempt('mysql_db', args, false)).plan)).toEqual(['state: absent → present']);
        expect(await of('mysql_db', args)).toEqual(['state: absent → present']);
        expect(await of('mysql_db', args)).toEqual([]);
        expect(
          sql(`SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${mysqlText(name)}`),
        ).toBe('utf8mb4_bin\n');
        expect(await of('mysql_db', { name: [name], state: 'absent' })).toEqual(['state: present → absent']);
        expect(await of('mysql_db', { name: [name], state: 'absent' })).toEqual([]);
      },
    );

    it('dumps and imports, packed or not', async () => {
      const name = `${id}dump`;
      sql(`CREATE DATABASE ${name}; CREATE TABLE ${name}.t (a TEXT); INSERT INTO ${name}.t VALUES ('é');`);
      for (const target of [join(home, "it's.sql"), join(home, 'x.sql.gz')]) {
        expect(await of('mysql_db', { name: [name], state: 'dump', target })).toEqual([`dump of: null → ${name}`]);
        expect(await of('mysql_db', { name: [`${name}2`], state: 'import', target })).toHaveLength(2);
        expect(sql(`SELECT a FROM ${name}2.t`)).toBe('é\n');
        await of('mysql_db', { name: [`${name}2`], state: 'absent' });
      }
      expect((await attempt('mysql_db', { name: ['nothing'], state: 'dump', target: '/x' })).plan.failed).toContain(
        'not found',
      );
      writeFileSync(join(home, 'bad.sql'), 'SELECT nonsense;');
      expect(
        (await attempt('mysql_db', { name: [name], state: 'import', target: join(home, 'bad.sql') })).result?.failed,
      ).toContain('nonsense');
      await of('mysql_db', { name: [name], state: 'absent' });
    });

    it.each([
      [`${id}u`, 'secret'],
      [`${id}u' $(id) \`"`, 'it\'s "x" \\ $(id) #;é\ttab'],
    ])('keeps the account %s', async (name, password) => {
      sql(`CREATE DATABASE IF NOT EXISTS ${id}a; CREATE DATABASE IF NOT EXISTS ${id}b`);
      const args = { name, password, priv: `${id}a.*:ALL` };
      const first = await attempt('mysql_user', args);
      expect(changes(first.plan)).toEqual(['state: absent → present', `privileges on \`${id}a\`.*: nothing → ALL`]);
      expect(first.result).toMatchObject({
        changed: true,
        result: { user: name, msg: 'User added', password_changed: true },
      });
      expect(first.applied).not.toContain(password);
      expect(changes((await attempt('mysql_user', args)).plan)).toEqual([]);
      expect(await of('mysql_user', { ...args, password: 'other' })).toEqual(['password: another → set']);
      expect(await of('mysql_user', { ...args, update_password: 'on_create' })).toEqual([]);
      expect(
        await of('mysql_user', {
          ...args,
          priv: `${id}b.*:SELECT,INSERT,GRANT`,
          append_privs: true,
          password: 'other',
        }),
      ).toEqual([`privileges on \`${id}b\`.*: nothing → SELECT, INSERT, GRANT`]);
      expect(await of('mysql_user', { name, priv: `${id}b.*:INSERT`, subtract_privs: true })).toHaveLength(1);
      expect(await of('mysql_user', { name, priv: `${id}b.*:INSERT`, subtract_privs: true })).toEqual([]);
      expect(await of('mysql_user', { name, priv: `${id}b.*:SELECT` })).toHaveLength(2);
      expect(await of('mysql_user', { name, priv: `${id}b.*:SELECT` })).toEqual([]);
      sql(`GRANT ALL ON *.* TO ${mysqlText(name)}@'localhost' WITH GRANT OPTION`);
      await of('mysql_user', { name, password });
      const login = { login_user: name, login_password: password, name: [`${id}byuser`] };
      expect(await of('mysql_db', login)).toEqual(['state: absent → present']);
      writeFileSync(join(home, '.my.cnf'), '[client]\nuser=nobody\npassword=wrong\n');
      expect(await of('mysql_db', { ...login, state: 'absent' })).toEqual(['state: present → absent']);
      rmSync(join(home, '.my.cnf'));
      expect((await attempt('mysql_db', { ...login, login_password: 'no' })).plan.failed).toContain('Access denied');
      expect(await of('mysql_user', { name, state: 'absent' })).toEqual(['state: present → absent']);
      expect(await of('mysql_user', { name, state: 'absent' })).toEqual([]);
    });

    it('works with accounts of several hosts, and by their plugin', async () => {
      const name = `${id}many`;
      expect(await of('mysql_user', { name, host: '10.0.0.%', plugin: 'unix_socket' })).toEqual([
        'state: absent → present',
      ]);
      expect(await of('mysql_user', { name, host: '10.0.0.%', plugin: 'unix_socket' })).toEqual([]);
      expect(await of('mysql_user', { name, host: '%', password: `*${'A'.repeat(40)}`, encrypted: true })).toHaveLength(
        1,
      );
      expect(await of('mysql_user', { name, host_all: true, priv: '*.*:SELECT' })).toHaveLength(2);
      expect(await of('mysql_user', { name, host_all: true, priv: '*.*:SELECT' })).toEqual([]);
      expect(await of('mysql_user', { name, host_all: true, state: 'absent' })).toHaveLength(2);
    });

    it('leaves no file with a password behind', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tmp-'));
      const module = registry.get('mysql_db');
      if (module === undefined) throw new Error('mysql_db');
      await tryModule(
        module,
        { name: ['x'], login_unix_socket: '/nowhere', login_password: 'p' },
        { shell, env: { TMPDIR: folder } },
      );
      expect(execFileSync('ls', ['-A', folder], { encoding: 'utf8' })).toBe('');
      rmSync(folder, { recursive: true });
    });
  },
);
