import { describe, expect, it } from 'vitest';
import { durationSeconds } from '#settings/duration.ts';
import { toPolicy } from '#settings/policy.ts';
import { settingsOf } from './folder.ts';

describe('toPolicy', () => {
  it('hands roles, rules with their time in seconds, and members over', async () => {
    const settings = await settingsOf(`
people: [{ id: 'console:local:ada', name: Ada, roles: [operator] }]
roles: { operator: { allow: [{ permission: 'deploy.*', on: [web] }] } }
rules: [{ name: careful, when: { risk: grave }, require: { approvals: 2, by: [operator] }, within: 2h }]
`);
    expect(toPolicy(settings)).toEqual({
      roles: [{ name: 'operator', allow: [{ permission: 'deploy.*', on: ['web'] }] }],
      rules: [
        { name: 'careful', when: { risk: 'grave' }, require: { approvals: 2, by: ['operator'] }, withinSeconds: 7200 },
      ],
      members: { 'console:local:ada': ['operator'] },
    });
  });

  it('grants nothing for an empty configuration', async () => {
    expect(toPolicy(await settingsOf(''))).toEqual({ roles: [], rules: [], members: {} });
  });
});

describe('durationSeconds', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['2 h', 7200],
    ['1d', 86_400],
    ['15', undefined],
    ['-1m', undefined],
    ['1.5h', undefined],
    ['m', undefined],
    ['15m ', undefined],
  ])('reads %j as %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });
});
