import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStored } from '#playbook/modules/postgresql/password.ts';
import { postgresName, postgresText } from '#playbook/modules/postgresql/quote.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { tryModule } from './host.ts';

const registry = bundledModules();

describe('quotes of PostgreSQL', () => {
  it('a text read back by the rules of the server is the same, and a name never ends early', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const inside = postgresText(value).slice(2, -1);
        expect(/^(?:[^'\\]|''|\\\\)*$/s.test(inside)).toBe(true);
        expect(inside.replace(/''|\\\\/g, (pair) => pair.charAt(0))).toBe(value);
        expect(postgresName(value).slice(1, -1).replaceAll('""', '')).not.toContain('"');
      }),
    );
  });
});

describe('passwords of PostgreSQL', () => {
  const stored =
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=';
  it.each([
    ['user', 'pencil', stored, true],
    ['user', 'pen', stored, false],
    ['user', stored, stored, true],
    ['joe', 'secret', 'md5e24cbc1d8a2df22bd3ae3ca1cf4cef5d', false],
    ['u', '', undefined, true],
    ['u', '', stored, false],
    ['u', 'x', undefined, false],
  ])('%s with %s', (user, password, kept, expected) => expect(isStored(user, password, kept)).toBe(expected));
});

describe('modules of PostgreSQL', () => {
  it.each([
    ['postgresql_user', { name: 'a', role_attr_flags: 'SUPERUSER; DROP DATABASE x' }],
    ['postgresql_user', { name: 'a', encrypted: false }],
    ['postgresql_db', { name: 'a', conn_limit: 'many' }],
    ['postgresql_db', { name: 'a', state: 'rename' }],
    ['postgresql_db', { name: 'a', state: 'dump' }],
    ['postgresql_query', { query: 'SELECT %s', positional_args: [] }],
  ])('%s refuses %j', async (name, args) => {
    const module = registry.get(name);
    if (module === undefined) throw new Error(name);
    await expect(tryModule(module, args)).rejects.toThrow('module.arguments');
  });

  it('a ping of a server that is not there is no failure', async () => {
    const module = registry.get('postgresql_ping');
    if (module === undefined) throw new Error('postgresql_ping');
    const tried = await tryModule(module, { login_host: '/nowhere' });
    expect(tried.plan.result).toMatchObject({ is_available: false });
    expect(tried.plan.failed).toBeUndefined();
  });
});
