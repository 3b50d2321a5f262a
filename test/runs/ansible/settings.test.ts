import { describe, expect, it } from 'vitest';
import { takenOver } from '#runs/ansible/settings.ts';
import { givenBy, plainFor, refusedVariable } from '#runs/ansible/typed.ts';

describe('a team’s ansible.cfg', () => {
  it('counts in what it says of reading playbooks, and in nothing that says whom to trust or what to start', () => {
    const text = `# ours
[defaults]
roles_path = roles:
    more/roles
host_key_checking = False
stdout_callback = yaml
  and more
inventory=hosts
hash_behaviour: merge
[ssh_connection]
ssh_args = -o StrictHostKeyChecking=no
pipelining = True
[constructor]
roles_path = x
[privilege_escalation]
become = True
become_exe = /tmp/x
`;
    expect(takenOver(text)).toBe(`[defaults]
roles_path = roles:
    more/roles
hash_behaviour: merge
[ssh_connection]
pipelining = True
[privilege_escalation]
become = True
`);
  });
});

describe('what goes to Ansible of a request', () => {
  const playbook = {
    file: 'a.yml',
    marks: {},
    plays: [
      {
        name: 'A',
        hosts: 'web',
        at: { file: 'a.yml', line: 1, column: 1 },
        asks: [
          { name: 'version', hasDefault: false },
          { name: 'colour', hasDefault: true },
        ],
      },
    ],
  };
  const request = (vars: object, more: object = {}) => ({ playbook: 'a.yml', vars: { ...vars }, locks: [], ...more });

  it.each([
    [{ version: 'v2' }, { typed: ['version'] }, undefined],
    [{ version: 'v2', colour: 'blue' }, { typed: ['version', 'colour'] }, undefined],
    [{ colour: 'blue' }, { typed: ['colour'] }, 'ansible.unanswered'],
    [{ version: 'v2', path: 'x' }, { typed: ['version', 'path'] }, 'run.variable_set'],
    [{ version: '{{ x }}' }, { typed: ['version'] }, 'run.variable_text'],
    [{ version: '--force' }, { typed: ['version'] }, 'run.variable_text'],
    [{ version: 'a b' }, {}, 'run.variable_text'],
    [{ version: ['a', '/etc'] }, {}, 'run.variable_text'],
    [{ version: '/srv/x y' }, { chosen: ['version'] }, undefined],
  ])('%j %j: %s', (vars, more, code) => {
    expect(refusedVariable(request(vars, more), playbook)?.code).toBe(code);
  });

  it('is an answer where a person named it, and a variable above all others where not', () => {
    expect(givenBy(request({ version: 'v2', root: '/srv' }, { typed: ['version'], chosen: ['root'] }))).toEqual({
      answers: { version: 'v2' },
      extra: { root: '/srv' },
    });
  });

  it('is no template', () => {
    expect(plainFor({ a: '{{ x }}', b: ['{% y %}', 3, null, 'plain'] })).toEqual({
      a: { __ansible_unsafe: '{{ x }}' },
      b: [{ __ansible_unsafe: '{% y %}' }, 3, null, 'plain'],
    });
  });
});
