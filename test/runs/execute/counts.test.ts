import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab, resultOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (hosts: string, body: string): string => `- hosts: ${hosts}\n  gather_facts: false\n${body}`;

test('an include counts once for each file it brings in, and not at all for a role', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/more.yml', '- debug: { msg: more }\n');
  await lab.file('playbooks/roles/r/tasks/main.yml', '- debug: { msg: role }\n');
  await lab.playbook(
    play(
      'all',
      `  tasks:
    - include_tasks: more.yml
      loop: [1, 2]
    - include_tasks: more.yml
      when: false
    - include_role: { name: r }
`,
    ),
  );
  expect((await lab.run()).outcome.recap.a).toMatchObject({ ok: 5, skipped: 1 });
});

test('when all hosts of a play have failed, no further play begins, and the plan shows what leads there', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  const second = play('b', '  tasks:\n    - copy: { content: x, dest: file }\n');
  await lab.playbook(play('a', '  tasks:\n    - fail: { msg: "no" }\n') + second);
  const plan = await lab.plan();
  expect(plan.steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['1.1 failed']);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome).toMatchObject({ state: 'failed', recap: { a: { failed: 1 }, b: { ok: 0 } } });
  expect(await lab.read('b', 'file')).toBeUndefined();
});

test('a batch in which too many failed goes no further, at that very task', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(
    play(
      'all',
      `  max_fail_percentage: 30
  tasks:
    - shell: exit 1
      when: inventory_hostname == 'a'
    - shell: echo two >> log
`,
    ),
  );
  expect((await lab.run()).outcome.state).toBe('failed');
  expect(await lab.read('b', 'log')).toBeUndefined();
});

test('a task that never came out as wanted has the number of its retries, as in Ansible', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play('all', '  tasks:\n    - { shell: exit 1, register: r, until: r.rc == 0, retries: 2, delay: 0 }\n'),
  );
  expect(resultOf(await lab.run(), 'a', '1.1')).toMatchObject({ attempts: 2, failed: true });
});

test('a loop that is asked for more knows the items beside each', async () => {
  lab = await openLab({ hosts: ['a'] });
  const words = "{{ ansible_loop.previtem | default('-') }}{{ item }}{{ ansible_loop.nextitem | default('-') }}";
  await lab.playbook(
    play(
      'all',
      `  tasks:
    - shell: echo "${words} {{ ansible_loop.allitems | length }}" >> log
      loop: [x, y]
      loop_control: { extended: true }
`,
    ),
  );
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('-xy 2\nxy- 2\n');
});

test('to a plan a playbook is run for real: what it leaves out in check mode is in the plan', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play('all', '  tasks:\n    - copy: { content: x, dest: file }\n      when: not ansible_check_mode\n'),
  );
  const plan = await lab.plan();
  expect(plan.steps.map(({ outcome }) => outcome)).toEqual(['change']);
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
});

test('a role that is used twice in different ways has its handlers twice: the last is notified', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/roles/r/tasks/main.yml', '- shell: echo task >> log\n  notify: [named, heard]\n');
  await lab.file(
    'playbooks/roles/r/handlers/main.yml',
    '- name: named\n  shell: echo named {{ n }} >> log\n- name: other\n  listen: heard\n  shell: echo heard {{ n }} >> log\n',
  );
  await lab.playbook(play('all', '  roles:\n    - { role: r, n: 1 }\n    - { role: r, n: 2 }\n'));
  const { outcome, steps } = await lab.run();
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('task\ntask\nheard 1\nnamed 2\nheard 2\n');
  expect(new Set(steps).size).toBe(steps.length);
});

test('what a result has only when its task was done is not known in the plan, and no failure', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(
      'all',
      `  tasks:
    - copy: { content: x, dest: one }
      register: one
    - copy: { content: "{{ one.mode }}", dest: two }
    - set_fact: { size: "{{ one.size }}" }
    - copy: { content: "{{ size }}", dest: three }
    - debug: { msg: "{{ one.nothing.like.it }}" }
      ignore_errors: true
    - debug: { msg: "{{ nowhere }}" }
      ignore_errors: true
`,
    ),
  );
  const plan = await lab.plan();
  const outcomes = ['change', 'unknown', 'unknown', 'unknown', 'unknown', 'ok'];
  expect(plan.steps.map(({ outcome }) => outcome)).toEqual(outcomes);
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  expect(await lab.read('a', 'three')).toBe('1');
});

test('what an earlier step of the plan makes is not planned as gone already', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(
      'all',
      `  tasks:
    - user: { name: nobody-has-this-name, uid: 64321 }
    - user: { name: nobody-has-this-name, state: absent }
    - user: { name: nor-this, state: absent }
`,
    ),
  );
  expect((await lab.plan()).steps.map(({ outcome }) => outcome)).toEqual(['change', 'unknown', 'ok']);
});

test('a folder that an earlier step makes on its way, or fills, is not foreseen as it is now', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(
      'all',
      `  tasks:
    - file: { path: one/two, state: directory }
    - file: { path: one, state: directory, mode: "0700" }
    - file: { path: there, state: directory }
    - copy: { content: x, dest: there/file }
    - file: { path: there, recurse: true, mode: "0750", state: directory }
`,
    ),
  );
  await lab.file('hosts/a/there/old', '');
  const plan = await lab.plan();
  expect(plan.steps.map(({ outcome }) => outcome)).toEqual(['change', 'unknown', 'ok', 'change', 'unknown']);
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
});
