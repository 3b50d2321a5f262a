import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

test('a host that is delegated to and stands first in the inventory changes no order of the others', async () => {
  lab = await openLab({ hosts: ['a', 'b', 'c'], inventory: '[lb]\na\n[web]\nb\nc\n' });
  await lab.file('playbooks/hosts.j2', "{% for h in groups['all'] %}{{ h }}\n{% endfor %}");
  await lab.playbook(`- hosts: web
  gather_facts: false
  tasks:
    - { copy: { content: x, dest: drained }, delegate_to: a, run_once: true }
    - { template: { src: hosts.j2, dest: hosts } }
`);
  const plan = await lab.plan();
  expect(plan.hosts).toEqual(['b', 'c', 'a']);
  expect((await lab.apply({ plan, request: plan.request })).outcome).toMatchObject({ state: 'done' });
});

test('a group that has an order of its own keeps it beside a host that is delegated to', async () => {
  lab = await openLab({ hosts: ['a', 'b', 'c'], inventory: '[lb]\nc\n[prod]\na\nb\n[web]\nb\na\n' });
  await lab.playbook(`- hosts: web
  gather_facts: false
  serial: 1
  tasks:
    - { copy: { content: x, dest: made } }
    - { copy: { content: x, dest: drained }, delegate_to: c }
`);
  const plan = await lab.plan();
  const run = await lab.apply({ plan, request: plan.request });
  expect(run.outcome).toMatchObject({ state: 'done' });
  expect(run.steps).toEqual(['b 1.1: changed', 'b 1.2: changed', 'a 1.1: changed', 'a 1.2: ok']);
});
