import { array, boolean, assert as check, constantFrom, integer, property, record, subarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy, Requirement, Rule } from '#core/policy.ts';
import { areMet } from '#policy/demands.ts';
import { mayApprove, requirement } from '#policy/requirement.ts';
import { actor, db1, policy, web1 } from './samples.ts';

const withRules = (...rules: Rule[]): Policy => ({ ...policy, rules });
const rule = (name: string, when: Rule['when'], require: Rule['require'], withinSeconds?: number): Rule => ({
  name,
  when,
  require,
  ...(withinSeconds !== undefined && { withinSeconds }),
});

const ordinary = { permission: 'deploy.run', risk: 'ordinary', hosts: [web1] } as const;
const grave = { ...ordinary, risk: 'grave' } as const;

describe('without rules', () => {
  test('an ordinary change asks for a confirmation', () => {
    expect(requirement(policy, ordinary)).toEqual({
      confirmation: true,
      approvals: 0,
      demands: [],
      withinSeconds: 900,
      because: [],
    });
  });

  test('a grave change asks for somebody else', () => {
    expect(requirement(policy, grave)).toMatchObject({ confirmation: false, demands: [{ approvals: 1, by: [] }] });
  });
});

describe('a rule', () => {
  const two = { approvals: 2 };
  const approvals = (when: Rule['when'], use: Parameters<typeof requirement>[1] = ordinary) =>
    requirement(withRules(rule('r', when, two)), use).approvals;

  test('applies by permission, risk and hosts, all of them', () => {
    expect(approvals({})).toBe(2);
    expect(approvals({ permission: 'deploy.*' })).toBe(2);
    expect(approvals({ permission: 'restart.*' })).toBe(0);
    expect(approvals({ risk: 'ordinary' })).toBe(2);
    expect(approvals({ risk: 'grave' })).toBe(0);
    expect(approvals({ on: ['production'] })).toBe(2);
    expect(approvals({ on: ['web-1'] })).toBe(2);
    expect(approvals({ on: ['db'] })).toBe(0);
    expect(approvals({ permission: 'deploy.run', risk: 'ordinary', on: ['db'] })).toBe(0);
  });

  test('applies when one of many hosts is concerned', () => {
    expect(approvals({ on: ['db'] }, { ...ordinary, hosts: [web1, db1] })).toBe(2);
  });

  test('on all hosts, or on an empty list, applies to a change without hosts too', () => {
    const without = { ...ordinary, hosts: [] };
    expect(approvals({ on: ['all'] }, without)).toBe(2);
    expect(approvals({ on: [] }, without)).toBe(2);
    expect(approvals({ on: ['web'] }, without)).toBe(0);
  });

  test('that names approvers without a number asks for one', () => {
    expect(requirement(withRules(rule('r', {}, { by: ['dba'] })), ordinary)).toMatchObject({
      demands: [{ approvals: 1, by: ['dba'] }],
    });
  });

  test('cannot take away what is asked without it', () => {
    const lax = withRules(rule('r', {}, { confirmation: false, approvals: 0 }));
    expect(requirement(lax, ordinary).confirmation).toBe(true);
    expect(requirement(lax, grave).approvals).toBe(1);
  });

  test('may ask a confirmation for a grave change as well', () => {
    expect(requirement(withRules(rule('r', {}, { confirmation: true })), grave)).toMatchObject({
      confirmation: true,
      approvals: 1,
    });
  });
});

test('rules add up: approvals of each, any confirmation, the shortest time, and their names', () => {
  const rules = withRules(
    rule('a', {}, { approvals: 1, by: ['dba'] }, 3_600),
    rule('b', { on: ['web'] }, { approvals: 2, by: ['dba', 'approver'] }, 1_200),
    rule('c', { on: ['db'] }, { approvals: 9 }, 1),
  );
  expect(requirement(rules, grave)).toEqual({
    confirmation: false,
    approvals: 2,
    demands: [
      { approvals: 1, by: ['dba'] },
      { approvals: 2, by: ['dba', 'approver'] },
    ],
    withinSeconds: 1_200,
    because: ['a', 'b'],
  });
});

test('of a change that others approve, the rules that want approvals are why', () => {
  const rules = withRules(rule('careful', {}, { confirmation: true }), rule('two', {}, { approvals: 1 }));
  expect(requirement(rules, ordinary).because).toEqual(['two']);
  expect(requirement(withRules(rule('careful', {}, { confirmation: true })), ordinary).because).toEqual(['careful']);
});

test('whatever the rules, one more never asks for less', () => {
  const rules = record({
    name: constantFrom('r1', 'r2'),
    when: constantFrom<Rule['when']>({}, { risk: 'grave' }, { on: ['web'] }, { permission: 'x' }),
    require: record({ confirmation: boolean(), approvals: integer({ min: 0, max: 4 }), by: subarray(['dba', 'x']) }),
    withinSeconds: integer({ min: 1, max: 900 }),
  });
  check(
    property(array(rules, { maxLength: 4 }), rules, constantFrom(ordinary, grave), (some, more, use) => {
      const less = requirement(withRules(...some), use);
      const asked = requirement(withRules(...some, more), use);
      expect(asked.approvals).toBeGreaterThanOrEqual(less.approvals);
      // Somebody else's approval stands for one's own confirmation.
      if (less.confirmation) expect(asked.confirmation || asked.approvals > less.approvals).toBe(true);
      expect(asked.withinSeconds).toBeLessThanOrEqual(less.withinSeconds);
      expect(asked.approvals + Number(asked.confirmation)).toBeGreaterThan(0);
    }),
  );
});

test('whoever is enough with one rule more was enough without it', () => {
  const roles = ['approver', 'dba', 'admin'];
  const rules = record({
    name: constantFrom('r1', 'r2'),
    when: constantFrom<Rule['when']>({}),
    require: record({ approvals: integer({ min: 0, max: 3 }), by: subarray(roles) }),
  });
  const people = array(subarray(roles), { maxLength: 5 }).map((all) => all.map((held, at) => actor(`p${at}`, ...held)));
  check(
    property(array(rules, { maxLength: 4 }), rules, people, constantFrom(ordinary, grave), (some, more, who, use) => {
      const before = areMet(policy, who, requirement(withRules(...some), use).demands);
      const after = areMet(policy, who, requirement(withRules(...some, more), use).demands);
      expect(before || !after).toBe(true);
      // Leaving out what follows from other demands changes nothing for anybody.
      const each = [withRules(), ...some.map((rule) => withRules(rule))];
      expect(before).toBe(each.every((one) => areMet(policy, who, requirement(one, use).demands)));
    }),
  );
});

describe('an approval', () => {
  const one: Requirement = { confirmation: false, approvals: 1, demands: [], withinSeconds: 900, because: [] };
  const asked = { asker: { id: 'console:local:ada' }, permission: 'deploy.run', hosts: [db1] };
  const codeOf = (decision: ReturnType<typeof mayApprove>): string =>
    decision.allowed ? 'allowed' : decision.refusal.code;

  test('never comes from who asked, whatever their roles', () => {
    expect(codeOf(mayApprove(policy, actor('ada', 'admin', 'approver'), asked, one))).toBe('policy.own_order');
  });

  test('never comes from another id of who asked', () => {
    const ada = { ...actor('x', 'admin', 'approver'), id: 'cli:local:root', person: 'console:local:ada' };
    expect(codeOf(mayApprove(policy, ada, asked, one))).toBe('policy.own_order');
    const fromThere = { ...asked, asker: ada };
    expect(codeOf(mayApprove(policy, actor('ada', 'admin', 'approver'), fromThere, one))).toBe('policy.own_order');
    expect(codeOf(mayApprove(policy, actor('grace'), fromThere, one))).toBe('allowed');
  });

  test('never comes from a service, whatever its roles', () => {
    const service = { ...actor('x', 'admin', 'approver'), id: 'service:ci', kind: 'service' } as const;
    expect(codeOf(mayApprove(policy, service, asked, one))).toBe('policy.not_a_person');
  });

  test('needs the permission approve on all the hosts', () => {
    expect(codeOf(mayApprove(policy, actor('grace'), asked, one))).toBe('allowed');
    expect(codeOf(mayApprove(policy, actor('x', 'dba'), asked, one))).toBe('allowed');
    expect(codeOf(mayApprove(policy, actor('x', 'dba'), { ...asked, hosts: [db1, web1] }, one))).toBe(
      'policy.not_allowed',
    );
    expect(codeOf(mayApprove(policy, actor('x', 'deployer'), asked, one))).toBe('policy.not_allowed');
    expect(codeOf(mayApprove(policy, actor('x'), { ...asked, hosts: [] }, one))).toBe('policy.not_allowed');
  });

  test('comes from a role the requirement names, if it names any, and still needs the permission', () => {
    const byDba = { ...one, demands: [{ approvals: 1, by: ['dba'] }] };
    expect(codeOf(mayApprove(policy, actor('grace'), asked, byDba))).toBe('policy.not_an_approver');
    expect(codeOf(mayApprove(policy, actor('x', 'admin'), asked, byDba))).toBe('policy.not_an_approver');
    expect(codeOf(mayApprove(policy, actor('x', 'dba'), asked, byDba))).toBe('allowed');
    const byViewer = { ...one, demands: [{ approvals: 1, by: ['viewer'] }] };
    expect(codeOf(mayApprove(policy, actor('x', 'viewer'), asked, byViewer))).toBe('policy.not_allowed');
  });

  test('by a role that nobody defined comes from nobody', () => {
    const byGhost = { ...one, demands: [{ approvals: 1, by: ['ghost'] }] };
    expect(codeOf(mayApprove(policy, actor('x', 'ghost', 'admin'), asked, byGhost))).toBe('policy.not_an_approver');
  });
});
