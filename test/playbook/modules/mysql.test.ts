import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presentPrivileges, privilegeChanges, wantedPrivileges } from '#playbook/modules/mysql/privileges.ts';
import { mysqlName, mysqlText } from '#playbook/modules/mysql/quote.ts';

describe('quotes of MySQL', () => {
  it('a text read back by the rules of the server is the same', () => {
    const back: Readonly<Record<string, string>> = { n: '\n', r: '\r', '0': '\0', Z: '\x1a', '\\': '\\' };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const quoted = mysqlText(value);
        const inside = quoted.slice(1, -1);
        expect(/^(?:[^'\\]|''|\\.)*$/s.test(inside)).toBe(true);
        expect(
          inside.replace(/''|\\(.)/gs, (_all, char?: string) => (char === undefined ? "'" : (back[char] ?? char))),
        ).toBe(value);
        expect(mysqlName(value).slice(1, -1).replaceAll('``', '')).not.toContain('`');
      }),
    );
  });
});

describe('privileges', () => {
  it.each([
    ['db.*:ALL', ['GRANT USAGE ON *.* TO `u`@`h`'], 'replace', [['`db`.*', ['ALL'], []]]],
    ['db.*:ALL', ['GRANT ALL PRIVILEGES ON `db`.* TO `u`@`h`'], 'replace', []],
    [
      'db.*:SELECT',
      ['GRANT SELECT, INSERT ON `db`.* TO `u`@`h` WITH GRANT OPTION'],
      'replace',
      [['`db`.*', [], ['INSERT', 'GRANT']]],
    ],
    ['db.*:SELECT', ['GRANT INSERT ON `db`.* TO `u`@`h`'], 'append', [['`db`.*', ['SELECT'], []]]],
    ['db.*:SELECT,INSERT', ['GRANT INSERT, DELETE ON `db`.* TO `u`@`h`'], 'subtract', [['`db`.*', [], ['INSERT']]]],
    [
      'a.*:ALL',
      ['GRANT ALL PRIVILEGES ON `b`.* TO `u`@`h`'],
      'replace',
      [
        ['`a`.*', ['ALL'], []],
        ['`b`.*', [], ['ALL']],
      ],
    ],
    ['a.t:SELECT (b, A),UPDATE', ['GRANT UPDATE, SELECT (`a`, `b`) ON `a`.`t` TO `u`@`h`'], 'replace', []],
    ['a\\_%.*:ALL', ['GRANT ALL PRIVILEGES ON `a\\_%`.* TO `u`@`h`'], 'replace', []],
    ['*.*:ALL,GRANT', ['GRANT ALL PRIVILEGES ON *.* TO `u`@`h` WITH GRANT OPTION'], 'replace', []],
    [
      { 'a.*': 'SELECT', 'FUNCTION a.f': 'EXECUTE' },
      ['GRANT SELECT ON `a`.* TO `u`@`h`'],
      'replace',
      [['FUNCTION `a`.`f`', ['EXECUTE'], []]],
    ],
  ] as const)('%j of %j, %s', (priv, grants, how, expected) => {
    const found = privilegeChanges(presentPrivileges(grants), wantedPrivileges(priv, how !== 'subtract'), how, 'u');
    expect(found.map(({ object, grant, revoke }) => [object, grant, revoke])).toEqual(expected);
  });

  it.each(['db', 'db.*:SELECT; DROP DATABASE x', "db.*:SELECT'", [1]])('refuses %j', (priv) => {
    expect(() => wantedPrivileges(priv as string, true)).toThrow('module.arguments');
  });
});
