import { describe, expect, it } from 'vitest';
import { describeFaults } from '#settings/faults.ts';
import { fleetFaults } from '#settings/fleet.ts';
import { readTree } from '#settings/tree.ts';

const known = ['web', 'db', 'empty', 'web-1', 'db-1'];
const told = (role: string, rule: string) => {
  const source = `roles:\n  op:\n    allow: [{ permission: '*', on: [${role}] }]\nrules:\n  - name: x\n    when: { on: [${rule}] }\n    require: { approvals: 1 }\n`;
  const tree = readTree(source, 'q.yaml');
  // The lines above are what the schema wants.
  const settings = tree.value as never;
  return describeFaults(fleetFaults(settings, tree.spots, known), 'en');
};

describe('a role or a rule', () => {
  it('may be about groups, empty ones too, hosts and all', () => {
    expect(told('all', 'empty')).toBe('');
    expect(told('web, db-1', 'db, web-1')).toBe('');
  });

  it('about a group or host that is not there is a fault at its place, with the nearest', () => {
    expect(told('webs', 'db, dbb')).toBe(
      'q.yaml:3:37 The inventory has no group or host "webs": this would never apply. Did you mean "web"?\n' +
        'q.yaml:6:22 The inventory has no group or host "dbb": this would never apply. Did you mean "db"?',
    );
  });

  it('is not about a group in other capitals, nor about the hosts of no group', () => {
    expect(told('DB', 'ungrouped')).toMatch(/"DB".*"db"\?\n.*"ungrouped".* add it to the inventory\.$/);
  });
});
