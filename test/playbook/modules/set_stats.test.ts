import { expect, it } from 'vitest';
import { setStats } from '#playbook/modules/set_stats.ts';
import { tryModule } from './host.ts';

it('set_stats tells its figures, and changes nothing', async () => {
  const { plan } = await tryModule(setStats, { data: { hosts: 1, b: ['x'] }, per_host: true });
  expect(plan).toMatchObject({
    differences: [],
    result: { ansible_stats: { data: { hosts: 1, b: ['x'] }, per_host: true, aggregate: true } },
  });
  await expect(tryModule(setStats, { data: { 'a-b': 1 } })).rejects.toThrow('module.arguments');
});
