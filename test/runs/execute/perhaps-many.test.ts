import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

/** A loop over much that may never be reached neither holds a plan up nor keeps it from being stopped. */

let lab: Lab;
afterEach(() => lab.close());

const hosts = Array.from({ length: 10 }, (_, index) => `h${index}`);

const laid = async (delegate: string, items: number): Promise<void> => {
  lab = await openLab({ hosts, inventory: `[web]\n${hosts.join('\n')}\n[db]\ndb-1\ndb-2\n` });
  await lab.playbook(`- hosts: web
  gather_facts: false
  tasks:
    - block: [{ shell: echo a }]
      rescue:
        - { shell: echo b, delegate_to: "${delegate}", loop: "{{ range(0, ${items}) | list }}" }
`);
};

test('where it goes to is asked once, if no item decides it', { timeout: 15_000 }, async () => {
  await laid('{{ groups.db[0] }}', 50_000);
  expect((await lab.plan()).hosts).toEqual([...hosts, 'db-1']);
});

test('hosts that the items decide are in the plan, by a variable too', async () => {
  await laid('{{ there }}', 20);
  await lab.file('group_vars/web.yml', `there: "db-{{ item % 2 + 1 }}"\n`);
  expect((await lab.plan()).hosts).toEqual([...hosts, 'db-1', 'db-2']);
});

test('a stop is heard meanwhile', { timeout: 15_000 }, async () => {
  await laid('db-{{ item % 2 + 1 }}', 16_000);
  const controller = new AbortController();
  const request = { playbook: 'site.yml', vars: {}, locks: [] };
  setTimeout(() => controller.abort(), 500);
  const began = performance.now();
  const planned = await lab.executor.plan({ key: 'plan', request }, controller.signal);
  expect(planned.ok).toBe(false);
  expect(performance.now() - began).toBeLessThan(4_000);
});
