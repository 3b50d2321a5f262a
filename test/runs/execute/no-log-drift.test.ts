import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

/** What `no_log` hides is hidden where it names a file that is not what it was when the plan was made. */

let lab: Lab;
afterEach(() => lab.close());

const token = 'NLTOKEN-4711-xyz';
const late = 'no_log: true, when: r.stdout == "a"';
const play = (tasks: string): string =>
  `- hosts: a\n  gather_facts: false\n  vars: { tok: ${token} }\n  tasks:\n    - { shell: echo a, register: r }\n${tasks}`;

type Meanwhile = () => Promise<unknown>;
const changed: Meanwhile = async () => {
  await lab.file(`playbooks/${token}.txt`, 'two');
  await lab.file(`playbooks/${token}.yml`, '- command: echo c\n');
  await lab.file(`playbooks/${token}-v.yml`, 'a: 2\n');
};
const gone: Meanwhile = () => rm(join(lab.folder, `playbooks/${token}.txt`));
const fresh: Meanwhile = () => lab.file(`playbooks/${token}.new`, 'new');

const cases: readonly (readonly [what: string, tasks: string, meanwhile: Meanwhile])[] = [
  ['copied', `    - { copy: { src: "{{ tok }}.txt", dest: there }, ${late} }\n`, changed],
  ['copied, and gone', `    - { copy: { src: "{{ tok }}.txt", dest: there }, ${late} }\n`, gone],
  ['copied, and new', `    - { copy: { src: "{{ tok }}.new", dest: there }, ${late} }\n`, fresh],
  ['rendered', `    - { template: { src: "{{ tok }}.txt", dest: there }, ${late} }\n`, changed],
  ['run as a script', `    - { script: "{{ tok }}.txt", ${late} }\n`, changed],
  ['included', `    - { include_tasks: "{{ tok }}.yml", ${late} }\n`, changed],
  ['read for variables', `    - { include_vars: "{{ tok }}-v.yml", ${late} }\n`, changed],
  ['looked up', `    - { command: "echo {{ lookup('file', tok ~ '.txt') }}", ${late} }\n`, changed],
  ['looped over', `    - { command: "echo", loop: "{{ q('file', tok ~ '.txt') }}", ${late} }\n`, changed],
  [
    'asked of a condition',
    `    - { command: "echo", no_log: true, when: [r.stdout == "a", "lookup('file', tok ~ '.txt')"] }\n`,
    changed,
  ],
  ['copied by a known step', '    - { copy: { src: "{{ tok }}.txt", dest: there }, no_log: true }\n', changed],
  [
    'looked up by a known step before another',
    `    - { set_fact: { x: "{{ lookup('file', tok ~ '.txt') }}" }, no_log: true }\n    - { file: { path: d, state: directory } }\n`,
    changed,
  ],
];

test.each(cases)('a file with a hidden name is not named: it is %s', async (_, tasks, meanwhile) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file(`playbooks/${token}.txt`, 'one');
  await lab.file(`playbooks/${token}.yml`, '- command: echo b\n');
  await lab.file(`playbooks/${token}-v.yml`, 'a: 1\n');
  await lab.playbook(play(tasks));
  const plan = await lab.plan();
  await meanwhile();
  const { outcome, events } = await lab.apply({ plan, request: plan.request });
  expect([outcome.state, outcome.refusal?.code]).toEqual(['drifted', 'run.drifted']);
  expect(JSON.stringify([outcome, events])).not.toContain(token);
});

test('what was looked for in vain is named in no plan', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/x.txt', 'x');
  const found = `{{ lookup('first_found', [tok, 'x.txt']) }}`;
  await lab.playbook(
    play(`    - { copy: { src: "${found}", dest: there }, no_log: true }\n    - { command: echo, ${late} }\n`),
  );
  const plan = await lab.plan();
  expect(plan.mayUse).toBeDefined();
  expect(JSON.stringify(plan)).not.toContain(token);
});

test('a file that a task without no_log reads is named, also where others hide theirs', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/open.txt', 'one');
  await lab.file(`playbooks/${token}.txt`, 'one');
  await lab.playbook(
    play(`    - { set_fact: { x: "{{ lookup('file', tok ~ '.txt') }}" }, no_log: true }
    - { copy: { src: open.txt, dest: there } }
`),
  );
  const plan = await lab.plan();
  await lab.file('playbooks/open.txt', 'two');
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.refusal?.say).toMatchObject({ en: expect.stringContaining('open.txt') });
});

test('where what is thrown is caught on the way, the run stops all the same', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/open.txt', 'one');
  const label = `loop_control: { label: "{{ lookup('file', 'open.txt') }}" }`;
  await lab.playbook(play(`    - { shell: "touch there", loop: [1], ${label}, when: r.stdout == "a" }\n`));
  const plan = await lab.plan();
  await lab.file('playbooks/open.txt', 'two');
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect([outcome.state, outcome.refusal?.say]).toMatchObject([
    'drifted',
    { en: expect.stringContaining('Something that it uses changed') },
  ]);
});
