import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const planned = async (tasks: string) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/more.yml', 'sub: x\n');
  await lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
  const plan = await lab.plan({ vars: { v: 'abc' }, typed: ['v'] });
  return plan.steps.map(({ outcome, refusal }) => refusal?.code ?? outcome);
};
const root = `    - set_fact: { root: '' }\n    - set_fact: { root: mnt }\n      when: v == 'chroot'\n`;

test.each([
  ['a root that is none', `${root}    - file: { path: "{{ root }}/tmp/of-a-test", state: directory }\n`],
  ['a root that a script looks at', `${root}    - shell: ls {{ root }}/tmp\n`],
  [
    'a file of variables that is not read',
    `    - include_vars: more.yml\n      when: v == 'dev'\n    - file: { path: "app/{{ sub | default('') }}", state: directory }\n`,
  ],
])('%s by what was typed is what its author wrote', async (_, tasks) => {
  expect((await planned(tasks)).at(-1)).toBe('change');
});

test.each([
  ['file', `${root}    - file: { path: "app/{{ root }}", state: absent }\n`],
  ['a script', `${root}    - shell: rm -rf app/{{ root }}/*\n`],
  ['tar', `${root}    - shell: tar --remove-files -cf x.tar app/{{ root }}/*\n`],
  [
    'a loop',
    `${root}    - shell: rm -rf app/{{ ansible_loop.allitems[0] }}/*\n      loop: ["{{ root }}"]\n      loop_control: { extended: true }\n`,
  ],
  [
    'a result',
    `    - debug: { msg: mnt }\n      register: got\n      when: v == 'chroot'\n    - shell: rm -rf app/{{ (got.msg is string) | ternary(got.msg, '') if got is not skipped else '' }}/*\n`,
  ],
])('what %s would remove is not left out of its path by it', async (_, tasks) => {
  expect((await planned(tasks)).at(-1)).toMatch(/^step\./);
});
