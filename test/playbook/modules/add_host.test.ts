import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { addHost } from '#playbook/modules/add_host.ts';
import { groupBy } from '#playbook/modules/group_by.ts';
import { type Lab, openLab, outcomesOf, type Ran, resultOf } from '../../runs/lab.ts';
import { tryModule } from './host.ts';

const inventory = `[web]
a color=red
b color=green
[db]
c color=blue
[site:children]
web
db
`;

let lab: Lab;
afterEach(() => lab?.close());

const play = async (text: string): Promise<Ran> => {
  await lab.playbook(text);
  return lab.run();
};
const say = (name: string, words: string): string => `    - { name: ${name}, shell: 'echo "${words}" > said' }\n`;
const byColor =
  '- hosts: all\n  gather_facts: false\n  tasks:\n    - group_by: { key: "is {{ color }}", parents: site }\n';

describe('group_by', () => {
  it('puts hosts into groups that later tasks and plays know', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.file('group_vars/is-red.yml', 'warm: "yes, {{ color }}"\n');
    const { outcome } = await play(
      `${byColor}- hosts: is-red\n  gather_facts: false\n  tasks:\n${say('say', '{{ warm }} {{ group_names | join }} {{ groups.is_blue | default(groups.all | length) }}')}`,
    );
    expect(outcome.state).toBe('done');
    expect(await lab.read('a', 'said')).toBe('yes, red is-redsiteweb 3\n');
    expect(await lab.read('b', 'said')).toBeUndefined();
  });

  it('is in the plan, with the hosts of the plays that follow', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.playbook(`${byColor}- hosts: is-blue:&site\n  gather_facts: false\n  tasks:\n${say('say', 'x')}`);
    const plan = await lab.plan();
    expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'b 1.1: change', 'c 1.1: change', 'c 2.1: change']);
    expect(plan.steps[2]?.differences).toEqual([
      { subject: 'group is-blue', aspect: 'host', before: null, after: 'c' },
    ]);
  });

  it('changes nothing for a host that is there already', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    const ran = await play('- hosts: db\n  gather_facts: false\n  tasks:\n    - group_by: key=db parents=site\n');
    expect(ran.steps).toEqual(['c 1.1: ok']);
    expect(resultOf(ran, 'c', '1.1')).toMatchObject({ add_group: 'db', parent_groups: ['site'], changed: false });
  });

  it('says that the hosts of a play cannot be told, when they depend on what a command gives', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.playbook(
      '- hosts: a\n  gather_facts: false\n  tasks:\n    - { shell: "echo x", register: it }\n    - group_by: { key: "{{ it.stdout }}" }\n- hosts: x\n  tasks: []\n',
    );
    await expect(lab.plan()).rejects.toThrow('nobody can say yet which hosts are “x”');
  });

  it('is refused where it would make a circle, or change how a host is reached', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.file('group_vars/moved.yml', 'ansible_host: elsewhere\n');
    await lab.playbook(
      '- hosts: a\n  gather_facts: false\n  tasks:\n    - { group_by: { key: site, parents: web }, ignore_errors: true }\n    - group_by: key=moved\n',
    );
    const { steps } = await lab.plan();
    expect(steps.map(({ refusal }) => refusal?.code)).toEqual(['inventory.regroup', 'inventory.regroup']);
  });

  it('leaves alone a file of variables with a fault until its group is made', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.file('group_vars/odd.yml', '- a list\n');
    await lab.playbook('- hosts: a\n  gather_facts: false\n  tasks:\n    - group_by: key=odd\n');
    const { steps } = await lab.plan();
    expect(steps[0]?.refusal?.code).toBe('inventory.invalid');
  });
});

describe('add_host', () => {
  it('brings a host of the inventory into a later play, and the plan names it', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.playbook(
      `- hosts: a:b\n  gather_facts: false\n  tasks:\n    - add_host: { name: c, groups: "late, later", token: "{{ color }} {{ '{{' }} x" }\n- hosts: late\n  gather_facts: false\n  tasks:\n${say('say', '{{ token }} {{ group_names | join }}')}`,
    );
    const plan = await lab.plan();
    expect(plan.hosts).toEqual(['a', 'b', 'c']);
    expect(plan.delegated).toEqual(['c']);
    expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'c 2.1: change']);
    const ran = await lab.apply({ plan, request: plan.request });
    expect(ran.outcome).toMatchObject({ state: 'done', recap: { c: { changed: 1 } } });
    expect(await lab.read('c', 'said')).toBe('red {{ x dblatelatersite\n');
    expect(resultOf(ran, 'a', '1.1').add_host).toEqual({
      host_name: 'c',
      groups: ['late', 'later'],
      host_vars: { token: 'red {{ x' },
    });
  });

  it('holds variables under a name that is no host', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    const { outcome } = await play(
      `- hosts: all\n  gather_facts: false\n  tasks:\n    - add_host: name=HOLDER word={{ color }}\n- hosts: web\n  gather_facts: false\n  tasks:\n${say('say', '{{ hostvars.HOLDER.word }} {{ groups.all }}')}`,
    );
    expect(outcome.state).toBe('done');
    expect(await lab.read('b', 'said')).toBe("red ['HOLDER', 'a', 'b', 'c']\n");
  });

  it.each([
    ['connected to', '- hosts: new\n  gather_facts: false\n  tasks:\n    - command: id\n'],
    ['among all', '- hosts: all\n  gather_facts: false\n  tasks:\n    - command: id\n'],
  ])('never lets a name that is no host be %s', async (_name, more) => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.playbook(
      `- hosts: a\n  gather_facts: false\n  tasks:\n    - add_host: { name: x, groups: new, ansible_host: b }\n${more}`,
    );
    await expect(lab.plan()).rejects.toThrow('“x” was added by add_host and is no host of the inventory');
  });

  it('never lets a host be reached otherwise than the inventory says', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    const tasks = [
      '{ name: b, ansible_host: c }',
      '{ name: "b:23" }',
      '{ name: b, ansible_user: root }',
      '{ name: b, ansible_password: x }',
      '{ name: b, ansible_host: b, ansible_port: 22 }',
    ];
    await lab.playbook(
      `- hosts: a\n  gather_facts: false\n  ignore_errors: true\n  tasks:\n${tasks.map((one) => `    - add_host: ${one}\n`).join('')}`,
    );
    const { steps } = await lab.plan();
    expect(steps.map(({ refusal }) => refusal?.code)).toEqual([
      ...['inventory.regroup', 'inventory.regroup', 'inventory.regroup', 'inventory.connection'],
      undefined,
    ]);
  });

  it('stops a run that would touch a host its plan did not name', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.file('hosts/a/who', 'b');
    await lab.playbook(
      `- hosts: a\n  gather_facts: false\n  tasks:\n    - { slurp: { src: who }, register: who }\n    - add_host: { name: "{{ who.content | b64decode }}", groups: next }\n- hosts: next\n  gather_facts: false\n  tasks:\n${say('say', 'x')}`,
    );
    const plan = await lab.plan();
    expect(plan.hosts).toEqual(['a', 'b']);
    await lab.file('hosts/a/who', 'c');
    const { outcome } = await lab.apply({ plan, request: plan.request });
    expect(outcome.state).toBe('drifted');
    expect(await lab.read('c', 'said')).toBeUndefined();
  });

  it('keeps to the hosts the request leaves', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.playbook(
      `- hosts: a\n  gather_facts: false\n  tasks:\n    - add_host: { name: c, groups: web }\n- hosts: web\n  gather_facts: false\n  tasks:\n${say('say', 'x')}`,
    );
    expect((await lab.plan({ limit: 'web' })).hosts).toEqual(['a', 'b']);
  });

  it('keeps in mind what was typed', async () => {
    lab = await openLab({ hosts: ['a', 'b', 'c'], inventory });
    await lab.playbook(
      '- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: typed, unsafe: true }]\n  tasks:\n    - add_host: { name: b, cmd: "{{ typed }}" }\n- hosts: b\n  gather_facts: false\n  tasks:\n    - shell: "{{ cmd }}"\n',
    );
    const { steps } = await lab.plan({ vars: { typed: 'id; reboot' } });
    expect(steps.at(-1)?.refusal?.code).toBe('step.typed_in_shell');
  });

  it.each<[JsonObject]>([[{ name: '' }], [{ name: 'a b' }], [{ name: 'a', groups: ['x!y'] }], [{}]])(
    'refuses %j',
    async (args) => {
      await expect(tryModule(addHost, args)).rejects.toThrow('module.arguments');
    },
  );

  it('needs a name for the group', async () => {
    await expect(tryModule(groupBy, { key: '' })).rejects.toThrow('module.arguments');
  });
});
