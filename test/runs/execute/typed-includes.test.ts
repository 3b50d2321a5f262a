import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

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
  ['a lookup by a name made up', "    - shell: echo {{ lookup('va' ~ 'rs', 'words')[0] }}\n"],
  ['another host’s fact', '    - set_fact: { kept: "{{ words[0] }}" }\n    - shell: echo {{ hostvars["a"].kept }}\n'],
  [
    'a fact one host set for all',
    '    - set_fact: { kept: "{{ words[0] }}" }\n      run_once: true\n    - shell: echo {{ kept }}\n',
  ],
  ['a debugged variable', '    - debug: var=words\n      register: said\n    - shell: echo {{ said.words[0] }}\n'],
] as const;

test.each(unsafe)('what is typed reaches no shell through %s', async (_, tasks) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/say.yml', '- shell: echo {{ item }}\n');
  await lab.file('playbooks/say.sh', 'echo "$@"\n');
  await lab.file('playbooks/roles/say/tasks/main.yml', '- shell: echo {{ item }}\n');
  await lab.playbook(`- hosts: a\n  gather_facts: false\n  tasks:\n${tasks}`);
  const plan = await lab.plan({ vars: { words: ['a; touch pwned'] } });
  await lab.apply({ plan, request: plan.request });
  expect(await lab.read('a', 'pwned')).toBeUndefined();
});

test('a lookup of something else is no way to what is typed', async () => {
  lab = await openLab({ hosts: ['a'] });
  const shell = "shell: echo {{ lookup('sequence', 'end=2') }} > said";
  await lab.playbook(`- hosts: a\n  gather_facts: false\n  tasks:\n    - ${shell}\n`);
  const plan = await lab.plan({ vars: { words: ['a; b'] } });
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  expect(await lab.read('a', 'said')).toBe('1,2\n');
});

test('what is typed may be an environment variable, or stand in quote', async () => {
  lab = await openLab({ hosts: ['a'] });
  const shell = 'shell: echo "$W" {{ words[0] | quote }} > said';
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  tasks:\n    - ${shell}\n      environment: { W: "{{ words[0] }}" }\n`,
  );
  const plan = await lab.plan({ vars: { words: ['a; touch pwned'] } });
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  expect(await lab.read('a', 'said')).toBe('a; touch pwned a; touch pwned\n');
  expect(await lab.read('a', 'pwned')).toBeUndefined();
});
