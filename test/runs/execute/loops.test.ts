import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const log = async (task: string): Promise<readonly string[]> => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  vars:\n    list: [x, [y, z]]\n    map: { one: 1, two: 2 }\n    users: [{name: ada, keys: [k1, k2]}]\n  tasks:\n    - ${task.replaceAll('\n', '\n      ')}\n`,
  );
  const { outcome } = await lab.run();
  expect(outcome).toMatchObject({ state: 'done' });
  return ((await lab.read('a', 'log')) ?? '').trim().split('\n');
};
const echo = (words: string): string => `shell: echo ${words} >> log`;

test.each([
  [
    'with_items flattens once',
    `${echo('{{ item }}')}\nwith_items: ["{{ list }}", b]`,
    ['x', 'y z', 'b'].slice(0, 0).concat(['x', '[y, z]', 'b']),
  ],
  ['a bare name', `${echo('{{ item }}')}\nwith_items: list`, ['x', 'y', 'z']],
  ['with_dict', `${echo('{{ item.key }}={{ item.value }}')}\nwith_dict: "{{ map }}"`, ['one=1', 'two=2']],
  ['with_together', `${echo('{{ item.0 }}{{ item.1 }}')}\nwith_together: [[a, b], [1, 2]]`, ['a1', 'b2']],
  ['with_nested', `${echo('{{ item[0] }}{{ item[1] }}')}\nwith_nested: [[a, b], [1, 2]]`, ['a1', 'a2', 'b1', 'b2']],
  ['with_sequence', `${echo('{{ item }}')}\nwith_sequence: start=1 end=3`, ['1', '2', '3']],
  [
    'with_subelements',
    `${echo('{{ item.0.name }} {{ item.1 }}')}\nwith_subelements: ["{{ users }}", keys]`,
    ['ada k1', 'ada k2'],
  ],
  ['with_indexed_items', `${echo('{{ item.0 }}{{ item.1 }}')}\nwith_indexed_items: [a, b]`, ['0a', '1b']],
  ['index_var', `${echo('{{ i }}{{ item }}')}\nloop: [a, b]\nloop_control: {index_var: i}`, ['0a', '1b']],
  [
    'extended',
    `${echo('{{ ansible_loop.index }}/{{ ansible_loop.length }} {{ ansible_loop.last }}')}\nloop: [a, b]\nloop_control: {extended: true}`,
    ['1/2 False', '2/2 True'],
  ],
])('%s', async (_, task, expected) => {
  expect(await log(task)).toEqual(expected);
});

test('a label is what the step is called', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    '- hosts: a\n  gather_facts: false\n  tasks:\n    - shell: "true"\n      loop: [{name: ada, key: long}]\n      loop_control: {label: "{{ item.name }}"}\n',
  );
  expect((await lab.plan()).steps[0]?.task).toBe('shell (ada)');
});
