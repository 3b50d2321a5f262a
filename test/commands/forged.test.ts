import { describe, expect, it } from 'vitest';
import { approvedBy } from '#commands/approved-by.ts';
import { named } from '#commands/named.ts';
import { requestOf } from '#commands/request.ts';
import type { Approval } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Run } from '#core/run.ts';
import type { Store } from '#core/store.ts';
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

describe('who approved a run', () => {
  it('is not the one who asked for it, though that one approved the run it goes on with', async () => {
    const run = { id: 2, orderId: 5, planHash: 'x', actor: 'ben', resumes: 1 } as Run;
    const first = { id: 1, orderId: 4, planHash: 'x', actor: 'ada' } as Run;
    const by = (orderId: number, actor: string): Approval =>
      ({ orderId, actor, verdict: 'approved', planHash: 'x', at: '' }) as Approval;
    const store = {
      runs: { get: async (id: number) => [first, run].find((one) => one.id === id) },
      approvals: { of: async (id: number) => (id === 4 ? [by(4, 'ben')] : [by(5, 'cat')]) },
    } as unknown as Store;
    expect(await approvedBy(store, run)).toEqual(['cat']);
    expect(await approvedBy(store, first)).toEqual(['ben']);
  });
});
