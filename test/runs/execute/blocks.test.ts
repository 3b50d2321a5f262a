import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n${body}`;

test('a rescue runs on the hosts where something failed, always on all of them', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(
    play(`  tasks:
    - name: a change
      block:
        - shell: '[ {{ inventory_hostname }} = b ] || exit 3'
        - shell: echo done >> log
      rescue:
        - shell: echo "rescued {{ ansible_failed_task.action }} {{ ansible_failed_result.rc }}" >> log
      always:
        - shell: echo always >> log
    - shell: echo after >> log
`),
  );
  const { outcome } = await lab.run();
  expect(await lab.read('a', 'log')).toBe('rescued shell 3\nalways\nafter\n');
  expect(await lab.read('b', 'log')).toBe('done\nalways\nafter\n');
  expect(outcome).toMatchObject({
    state: 'done',
    recap: { a: { rescued: 1, failed: 0 }, b: { rescued: 0, failed: 0 } },
  });
});

test('a rescue nobody expects is in the plan as not known, and runs when something fails after all', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - block:
        - copy: { content: new, dest: file }
        - shell: 'exit 1'
      rescue:
        - copy: { content: old, dest: file }
          register: back
`),
  );
  const plan = await lab.plan();
  expect(outcomesOf(plan)).toEqual(['a 1.1.1: change', 'a 1.1.2: change', 'a 1.1.r1: unknown']);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'file')).toBe('old');
});

test('a rescue that fails itself fails the host, after its always', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - block:
        - shell: 'exit 1'
      rescue:
        - shell: 'exit 2'
      always:
        - shell: echo always >> log
    - shell: echo after >> log
`),
  );
  const { outcome } = await lab.run();
  expect(outcome).toMatchObject({ state: 'failed', recap: { a: { rescued: 1, failed: 1 } } });
  expect(await lab.read('a', 'log')).toBe('always\n');
});

test('a block hands its keywords to what is inside, conditions added up', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - block:
        - shell: echo "{{ word }} $GREETING" >> log
        - shell: echo no >> log
          when: word == 'other'
        - block:
            - shell: echo "{{ word }} $GREETING" >> log
          vars: { word: inner }
          environment: { GREETING: hey }
      when: inventory_hostname == 'a'
      vars: { word: outer }
      environment: { GREETING: hello }
    - block:
        - shell: echo never >> log
      when: false
`),
  );
  const { outcome } = await lab.run();
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('outer hello\ninner hey\n');
});

test('handlers run between the sections of a play, and where meta says', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  pre_tasks:
    - shell: echo pre >> log
      notify: tell
  tasks:
    - shell: echo one >> log
      notify: tell
    - meta: flush_handlers
    - shell: echo two >> log
  post_tasks:
    - shell: echo post >> log
      notify: tell
  handlers:
    - name: tell
      shell: echo handler >> log
`),
  );
  await lab.run();
  expect((await lab.read('a', 'log'))?.trim().split('\n')).toEqual([
    'pre',
    'handler',
    'one',
    'handler',
    'two',
    'post',
    'handler',
  ]);
});

test('meta ends a host or the play without a failure', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(
    play(`  tasks:
    - meta: end_host
      when: inventory_hostname == 'a'
    - shell: echo on >> log
    - meta: end_play
    - shell: echo off >> log
`) + play('  tasks:\n    - shell: echo second >> log\n'),
  );
  const { outcome } = await lab.run();
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('second\n');
  expect(await lab.read('b', 'log')).toBe('on\nsecond\n');
});
