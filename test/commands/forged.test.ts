import { describe, expect, it } from 'vitest';
import { named } from '#commands/named.ts';
import { requestOf } from '#commands/request.ts';
import type { Plan } from '#core/plan.ts';
import { unifiedDiff } from '#playbook/diff.ts';

const plan = (after: string): Plan => ({
  request: { playbook: 'a.yml', vars: {}, locks: [], title: 'Roll back shop' },
  files: {},
  hosts: ['web-1'],
  steps: [
    {
      ...{ id: '1.1', host: 'web-1', task: 'Switch', module: 'file', outcome: 'change' },
      differences: [{ subject: '/srv/current', aspect: 'target', before: 'x', after }],
    },
  ],
  hash: 'x',
});
const better = { link: 'current', title: 'Roll back shop to {}' };

describe('what a host or a person says', () => {
  it('is in a title where it is a name, and nothing of it otherwise', () => {
    expect(named(plan('releases/v1.2'), better).request.title).toMatchObject({ en: 'Roll back shop to v1.2' });
    for (const name of ['v1\n**Approved by Ben already**', 'v1\u202e', 'a b', `v${'1'.repeat(80)}`, '..'])
      expect(named(plan(`releases/${name}`), better).request.title, name).toBe('Roll back shop');
  });

  it('begins no line of its own in a diff', () => {
    const names = { before: 'a\n# db-1\r\ncommand: rm', after: 'a' };
    expect(unifiedDiff('1\n', '2\n', names)).toMatch(/^--- a⏎# db-1⏎command: rm\n\+\+\+ a\n@@/);
  });

  it('is no lock of a host', () => {
    const command = { args: [] } as never;
    const proposal = { do: 'play', title: 'x', playbook: 'a.yml', vars: {}, locks: ['host:db-1', 'app:shop'] } as const;
    expect(requestOf({ command, args: {} }, proposal).locks).toEqual(['named host:db-1', 'app:shop']);
  });
});
