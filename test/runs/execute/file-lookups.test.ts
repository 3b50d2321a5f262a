import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab, resultOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n${body}`;

/** The message of the play's first task. */
const said = async (message: string): Promise<unknown> => {
  await lab.playbook(
    play(`  vars: { word: here, unused: no }\n  tasks:\n    - debug: { msg: ${JSON.stringify(message)} }\n`),
  );
  const ran = await lab.run();
  const { msg } = resultOf(ran, 'a', '1.1');
  return msg;
};

const files = async (all: Readonly<Record<string, string>>): Promise<unknown> =>
  Promise.all(Object.entries(all).map(([name, text]) => lab.file(`playbooks/${name}`, text)));

test('file gives what files hold, as text and never as a template', async () => {
  lab = await openLab({ hosts: ['a'] });
  await files({ 'files/one': '  {{ word }}\n\n', 'two.txt': "it's $(two)\n" });
  expect(await said("{{ lookup('file', 'one') }}")).toBe('  {{ word }}');
  expect(await said("{{ lookup('file', 'one', rstrip=false, lstrip=true) }}")).toBe('{{ word }}\n\n');
  expect(await said("{{ lookup('ansible.builtin.file', 'two.txt', 'files/one') }}")).toBe("it's $(two),  {{ word }}");
  expect(await said("{{ lookup('file', playbook_dir ~ '/two.txt') }}")).toBe("it's $(two)");
  expect(await said("{{ lookup('file', 'none', errors='ignore') | default('nothing', true) }}")).toBe('nothing');
});

test('nothing outside the playbooks folder is in reach', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('secret', 'secret');
  await files({ 'files/.keep': '' });
  await symlink('../../secret', join(lab.folder, 'playbooks/files/link'));
  const refused = 'there is no file';
  expect(await said("{{ lookup('file', '/etc/passwd') }}")).toContain(refused);
  expect(await said("{{ lookup('file', '../secret') }}")).toContain(refused);
  expect(await said("{{ lookup('file', 'link') }}")).toContain(refused);
  expect(await said("{{ lookup('template', '../secret') }}")).toContain(refused);
  expect(
    await said("{{ query('fileglob', '../secre*') + query('fileglob', '/etc/*') + query('fileglob', 'li*') }}"),
  ).toEqual([]);
  expect(await said("{{ query('first_found', ['../secret', '/etc/passwd', 'link'], skip=true) }}")).toEqual([]);
});

test('template renders a file, with more variables when they are given', async () => {
  lab = await openLab({ hosts: ['a'] });
  await files({
    'templates/t.j2': 'say {{ word }} {{ more | default("-") }}\n',
    'templates/list.j2': '[1, "{{ word }}"]\n',
  });
  expect(await said("{{ lookup('template', 't.j2') }}")).toBe('say here -\n');
  expect(await said("{{ lookup('template', 't.j2', template_vars={'more': 'x'}) }}")).toBe('say here x\n');
  expect(await said("{{ lookup('template', 'list.j2') }}")).toEqual([1, 'here']);
  expect(await said("{{ lookup('template', 'list.j2', convert_data=false) | length }}")).toBe(12);
  expect(await said("{{ lookup('template', 't.j2', variable_start_string='[[') }}")).toContain(
    "no option 'variable_start_string'",
  );
});

test('a loop goes over the files of a pattern, over contents, and over the first that is there', async () => {
  lab = await openLab({ hosts: ['a'] });
  await files({
    'files/conf/b.conf': 'b\n',
    'files/conf/a.conf': 'a\n',
    'files/conf/.hidden.conf': 'no\n',
    'files/conf/other': 'no\n',
    'templates/here.j2': 'from {{ word }}\n',
    'vars/here.yml': 'found: yes it is\n',
    'tasks/here.yml': '- shell: echo {{ found }} >> log\n',
  });
  await lab.playbook(
    play(`  vars: { word: here }
  tasks:
    - copy: { src: "{{ item }}", dest: "{{ item | basename }}" }
      with_fileglob: conf/*.conf
    - shell: echo {{ item }} >> log
      with_file: [conf/a.conf, conf/b.conf]
    - template: { src: "{{ item }}", dest: made }
      with_first_found:
        - missing.j2
        - "{{ word }}.j2"
    - include_vars: "{{ item }}"
      with_first_found:
        - files: ["nowhere.yml", "{{ word }}.yml"]
    - include_tasks: "{{ lookup('first_found', search) }}"
      vars: { search: { files: ["none.yml", "here.yml"], paths: [tasks] } }
    - shell: echo never >> log
      with_first_found: [{ files: nothing, skip: true }]
`),
  );
  const { outcome } = await lab.run();
  expect(outcome).toMatchObject({ state: 'done' });
  expect([await lab.read('a', 'a.conf'), await lab.read('a', 'b.conf'), await lab.read('a', '.hidden.conf')]).toEqual([
    'a\n',
    'b\n',
    undefined,
  ]);
  expect(await lab.read('a', 'log')).toBe('a\nb\nyes it is\n');
  expect(await lab.read('a', 'made')).toBe('from here\n');
});

test('in a role its own files come first, for its variables too', async () => {
  lab = await openLab({ hosts: ['a'] });
  await files({
    'files/key': 'of the playbook',
    'roles/r/files/key': 'of the role',
    'roles/r/defaults/main.yml': "key: \"{{ lookup('file', 'key') }}\"\n",
    'roles/r/tasks/main.yml': '- shell: echo {{ key }} >> log\n',
  });
  await lab.playbook(play('  roles: [r]\n  post_tasks:\n    - shell: echo {{ lookup("file", "key") }} >> log\n'));
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('of the role\nof the playbook\n');
});

test('none of several files is a failure that names them', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - debug: { msg: x }\n      with_first_found: [one, two]\n'));
  const ran = await lab.run();
  expect(resultOf(ran, 'a', '1.1').msg).toContain('none of these files is in the playbooks folder: one, two');
});

test('a file that changed since the plan stops the run', async () => {
  lab = await openLab({ hosts: ['a'] });
  await files({ 'files/one': 'before' });
  await lab.playbook(play('  tasks:\n    - shell: echo {{ lookup("file", "one") | length > 0 }} >> log\n'));
  const plan = await lab.plan();
  expect(plan.files).toHaveProperty('files/one');
  await files({ 'files/one': 'afterwards' });
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome).toMatchObject({ state: 'drifted', refusal: { code: 'run.drifted' } });
  expect(await lab.read('a', 'log')).toBeUndefined();
});
