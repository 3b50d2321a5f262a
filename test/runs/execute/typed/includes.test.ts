import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const unsafe = [
  ['an include’s loop', '    - include_tasks: say.yml\n      loop: "{{ words }}"\n'],
  ['an include’s variable', '    - include_tasks: say.yml\n      vars: { item: "{{ words[0] }}" }\n'],
  ['an include’s with_items', '    - include_tasks: say.yml\n      with_items: "{{ words }}"\n'],
  ['a role’s variable', '    - include_role: { name: say }\n      vars: { item: "{{ words | first }}" }\n'],
  ['a block’s variable', '    - block:\n        - shell: echo {{ item }}\n      vars: { item: "{{ words[0] }}" }\n'],
  ['a lookup’s items', '    - shell: echo {{ item }}\n      with_together: ["{{ words }}", [1]]\n'],
  ['a raw command', '    - raw: echo {{ words[0] }}\n'],
  ['a script’s words', '    - script: say.sh {{ words[0] }}\n'],
  [
    'what a task gave',
    '    - debug: { msg: "{{ words[0] }}" }\n      register: said\n    - shell: echo {{ said.msg }}\n',
  ],
  ['hostvars', '    - shell: echo {{ hostvars[inventory_hostname].words[0] }}\n'],
  ['vars', '    - shell: echo {{ vars["words"][0] }}\n'],
  ['a lookup of variables', "    - shell: echo {{ lookup('vars', 'words')[0] }}\n"],
  ['a lookup of variables by its full name', "    - shell: echo {{ lookup('ansible.builtin.vars', 'word') }}\n"],
  ['a lookup by its old full name', "    - shell: echo {{ lookup('ansible.legacy.vars', 'word') }}\n"],
  ['a query of variables', "    - shell: echo {{ query('ansible.builtin.vars', 'word') | first }}\n"],
  ['a short query of variables', "    - shell: echo {{ q('ansible.legacy.vars', 'word') ~ '' }}\n"],
  ['a lookup of a template', "    - shell: echo {{ lookup('ansible.builtin.template', 'words.j2') }}\n"],
  ['a lookup of a template by its old name', "    - shell: echo {{ lookup('ansible.legacy.template', 'words.j2') }}\n"],
  ['a lookup of a list', "    - shell: echo {{ lookup('items', *words) }}\n"],
  [
    'a lookup of a template’s own variables',
    `    - shell: "echo {{ lookup('template', 'own.j2', **{'template_vars': {'own': words}}) }}"\n`,
  ],
  ['options of a lookup', `    - shell: "echo {{ lookup('vars', 'none', **{'default': word}) }}"\n`],
  ['with_vars', '    - shell: echo {{ item[0] }}\n      with_vars: [words]\n'],
  [
    'the whole loop',
    `    - shell: echo {{ ansible_loop.allitems[0] }}\n      loop: "{{ words }}"\n      loop_control: { extended: true }\n`,
  ],
  ['a lookup by a name made up', "    - shell: echo {{ lookup('va' ~ 'rs', 'words')[0] }}\n"],
  ['another host’s fact', '    - set_fact: { kept: "{{ words[0] }}" }\n    - shell: echo {{ hostvars["a"].kept }}\n'],
  [
    'a fact one host set for all',
    '    - set_fact: { kept: "{{ words[0] }}" }\n      run_once: true\n    - shell: echo {{ kept }}\n',
  ],
  [
    'what a quoted word gave',
    '    - shell: echo {{ word | quote }}\n      register: said\n    - shell: echo {{ said.stdout }}\n',
  ],
  [
    'what a word of the environment gave',
    '    - shell: echo "$W"\n      environment: { W: "{{ word }}" }\n      register: said\n    - shell: echo {{ said.stdout }}\n',
  ],
  ['a quoted fact', `    - set_fact: { kept: "{{ word | quote }}" }\n    - shell: echo '{{ kept }}'\n`],
  [
    'what a task of a loop gave',
    '    - command: echo {{ item | quote }}\n      loop: "{{ words }}"\n      register: said\n    - shell: echo {{ said.results[0].stdout }}\n',
  ],
  [
    'what failed',
    '    - block:\n        - fail: { msg: "{{ word }}" }\n      rescue:\n        - shell: echo {{ ansible_failed_result.msg }}\n',
  ],
  [
    'the name of what failed',
    '    - block:\n        - name: Do {{ word }}\n          fail: { msg: no }\n      rescue:\n        - shell: echo {{ ansible_failed_task.name }}\n',
  ],
  [
    'what a handler gave',
    '    - shell: echo one\n      notify: say\n    - meta: flush_handlers\n    - shell: echo {{ said.stdout }}\n  handlers:\n    - name: say\n      shell: echo {{ word | quote }}\n      register: said\n',
  ],
  [
    'what a delegated task gave',
    '    - shell: echo {{ word | quote }}\n      delegate_to: a\n      register: said\n    - shell: echo {{ said.stdout }}\n',
  ],
  ['the variables of a file', '    - include_vars: { file: made.yml }\n    - shell: echo {{ made }}\n'],
  [
    'the name of a group',
    "    - add_host: { name: \"{{ word | replace(' ', '') }}\", groups: b }\n    - shell: echo {{ groups.b[0] }}\n",
  ],
  ['the key of a group', '    - group_by: { key: "{{ word }}" }\n    - shell: echo {{ group_names[0] }}\n'],
  [
    'a debugged expression',
    `    - debug: { var: "words | first" }\n      register: said\n    - shell: echo {{ said['words | first'] }}\n`,
  ],
  ['a debugged variable', '    - debug: var=words\n      register: said\n    - shell: echo {{ said.words[0] }}\n'],
] as const;

test.each(unsafe)('what is typed reaches no shell through %s', async (_, tasks) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/say.yml', '- shell: echo {{ item }}\n');
  await lab.file('playbooks/templates/words.j2', '{{ words[0] }}');
  await lab.file('playbooks/templates/own.j2', '{{ own[0] }}');
  await lab.file('playbooks/made.yml', 'made: "{{ word }}"\n');
  await lab.file('playbooks/say.sh', 'echo "$@"\n');
  await lab.file('playbooks/roles/say/tasks/main.yml', '- shell: echo {{ item }}\n');
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: word, unsafe: true }, { name: words, unsafe: true }]\n  tasks:\n${tasks}`,
  );
  const plan = await lab.plan({ vars: { words: ['a; touch pwned'], word: 'a; touch pwned' } });
  expect(plan.steps.map(({ refusal }) => refusal?.code)).toContain('step.typed_in_shell');
  await lab.apply({ plan, request: plan.request });
  expect(await lab.read('a', 'pwned')).toBeUndefined();
});

test('a lookup of something else is no way to what is typed', async () => {
  lab = await openLab({ hosts: ['a'] });
  const shell = "shell: echo {{ lookup('sequence', 'end=2') }} > said";
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: word, unsafe: true }, { name: words, unsafe: true }]\n  tasks:\n    - ${shell}\n`,
  );
  const plan = await lab.plan({ vars: { words: ['a; b'] } });
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  expect(await lab.read('a', 'said')).toBe('1,2\n');
});

test('what is typed may be an environment variable, or stand in quote', async () => {
  lab = await openLab({ hosts: ['a'] });
  const shell = 'shell: echo "$W" {{ words[0] | quote }} > said';
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: word, unsafe: true }, { name: words, unsafe: true }]\n  tasks:\n    - ${shell}\n      environment: { W: "{{ words[0] }}" }\n`,
  );
  const plan = await lab.plan({ vars: { words: ['a; touch pwned'] } });
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  expect(await lab.read('a', 'said')).toBe('a; touch pwned a; touch pwned\n');
  expect(await lab.read('a', 'pwned')).toBeUndefined();
});
