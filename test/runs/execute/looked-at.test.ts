import { afterEach, expect, it } from 'vitest';
import type { Module } from '#playbook/modules/module.ts';
import { createRegistry } from '#playbook/modules/registry.ts';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

const nothing = { args: {}, prepare: () => null, probe: () => undefined, read: () => null } as const;
const finish: Module['finish'] = () => ({ result: {}, changed: true });

const writes: Module = {
  ...nothing,
  name: 'writes',
  plan: () => ({ differences: [{ subject: 'the table', aspect: 'content', before: null, after: 'x' }], result: {} }),
  apply: () => ({ script: ':' }),
  finish,
};

const looks = (name: string, subject: string): Module => ({
  ...nothing,
  name,
  plan: () => ({ differences: [], result: {} }),
  subjects: () => [subject],
  apply: () => undefined,
  finish,
});

let lab: Lab | undefined;
afterEach(() => lab?.close());

it('a step that looks at what an earlier one changes is not foreseen as the host is now', async () => {
  const registry = createRegistry([writes, looks('same', 'the table'), looks('other', 'another table')]);
  lab = await openLab({ hosts: ['web-1'], registry });
  await lab.playbook('- hosts: web\n  tasks:\n    - same:\n    - writes:\n    - same:\n    - other:\n');
  expect(outcomesOf(await lab.plan())).toEqual([
    'web-1 1.1: ok',
    'web-1 1.2: change',
    'web-1 1.3: unknown',
    'web-1 1.4: ok',
  ]);
});

it('what a host says of itself is not foreseen where an earlier step changes what it says', async () => {
  lab = await openLab({ hosts: ['web-1'] });
  await lab.playbook(`- hosts: web
  tasks:
    - file: { path: d, state: directory }
    - copy: { dest: d/shop.fact, content: '{"role": "web"}' }
    - setup: { fact_path: d }
    - copy: { dest: role, content: "{{ ansible_local.shop.role }}" }
`);
  const plan = await lab.plan();
  expect(outcomesOf(plan).slice(-2)).toEqual(['web-1 1.3: unknown', 'web-1 1.4: unknown']);
  const ran = await lab.apply({ plan, request: plan.request });
  expect(ran.outcome.state).toBe('done');
  expect(await lab.read('web-1', 'role')).toBe('web');
  expect(outcomesOf(await lab.plan()).slice(-2)).toEqual(['web-1 1.3: ok', 'web-1 1.4: ok']);
});
