import { afterEach, expect, test } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { inLanguage } from '#core/text.ts';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n${body}`;
const role = (name: string, files: Readonly<Record<string, string>>): Promise<unknown> =>
  Promise.all(Object.entries(files).map(([file, text]) => lab.file(`playbooks/roles/${name}/${file}`, text)));

test('a role brings its tasks, variables, files, templates, handlers and the roles it needs', async () => {
  lab = await openLab({ hosts: ['a'] });
  await role('base', { 'tasks/main.yml': '- shell: echo base >> log\n' });
  await role('web', {
    'meta/main.yml': 'dependencies:\n  - base\n',
    'defaults/main.yml': 'port: 80\ntitle: default\n',
    'vars/main.yml': 'fixed: from the role\n',
    'files/plain': 'plain\n',
    'templates/conf.j2': '{{ title }} {{ port }} {{ fixed }} {{ role_name }}\n',
    'tasks/main.yml': `- copy: { src: plain, dest: plain }
- template: { src: conf.j2, dest: conf }
  notify: restart
- import_tasks: more.yml
`,
    'tasks/more.yml': '- shell: echo more >> log\n',
    'handlers/main.yml': '- name: restart\n  shell: echo restarted {{ port }} >> log\n',
  });
  await lab.playbook(
    play('  roles:\n    - { role: web, title: given, port: 8080 }\n  tasks:\n    - shell: echo task >> log\n'),
  );
  const { outcome, steps } = await lab.run();
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'conf')).toBe('given 8080 from the role web\n');
  expect(await lab.read('a', 'plain')).toBe('plain\n');
  expect(await lab.read('a', 'log')).toBe('base\nmore\ntask\nrestarted 8080\n');
  expect(new Set(steps).size).toBe(steps.length);
});

test('a play’s variables outweigh defaults, a role’s variables outweigh the play’s', async () => {
  lab = await openLab({ hosts: ['a'], inventory: 'a one=inventory\n' });
  await role('r', {
    'defaults/main.yml': 'one: default\ntwo: default\nthree: default\n',
    'vars/main.yml': 'three: role\nfour: role\n',
    'tasks/main.yml': '- shell: echo {{ one }} {{ two }} {{ three }} {{ four }} >> log\n',
  });
  await lab.playbook(play('  vars: { two: play, three: play, four: play }\n  roles: [r]\n'));
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('inventory play role role\n');
});

test('include_role is decided per host when it is reached, its loop and its vars reach the tasks', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await role('say', {
    'defaults/main.yml': 'word: nothing\n',
    'tasks/main.yml': '- shell: echo {{ word }} {{ item }} >> log\n  notify: heard\n',
    'tasks/other.yml': '- shell: echo other >> log\n',
    'handlers/main.yml': '- name: heard\n  shell: echo heard >> log\n',
  });
  await lab.playbook(
    play(`  tasks:
    - include_role: { name: say }
      vars: { word: hello }
      loop: [1, 2]
      when: inventory_hostname == 'a'
    - include_role: { name: say, tasks_from: other }
`),
  );
  const plan = await lab.plan();
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('hello 1\nhello 2\nother\nheard\n');
  expect(await lab.read('b', 'log')).toBe('other\n');
});

test('include_tasks takes the file each host names; what inherits is what stands around it', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.file('playbooks/tasks/a.yml', '- shell: echo file a {{ extra }} >> log\n');
  await lab.file('playbooks/tasks/b.yml', '- shell: echo file b {{ extra }} $E >> log\n');
  await lab.playbook(
    play(`  tasks:
    - block:
        - include_tasks: "tasks/{{ inventory_hostname }}.yml"
          vars: { extra: yes it is }
      environment: { E: around }
`),
  );
  const { outcome } = await lab.run();
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('file a yes it is\n');
  expect(await lab.read('b', 'log')).toBe('file b yes it is around\n');
});

test('an include that depends on what a run gives is not known in the plan, and runs', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/one.yml', '- copy: { content: x, dest: made }\n');
  await lab.playbook(
    play('  tasks:\n    - shell: echo one\n      register: which\n    - include_tasks: "{{ which.stdout }}.yml"\n'),
  );
  const plan = await lab.plan();
  expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'a 1.2: unknown']);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'made')).toBe('x');
});

test.each([
  ['a role that is not there', '  roles: [nginx]\n', 'there is no role “nginx”'],
  ['a role that needs itself', '  roles: [round]\n', 'the role “round” depends on itself: round → other → round'],
  ['a file that includes itself', '  tasks:\n    - import_tasks: loop.yml\n', '“loop.yml” brings in itself'],
  ['a fault in an included file', '  tasks:\n    - include_tasks: wrong.yml\n', 'wrong.yml:1:3: “fiel” is neither'],
  ['a way out of the folder', '  tasks:\n    - import_tasks: ../../../etc/passwd\n', 'there is no file'],
])('%s is refused before anything runs, with its place', async (_, body, words) => {
  lab = await openLab({ hosts: ['a'] });
  await role('round', { 'meta/main.yml': 'dependencies: [other]\n', 'tasks/main.yml': '[]\n' });
  await role('other', { 'meta/main.yml': 'dependencies: [round]\n', 'tasks/main.yml': '[]\n' });
  await lab.file('playbooks/loop.yml', '- import_tasks: loop.yml\n');
  await lab.file('playbooks/wrong.yml', '- fiel: path=x\n');
  await lab.playbook(play(body));
  await expect(lab.plan()).rejects.toMatchObject({ refusal: { say: { en: expect.stringContaining(words) } } });
});

test('another playbook is imported with its plays numbered on', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/first.yml', play('  tasks:\n    - shell: echo first >> log\n'));
  await lab.playbook(`- import_playbook: first.yml\n${play('  tasks:\n    - shell: echo second >> log\n')}`);
  const { steps } = await lab.run();
  expect(steps).toEqual(['a 1.1: changed', 'a 2.1: changed']);
});

test('variables come from vars_files, the first that is there, and from include_vars', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/vars/common.yml', 'one: common\ntwo: "{{ one }} two"\n');
  await lab.file('playbooks/vars/late.yml', 'late: "{{ two }} late"\n');
  await lab.playbook(
    play(`  vars_files:
    - vars/common.yml
    - ["vars/{{ inventory_hostname }}.yml", vars/common.yml]
  tasks:
    - include_vars: vars/late.yml
    - include_vars: { file: vars/late.yml, name: inside }
    - shell: echo {{ late }} >> log
`),
  );
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('common two late\n');
});

test('a role that two others need in the same way is done once, unless it says that each use counts', async () => {
  lab = await openLab({ hosts: ['a'] });
  await role('base', { 'tasks/main.yml': '- shell: echo base {{ n | default(0) }} >> log\n' });
  await role('each', { 'meta/main.yml': 'allow_duplicates: true\n', 'tasks/main.yml': '- shell: echo each >> log\n' });
  const needs = 'dependencies:\n  - base\n  - each\n  - { role: base, n: 1 }\n';
  await role('one', { 'meta/main.yml': needs, 'tasks/main.yml': '- shell: echo one >> log\n' });
  await role('two', { 'meta/main.yml': needs, 'tasks/main.yml': '- shell: echo two >> log\n' });
  await lab.playbook(play('  roles: [one, two, one]\n'));
  expect((await lab.run()).outcome.state).toBe('done');
  expect((await lab.read('a', 'log'))?.trim().split('\n')).toEqual(['base 0', 'each', 'base 1', 'one', 'each', 'two']);
});

test('a template may say that the file is managed, without a question to the host', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/t.j2', '{{ ansible_managed | comment }}\n');
  await lab.playbook('- hosts: all\n  tasks:\n    - template: { src: t.j2, dest: file }\n');
  expect((await lab.run()).steps).toEqual(['a 1.1: changed']);
  expect(await lab.read('a', 'file')).toBe('#\n# Ansible managed\n#\n');
});

test.each([
  ['vars of a role', '  roles: [app]\n', 'roles/app/vars/main.yml', 'playbook.invalid'],
  ['defaults of a role', '  roles: [app]\n', 'roles/app/defaults/main.yml', 'playbook.invalid'],
  ['vars_files', '  vars_files: [more.yml]\n', 'more.yml', 'playbook.invalid'],
])('%s do not say how a host is reached', async (_what, keywords, file, code) => {
  lab = await openLab({ hosts: ['a'] });
  await role('app', { 'tasks/main.yml': '- debug:\n' });
  await lab.file(`playbooks/${file}`, 'a: 1\nansible_user: svc\n');
  await lab.playbook(`- hosts: a\n  gather_facts: false\n${keywords}`);
  const refusal = await lab.plan().then(
    () => undefined,
    (thrown: unknown) => refusalOf(thrown),
  );
  expect([refusal?.code, inLanguage(refusal?.say ?? '', 'en')]).toEqual([
    code,
    expect.stringMatching(new RegExp(`^${file}:2:\\d+: ansible_user says how a host is reached`)),
  ]);
});

test('parameters of a role do not say how a host is reached, nor does include_vars', async () => {
  lab = await openLab({ hosts: ['a'] });
  await role('app', { 'tasks/main.yml': '- debug:\n' });
  await lab.file('playbooks/more.yml', 'ansible_host: elsewhere\n');
  await lab.playbook('- hosts: a\n  roles:\n    - { role: app, ansible_port: 1 }\n');
  await expect(lab.plan()).rejects.toThrow(/site\.yml:3:20: ansible_port says how/);
  await lab.playbook(
    '- hosts: a\n  gather_facts: false\n  tasks:\n    - include_vars: { file: more.yml, name: of }\n    - include_vars: more.yml\n',
  );
  const steps = (await lab.plan()).steps;
  expect(steps.map(({ refusal }) => refusal && inLanguage(refusal.say, 'en'))).toEqual([
    undefined,
    expect.stringMatching(/more\.yml:1:\d+: ansible_host says how a host is reached/),
  ]);
});

test('arguments for ssh that a template makes are looked at when it is known what they say', async () => {
  lab = await openLab({ hosts: ['a'] });
  await role('app', {
    'tasks/main.yml': '- copy: { dest: f, content: x }\n',
    'defaults/main.yml': `ansible_ssh_common_args: "{% if 'bastion' in groups %} -o ProxyJump=b {% endif %}"\n`,
  });
  await lab.playbook('- hosts: a\n  gather_facts: false\n  roles: [app]\n');
  expect(outcomesOf(await lab.plan())).toEqual(['a 1.1r.1: change']);
  await lab.file('inventory.ini', 'a\n[bastion]\nb\n');
  const [step] = (await lab.plan()).steps;
  expect(inLanguage(step?.refusal?.say ?? '', 'en')).toMatch(/main\.yml:1:27: ansible_ssh_common_args says how a host/);
});

const saying = play('  vars: { word: own, other: own }\n  tasks:\n    - shell: echo {{ word }} {{ other }} >> log\n');

test('an imported playbook has the condition, the tags and the variables of its import, those of the outermost first', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(saying, 'second.yml');
  await lab.playbook('- import_playbook: second.yml\n  vars: { word: inner, other: inner }\n', 'first.yml');
  await lab.playbook(
    '- import_playbook: first.yml\n  name: All of it\n  tags: [one]\n  vars: { word: outer }\n  when: go == "yes"\n',
  );
  expect(outcomesOf(await lab.plan({ vars: { go: 'no' } }))).toEqual(['a 1.1: skip']);
  expect(outcomesOf(await lab.plan({ vars: { go: 'yes' }, tags: ['two'] }))).toEqual([]);
  await lab.run({ vars: { go: 'yes' }, tags: ['one'] });
  expect(await lab.read('a', 'log')).toBe('outer inner\n');
});

test('an import of a playbook takes no other keyword, and says so', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(saying, 'first.yml');
  await lab.playbook('- import_playbook: first.yml\n  become: true\n  vars: { ansible_user: svc }\n');
  const refusal = await lab.plan().then(
    () => undefined,
    (thrown: unknown) => refusalOf(thrown),
  );
  expect(JSON.stringify(refusal?.details)).toMatch(/import_playbook has no keyword “become”.*ansible_user says how/);
});
