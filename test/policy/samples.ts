import type { Actor } from '#core/actor.ts';
import type { Host } from '#core/hosts.ts';
import type { Policy } from '#core/policy.ts';

export const host = (name: string, ...groups: string[]): Host => ({ name, groups, address: name });

export const web1 = host('web-1', 'web', 'production');
export const web2 = host('web-2', 'web', 'production');
export const db1 = host('db-1', 'db', 'production');

export const actor = (name: string, ...roles: string[]): Actor => ({
  id: `console:local:${name}`,
  kind: 'person',
  name,
  roles,
});

export const policy: Policy = {
  roles: [
    { name: 'viewer', allow: [{ permission: 'status.see', on: ['all'] }] },
    {
      name: 'deployer',
      allow: [
        { permission: 'deploy.*', on: ['web'] },
        { permission: 'restart.run', on: ['db-1'] },
      ],
    },
    { name: 'approver', allow: [{ permission: 'approve', on: ['production'] }] },
    { name: 'dba', allow: [{ permission: 'approve', on: ['db'] }] },
    { name: 'admin', allow: [{ permission: '*', on: ['all'] }] },
    { name: 'empty', allow: [{ permission: '*', on: [] }] },
  ],
  rules: [],
  members: { 'console:local:ada': ['deployer'], 'console:local:grace': ['approver', 'nobody-defined-this'] },
};
