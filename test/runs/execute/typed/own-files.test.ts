import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const text = '  vars_prompt: [{ name: v, unsafe: true }]\n';

/** Plans one task: the codes of its refusals. */
async function refusals(task: string, v: string, asks = text): Promise<readonly string[]> {
  lab = await openLab({ hosts: ['a'] });
  for (const file of ['group_vars/all/vault.yml', 'files/a.sh', 'files/one/b', 'templates/a.sh', 'vars/a.sh', 'a.sh'])
    await lab.file(`playbooks/${file}`, 'secret: 1\n');
  await lab.playbook(`- hosts: a\n  gather_facts: false\n${asks}  tasks:\n    - ${task}\n`);
  return (await lab.plan({ vars: { v } })).steps.flatMap(({ refusal }) => refusal?.code ?? []);
}

const vault = 'group_vars/all/vault.yml';

describe('a file of the bot is named by one typed name', () => {
  it.each([
    ['copy: { src: "{{ v }}", dest: /tmp/a }', vault],
    ['copy: { src: "{{ v }}/all/", dest: /tmp/a }', 'group_vars'],
    ['copy: { src: "group_vars/all/{{ v }}", dest: /tmp/a }', 'vault.yml'],
    ['copy: { src: "./{{ v }}", dest: /tmp/a }', vault],
    ['copy: { src: "{{ f }}", dest: /tmp/a }\n      vars: { f: "{{ v }}" }', vault],
    ['copy: { src: "{{ v | lower }}", dest: /tmp/a }', vault],
    ["copy: { src: \"{{ v | replace(':', '/') }}\", dest: /tmp/a }", 'group_vars:all:vault.yml'],
    ['copy: { src: "{{ [v, \'\'] | join }}", dest: /tmp/a }', vault],
    ['copy: { src: "{{ item }}", dest: /tmp/a }\n      loop: ["{{ v }}"]', vault],
    ['template: { src: "{{ v }}", dest: /tmp/a }', vault],
    ['script: "{{ v | quote }} a"', vault],
    ['script: "{{ v }}"', vault],
    ['unarchive: { src: "{{ v }}", dest: /tmp }', vault],
    ['assemble: { src: "{{ v }}", dest: /tmp/a, remote_src: false }', 'group_vars/all'],
    ['synchronize: { src: "{{ v }}", dest: /tmp/a }', 'group_vars/all/'],
    ['include_vars: "{{ v }}"', vault],
    ['include_tasks: "{{ v }}"', vault],
    [`copy: { content: "{{ lookup('file', v) }}", dest: /tmp/a }`, vault],
    [`copy: { content: "{{ lookup('template', './' ~ v) }}", dest: /tmp/a }`, vault],
    [`debug: { msg: "{{ lookup('unvault', v) }}" }`, vault],
    [`debug: { msg: "{{ query('fileglob', v ~ '/*') }}" }`, 'group_vars/all'],
    [`debug: { msg: "{{ lookup('first_found', [v]) }}" }`, vault],
    [`debug: { msg: "{{ lookup('file', 'group_vars/all/' ~ v) }}" }`, 'vault.yml'],
    ['debug: { msg: "{{ item }}" }\n      with_file: ["{{ v }}"]', vault],
  ])('and not by a path: %s with %s', async (task, v) => {
    expect(await refusals(task, v)).toEqual([expect.stringMatching(/^step\.typed_in_(?:path|shell)$/)]);
  });

  it.each([
    ['copy: { src: "{{ v }}", dest: /tmp/a }', 'group_vars'],
    ['copy: { src: "group_vars/all/{{ v }}", dest: /tmp/a }', 'vault.yml'],
    ['synchronize: { src: "{{ v }}/", dest: /tmp/a }', 'group_vars'],
    [`debug: { msg: "{{ lookup('file', 'group_vars/all/' ~ v) }}" }`, 'vault.yml'],
  ])('and never in group_vars: %s with %s', async (task, v) => {
    expect(await refusals(task, v, '')).toEqual(['step.typed_in_path']);
  });

  it.each([
    ['copy: { src: "{{ v }}", dest: /tmp/a }', 'a.sh'],
    ['copy: { src: "files/{{ v }}", dest: /tmp/a }', 'a.sh'],
    ['copy: { src: "{{ v }}/", dest: /tmp/a }', 'one'],
    ['copy: { src: "{{ v | basename }}", dest: /tmp/a }', 'x/a.sh'],
    ['copy: { src: a.sh, dest: "{{ v }}" }', '/srv/a.sh'],
    ['copy: { src: "{{ v }}", dest: /tmp/a, remote_src: true }', '/etc/hostname'],
    ['template: { src: "{{ v }}", dest: /tmp/a }', 'a.sh'],
    ['script: "{{ v }} a"', 'a.sh'],
    ['include_vars: "{{ v }}"', 'a.sh'],
    ['include_vars: "group_vars/all/{{ v }}.yml"', 'vault'],
    [`copy: { content: "{{ lookup('file', v) }}", dest: /tmp/a }`, 'a.sh'],
    [`debug: { msg: "{{ lookup('file', 'a.sh') }} {{ v }}" }`, 'x/a.sh'],
    [`debug: { msg: "{{ lookup('file', 'group_vars/all/vault.yml') }} {{ v }}" }`, 'a'],
  ])('or by the playbook: %s with %s', async (task, v) => {
    expect(await refusals(task, v)).toEqual([]);
  });
});
