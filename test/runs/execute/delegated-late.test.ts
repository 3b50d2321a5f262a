import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const made = '{ copy: { content: x, dest: made }';
const when = 'when: r.stdout == "a"';

const planned = async (tasks: string) => {
  lab = await openLab({ hosts: ['a', 'b', 'c'], inventory: '[web]\na\n[db]\nb\nc\n' });
  await lab.playbook(`- hosts: web\n  gather_facts: false\n  tasks:\n    - { shell: echo a, register: r }\n${tasks}`);
  return lab.plan();
};

test.each([
  ['a host that is named', `    - ${made}, delegate_to: b, ${when} }\n`],
  ['a host of a group', `    - ${made}, delegate_to: "{{ groups.db[0] }}", ${when} }\n`],
  ['a host of a loop', `    - ${made}, delegate_to: "{{ item }}", loop: [b], ${when} }\n`],
  [
    'a host that is named, of a loop that nobody knows',
    `    - ${made}, delegate_to: b, loop: "{{ r.stdout_lines }}" }\n`,
  ],
  ['a host of a rescue', `    - block: [{ shell: "test -e there" }]\n      rescue: [${made}, delegate_to: b }]\n`],
  [
    'a host of a loop in a rescue',
    `    - block: [{ shell: "test -e there" }]\n      rescue: [${made}, delegate_to: "{{ item }}", loop: "{{ groups.db[:1] }}" }]\n`,
  ],
  [
    'a host of a handler',
    `    - { shell: echo x, notify: late }\n  handlers:\n    - { name: late, copy: { content: x, dest: made }, delegate_to: b, ${when} }\n`,
  ],
])('%s that an undecided step goes to is in the plan, and the step is done there', async (_, tasks) => {
  const plan = await planned(tasks);
  expect([plan.hosts, plan.delegated]).toEqual([['a', 'b'], ['b']]);
  expect(
    plan.steps.find(({ outcome, on }) => outcome === 'unknown' && (on === 'b' || tasks.includes('groups.db[:1]'))),
  ).toBeDefined();
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
  expect(await lab.read('b', 'made')).toBe('x');
});

test.each([
  ['a result', '{{ r.stdout_lines[0] | replace("a", "b") }}'],
  ['a variable that only a run has', '{{ nowhere }}'],
  ['a host that is nowhere', 'nowhere'],
])('where %s names it, nobody knows it, and the run stops there', async (_, name) => {
  const plan = await planned(`    - { copy: { content: x, dest: made }, delegate_to: '${name}', ${when} }\n`);
  expect(plan.hosts).toEqual(['a']);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).not.toBe('done');
  expect(await lab.read('b', 'made')).toBeUndefined();
});

test('a step that goes nowhere else is as it was', async () => {
  const plan = await planned(`    - ${made}, delegate_to: a, ${when} }\n`);
  expect([plan.hosts, plan.delegated, plan.steps[1]?.on]).toEqual([['a'], undefined, undefined]);
});

test.each([
  ['a rescue', `    - block: [{ shell: "test -e there" }]\n      rescue: [${made}, delegate_to: b }]\n`],
  [
    'a handler that may not be notified',
    `    - { shell: echo x, notify: late, ${when} }\n  handlers:\n    - { name: late, copy: { content: x, dest: made }, delegate_to: b }\n`,
  ],
])('%s that would go where whoever asks has no right is no fault of the plan, and goes nowhere', async (_, tasks) => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n' });
  await lab.playbook(`- hosts: web\n  gather_facts: false\n  tasks:\n    - { shell: echo a, register: r }\n${tasks}`);
  const plan = await lab.plan({}, ['a']);
  expect(plan.steps.map(({ outcome }) => outcome)).not.toContain('failed');
  expect(plan.hosts).toEqual(['a']);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).not.toBe('done');
  expect(await lab.read('b', 'made')).toBeUndefined();
});

test('the machine of the bot in an undecided step is no host of the plan, and no fault of it', async () => {
  const plan = await planned(`    - ${made}, delegate_to: localhost, ${when} }\n`);
  expect([plan.hosts, plan.steps.map(({ outcome }) => outcome)]).toEqual([['a'], ['change', 'unknown']]);
});
