import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const when = 'when: r.stdout == "a"';

/** A play whose first task says what nobody knows before it runs. */
const playOf = (tasks: string, answer = 'a'): string =>
  `- hosts: web\n  gather_facts: false\n  tasks:\n    - { shell: echo ${answer}, register: r }\n${tasks}`;

const opened = async (tasks: string, files: Readonly<Record<string, string>> = {}, answer = 'a') => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n' });
  for (const [name, text] of Object.entries(files)) await lab.file(`playbooks/${name}`, text);
  await lab.playbook(playOf(tasks, answer));
  return lab.plan();
};

const ends = async (plan: Awaited<ReturnType<typeof opened>>) => {
  const { outcome } = await lab.apply({ plan, request: plan.request });
  return [outcome.state, outcome.refusal];
};

const write = '    - copy: { content: "{{ x }}", dest: out }\n';

test.each([
  ['set_fact', `    - set_fact: { x: two }\n      ${when}\n`],
  ['set_fact in a loop that nobody knows', '    - set_fact: { x: two }\n      loop: "{{ r.stdout_lines }}"\n'],
  ['set_fact in a block', `    - block: [{ set_fact: { x: two } }]\n      ${when}\n`],
  ['include_vars', `    - include_vars: more.yml\n      ${when}\n`],
  ['an include', `    - include_tasks: sets.yml\n      ${when}\n`],
])('what %s may set, or not, nobody knows, and the run does what comes of it', async (what, tasks) => {
  const files = { 'more.yml': 'x: two\n', 'sets.yml': '- set_fact: { x: two }\n' };
  const first = what === 'include_vars' ? '' : '    - set_fact: { x: one }\n';
  const vars = what === 'include_vars' ? '    - debug: { msg: none }\n' : '';
  const plan = await opened(`${vars}${first}${tasks}${write}`, files);
  expect(plan.steps.at(-1)?.outcome).toBe('unknown');
  expect(await ends(plan)).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('two');
});

test('facts that an earlier task set stay known where only another is set', async () => {
  const plan = await opened(`    - set_fact: { x: one }\n    - set_fact: { y: two }\n      ${when}\n${write}`);
  expect(plan.steps.at(-1)?.outcome).toBe('change');
});

test('an include that may be passed over has its tasks in the plan, and what they register is not missing', async () => {
  const later = '    - debug: { msg: "{{ y.stdout }}" }\n      when: r.stdout == "a"\n';
  const plan = await opened(`    - include_tasks: more.yml\n      ${when}\n${later}`, {
    'more.yml': '- { shell: echo y, register: y }\n- { copy: { content: "{{ y.stdout }}", dest: out } }\n',
  });
  expect(outcomesOf(plan).map((one) => one.split(': ')[1])).toEqual([
    'change',
    'unknown',
    'unknown',
    'unknown',
    'unknown',
  ]);
  expect(await ends(plan)).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('y');
});

test.each([
  ['an include', `    - include_tasks: there.yml\n      ${when}\n`],
  ['an include of an include', `    - include_tasks: around.yml\n      ${when}\n`],
  ['a role', `    - include_role: { name: there }\n      ${when}\n`],
])('a host to which %s leads that may be passed over is in the plan', async (_, tasks) => {
  const there = '- { copy: { content: x, dest: out }, delegate_to: b }\n';
  const plan = await opened(tasks, {
    'there.yml': there,
    'around.yml': '- include_tasks: there.yml\n',
    'roles/there/tasks/main.yml': there,
  });
  expect([plan.hosts, plan.delegated]).toEqual([['a', 'b'], ['b']]);
  expect(await ends(plan)).toEqual(['done', undefined]);
  expect(await lab.read('b', 'out')).toBe('x');
});

test('no right on that host, a missing file or variable is no fault of a plan that may never come there', async () => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n' });
  await lab.file('playbooks/there.yml', '- { command: "true", delegate_to: b }\n- debug: { msg: "{{ none }}" }\n');
  await lab.playbook(
    playOf(
      `    - include_tasks: there.yml\n      ${when}\n    - include_tasks: "{{ 'nowhere' }}.yml"\n      ${when}\n`,
      'c',
    ),
  );
  const plan = await lab.plan({}, ['a']);
  expect(plan.hosts).toEqual(['a']);
  expect(outcomesOf(plan).filter((one) => one.includes('failed'))).toEqual([]);
  expect(await ends(plan)).toEqual(['done', undefined]);
});

test('tasks that bring themselves in are in the plan once, and end when the run says so', async () => {
  const plan = await opened('    - set_fact: { n: 0 }\n    - include_tasks: again.yml\n', {
    'again.yml':
      '- { shell: "echo . >> dots; wc -l < dots", register: n }\n- include_tasks: again.yml\n  when: n.stdout | int < 3\n',
  });
  expect(plan.steps.filter(({ module }) => module === 'shell')).toHaveLength(3);
  expect(await ends(plan)).toEqual(['done', undefined]);
  expect(await lab.read('a', 'dots')).toBe('.\n.\n.\n');
});

test('meta in an include that may be passed over ends no play of the plan, and handlers wait', async () => {
  const handlers = '  handlers:\n    - { name: late, shell: echo late >> log }\n';
  const plan = await opened(
    `    - include_tasks: ends.yml\n      ${when}\n    - shell: echo after >> log\n${handlers}`,
    {
      'ends.yml': '- { shell: echo in >> log, notify: late }\n- meta: flush_handlers\n- meta: end_play\n',
    },
  );
  expect(plan.steps.filter(({ task }) => task === 'shell' || task === 'late')).not.toHaveLength(0);
  expect(plan.steps.map(({ task }) => task)).toContain('late');
  const [state] = await ends(plan);
  expect(state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('in\nlate\n');
});

test.each([
  ['whose content', '    - copy: { content: "{{ r.stdout }}\\n", dest: out }\n'],
  ['whose condition', `    - copy: { content: "a\\n", dest: ./out }\n      ${when}\n`],
  [
    'whose loop',
    '    - lineinfile: { path: out, line: "{{ item }}", create: true }\n      loop: "{{ r.stdout_lines }}"\n',
  ],
  ['in an include whose condition', `    - include_tasks: writes.yml\n      ${when}\n`],
])('a step %s nobody knows changes its file first, for those that come after it', async (_, tasks) => {
  const plan = await opened(
    `${tasks}    - lineinfile: { path: out, line: more, create: true }\n    - file: { path: out, mode: "0600" }\n`,
    { 'writes.yml': '- copy: { content: "a\\n", dest: out }\n' },
  );
  expect(plan.steps.slice(-2).map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
  expect(await ends(plan)).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('a\nmore\n');
});

test('what a step of which nobody knows whether it runs is about, and no more, depends on it', async () => {
  const plan = await opened(
    `    - copy: { content: a, dest: out }\n      ${when}\n    - { shell: echo x, args: { chdir: . }, ${when} }\n    - copy: { content: b, dest: other }\n`,
  );
  expect(plan.steps.at(-1)?.outcome).toBe('change');
});

test('a step that only looks, or does nothing on a host, changes nothing first', async () => {
  const plan = await opened(
    `    - { stat: { path: out }, ${when} }\n    - { debug: { msg: out }, ${when} }\n    - copy: { content: b, dest: out }\n`,
  );
  expect(plan.steps.at(-1)?.outcome).toBe('change');
});

test('what a handler that may run writes or registers is not known to what comes after it', async () => {
  const handler = `  handlers:\n    - { name: late, copy: { content: "a\\n", dest: out }, register: told }\n`;
  const plan = await opened(
    `    - copy: { content: "{{ r.stdout }}", dest: first }\n      notify: late\n    - meta: flush_handlers\n    - lineinfile: { path: out, line: more, create: true }\n    - copy: { content: "{{ told.changed | default('no') }}", dest: last }\n${handler}`,
  );
  expect(plan.steps.slice(-2).map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
  expect(await ends(plan)).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('a\nmore\n');
});

test.each(['file: { path: deep, state: absent }', 'stat: { path: deep }'])(
  '%s of a folder of which an earlier step makes a part is not known',
  async (task) => {
    const plan = await opened(`    - file: { path: deep/er, state: directory }\n    - ${task}\n`);
    expect(plan.steps.at(-1)?.outcome).toBe('unknown');
    expect(await ends(plan)).toEqual(['done', undefined]);
  },
);

test('a handler that is not there is no fault of tasks that may be passed over', async () => {
  const files = { 'tells.yml': '- { shell: echo x, notify: nobody }\n' };
  const plan = await opened(`    - include_tasks: tells.yml\n      ${when}\n`, files, 'c');
  expect(outcomesOf(plan).filter((one) => one.endsWith('failed'))).toEqual([]);
  expect(await ends(plan)).toEqual(['done', undefined]);
});

test('a plan of a long loop of which nobody knows whether it runs can be stopped', { timeout: 15_000 }, async () => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n' });
  await lab.playbook(
    playOf(
      `    - shell: echo x\n      delegate_to: "{{ ['b', 'b'][item % 2] }}"\n      loop: "{{ range(0, 40000) | list }}"\n      ${when}\n`,
    ),
  );
  const stop = new AbortController();
  let late = 0;
  const turns = setInterval(() => {
    late += 1;
    stop.abort();
  }, 50);
  const request = { playbook: 'site.yml', vars: {}, locks: [] };
  const planned = await lab.executor.plan({ key: 'plan', request }, stop.signal);
  clearInterval(turns);
  expect([planned.ok, late > 0]).toEqual([false, true]);
});
