import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const planOf = async (tasks: string) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
  return lab.plan();
};
const last = (plan: Awaited<ReturnType<typeof planOf>>) => outcomesOf(plan).slice(-2);

test.each([
  ['packages', 'package_facts', "'x' in ansible_facts.packages", 'ansible_facts.packages | length > 0'],
  ['services', 'service_facts', "ansible_facts.services['x.service'] is defined", 'services | length > 0'],
])('facts of %s that nobody knows yet are not missing, under either name', async (_, module, one, other) => {
  const plan = await planOf(
    `    - { shell: echo a, register: r }\n    - ${module}:\n      when: r.stdout == "a"\n    - debug: { msg: "{{ ${one} }}" }\n    - debug: { msg: "{{ ${other} }}" }\n`,
  );
  expect(last(plan)).toEqual(['a 1.3: unknown', 'a 1.4: unknown']);
});

test('who is looked up after an account is to be made is not known yet', async () => {
  const plan = await planOf(
    `    - user: { name: nobody-of-this-name }\n    - getent: { database: passwd, key: nobody-of-this-name, fail_key: false }\n    - debug: { msg: "{{ getent_passwd }}" }\n`,
  );
  expect(last(plan)).toEqual(['a 1.2: unknown', 'a 1.3: unknown']);
});

test('who is looked up beside an account that is to be made is known', async () => {
  const plan = await planOf(
    `    - user: { name: nobody-of-this-name }\n    - getent: { database: passwd, key: root }\n    - debug: { msg: "{{ getent_passwd.root }}" }\n`,
  );
  expect(last(plan)).toEqual(['a 1.2: ok', 'a 1.3: ok']);
});

test.each([
  ['what is found in a folder', 'find: { paths: in, recurse: true }'],
  ['what is copied of a folder of the host', 'copy: { src: in, dest: out, remote_src: true }'],
])('%s in which something is to change is not known yet', async (_, task) => {
  const plan = await planOf(
    `    - file: { path: in, state: directory }\n    - copy: { content: x, dest: in/there }\n    - ${task}\n`,
  );
  expect(last(plan).at(-1)).toBe('a 1.3: unknown');
});

test('packages that may come, or not, are no fact of the plan; and no host is asked for each of them', async () => {
  const plan = await planOf(
    `    - { shell: echo a, register: r }\n    - apt: { name: "{{ item }}" }\n      loop: "{{ range(0, 200) | map('string') | map('regex_replace', '^', 'none-') | list }}"\n      when: r.stdout == "a"\n    - package_facts:\n    - debug: { msg: "{{ ansible_facts.packages }}" }\n`,
  );
  expect(last(plan)).toEqual(['a 1.3: unknown', 'a 1.4: unknown']);
});
