import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const four = ['a', 'b', 'c', 'd'];
const order = async (): Promise<readonly string[]> => ((await lab.read('.', 'order')) ?? '').trim().split('\n');
const note = (words: string): string => `shell: echo ${words} >> "$HOME/../order"`;

test('serial takes the hosts batch by batch, each with its handlers', async () => {
  lab = await openLab({ hosts: four });
  await lab.playbook(`- hosts: all
  gather_facts: false
  serial: [1, 50%]
  tasks:
    - ${note('one {{ ansible_play_batch | join("+") }}')}
      run_once: true
      notify: done
  handlers:
    - name: done
      ${note('handler')}
`);
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await order()).toEqual(['one a', 'handler', 'one b+c', 'handler', 'one d', 'handler']);
});

test('a batch that fails as a whole ends the play: the next hosts are not touched', async () => {
  lab = await openLab({ hosts: four });
  await lab.playbook(`- hosts: all
  gather_facts: false
  serial: 1
  tasks:
    - shell: '[ {{ inventory_hostname }} != b ]'
    - ${note('{{ inventory_hostname }}')}
`);
  const { outcome } = await lab.run();
  expect(outcome.state).toBe('failed');
  expect(await order()).toEqual(['a']);
});

test('max_fail_percentage and any_errors_fatal end the play for everybody', async () => {
  lab = await openLab({ hosts: four });
  await lab.playbook(`- hosts: all
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - shell: '[ {{ inventory_hostname }} != b ]'
    - ${note('{{ inventory_hostname }}')}
`);
  expect((await lab.run()).outcome).toMatchObject({ state: 'failed' });
  expect(await order()).toEqual(['']);
});

test('a task is delegated to another host, with the variables of its own', async () => {
  lab = await openLab({ hosts: ['a', 'b', 'lb'] });
  await lab.playbook(`- hosts: a:b
  gather_facts: false
  serial: 1
  tasks:
    - shell: echo drain {{ inventory_hostname }} >> pool
      delegate_to: lb
    - ${note('upgrade {{ inventory_hostname }}')}
    - shell: echo back {{ inventory_hostname }} >> pool
      delegate_to: "{{ groups['all'] | last }}"
`);
  const plan = await lab.plan();
  expect(plan.hosts).toEqual(['a', 'b', 'lb']);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('done');
  expect(await lab.read('lb', 'pool')).toBe('drain a\nback a\ndrain b\nback b\n');
  expect(await lab.read('a', 'pool')).toBeUndefined();
});

test('a host nobody knows is no delegate', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(`- hosts: a\n  gather_facts: false\n  tasks:\n    - shell: id\n      delegate_to: elsewhere\n`);
  const plan = await lab.plan();
  expect(plan.steps[0]).toMatchObject({ outcome: 'failed', refusal: { code: 'step.no_delegate' } });
});

test('run_once does it once, and all know what it gave', async () => {
  lab = await openLab({ hosts: four });
  await lab.playbook(`- hosts: all
  gather_facts: false
  tasks:
    - ${note('once')}
      run_once: true
      register: once
    - shell: echo {{ once.rc }} > seen
`);
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await order()).toEqual(['once']);
  expect(await lab.read('d', 'seen')).toBe('0\n');
});

test('free: no host waits for another', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(`- hosts: all
  gather_facts: false
  strategy: free
  tasks:
    - shell: '[ {{ inventory_hostname }} = b ] || sleep 2'
    - ${note('{{ inventory_hostname }} second')}
`);
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await order()).toEqual(['b second', 'a second']);
});
