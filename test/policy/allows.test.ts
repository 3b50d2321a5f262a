import { array, boolean, assert as check, constantFrom, property, record, subarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '#core/policy.ts';
import { allows } from '#policy/allows.ts';
import { actor, db1, host, policy, web1, web2 } from './samples.ts';

const may = (who: ReturnType<typeof actor>, permission: string, ...hosts: (typeof web1)[]): boolean =>
  allows(policy, who, permission, hosts).allowed;

describe('a grant', () => {
  test('covers hosts by group, by name and by all', () => {
    expect(may(actor('ada'), 'deploy.run', web1, web2)).toBe(true);
    expect(may(actor('ada'), 'restart.run', db1)).toBe(true);
    expect(may(actor('x', 'admin'), 'anything.else', web1, db1)).toBe(true);
  });

  test('must cover every host', () => {
    expect(may(actor('ada'), 'deploy.run', web1, db1)).toBe(false);
    expect(may(actor('ada'), 'restart.run', db1, web1)).toBe(false);
  });

  test('may come from several roles, together, from the configuration and from the store', () => {
    expect(may(actor('grace', 'dba'), 'approve', web1, db1)).toBe(true);
    expect(may(actor('x', 'dba'), 'approve', web1, db1)).toBe(false);
  });

  test('on anything is enough when no host is named', () => {
    expect(may(actor('ada'), 'restart.run')).toBe(true);
    expect(may(actor('ada'), 'approve')).toBe(false);
  });

  test('on nothing grants nothing, not even without hosts', () => {
    expect(may(actor('x', 'empty'), 'deploy.run')).toBe(false);
    expect(may(actor('x', 'empty'), 'deploy.run', web1)).toBe(false);
  });
});

describe('no rule means no', () => {
  test.each(['nobody', 'toString', '__proto__', 'constructor'])('for the actor %s', (name) => {
    expect(may(actor(name), 'status.see', web1)).toBe(false);
    expect(allows(policy, { ...actor(name), id: name }, 'status.see', []).allowed).toBe(false);
  });

  test('for a role that nobody defined', () => {
    expect(may(actor('x', 'nobody-defined-this', 'toString', '*', 'all'), 'status.see', web1)).toBe(false);
  });

  test('for an empty permission or a pattern in the place of one', () => {
    for (const permission of ['', '*', 'deploy.*']) expect(may(actor('x', 'admin'), permission, web1)).toBe(false);
  });

  test('for a host called like a right that is not its group', () => {
    expect(may(actor('ada'), 'deploy.run', host('production'))).toBe(false);
  });
});

describe('a refusal', () => {
  const refused = (...args: Parameters<typeof allows>) => {
    const decision = allows(...args);
    return decision.allowed ? undefined : decision.refusal;
  };

  test('names the permission, the hosts not covered and who may', () => {
    expect(refused(policy, actor('ada'), 'deploy.run', [web1, db1])).toEqual({
      code: 'policy.not_allowed',
      say: { en: 'You may not use deploy.run on db-1.', fr: 'Vous n’avez pas le droit deploy.run sur db-1.' },
      next: { en: 'Ask someone with the role admin.', fr: 'Demandez à une personne qui a le rôle admin.' },
      details: { permission: 'deploy.run', hosts: ['db-1'], roles: ['admin'] },
    });
  });

  test('of many hosts names the first three and counts the rest', () => {
    const hosts = Array.from({ length: 1_000 }, (_, at) => host(`h-${at}`));
    expect(refused(policy, actor('x'), 'deploy.run', hosts)?.say).toMatchObject({
      en: 'You may not use deploy.run on h-0, h-1, h-2 and 997 more.',
    });
  });

  test('without hosts names the permission alone; where nobody may, it says who keeps the policy', () => {
    const nobody: Policy = { ...policy, roles: [] };
    expect(refused(nobody, actor('x'), 'deploy.run', [])).toMatchObject({
      say: { en: 'You may not use deploy.run.' },
      next: { en: 'Ask whoever keeps the policy to grant it.' },
    });
  });
});

test('whatever the policy, what is allowed on hosts together is allowed on each, and the other way round', () => {
  const names = ['web', 'db', 'web-1', 'all', 'nothing'];
  const roles = array(
    record({
      name: constantFrom('a', 'b'),
      allow: array(record({ permission: constantFrom('*', 'x.*', 'x.y', 'z'), on: subarray(names) }), { maxLength: 3 }),
    }),
    { maxLength: 4 },
  );
  check(
    property(roles, subarray([web1, web2, db1]), boolean(), (some, hosts, configured) => {
      const who = configured ? actor('ada') : actor('ada', 'a', 'b');
      const made: Policy = { roles: some, rules: [], members: configured ? { [who.id]: ['a', 'b'] } : {} };
      const each = hosts.map((one) => allows(made, who, 'x.y', [one]).allowed);
      if (hosts.length > 0) expect(allows(made, who, 'x.y', hosts).allowed).toBe(each.every(Boolean));
      expect(allows(made, actor('other'), 'x.y', hosts).allowed).toBe(false);
    }),
  );
});
