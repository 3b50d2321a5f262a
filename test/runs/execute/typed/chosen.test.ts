import { afterEach, describe, expect, test } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

/** What a condition on something typed sets, or leaves as it was, empties no path. */

let lab: Lab;
afterEach(() => lab.close());

const play = (tasks: string): string => `- hosts: a\n  gather_facts: false\n  tasks:\n${tasks}`;
const empty = "    - set_fact: { dir: '' }\n";
const cache = '    - set_fact: { dir: cache }\n';
const whenCache = "      when: v == 'cache'\n";
const removed = "    - shell: rm -rf app/{{ dir | default('') }}/*\n";

const setting: Readonly<Record<string, string>> = {
  'set over it': `${empty}${cache}${whenCache}`,
  'made empty': `${cache}${empty}      when: v != 'cache'\n`,
  'set or not at all': `${cache}${whenCache}`,
  'set in a block': `${empty}    - block:\n        - set_fact: { dir: cache }\n      when: v == 'cache'\n`,
  'set in a loop': `${empty}    - set_fact: { dir: "{{ item }}" }\n      loop: [cache, logs]\n      when: item == v\n`,
  'set for each that is typed': `${empty}${cache}      loop: "{{ [v] | intersect(['cache']) }}"\n`,
  'set in a file': `    - include_vars: empty.yml\n    - include_vars: cache.yml\n${whenCache}`,
  'made empty in a file': `    - include_vars: cache.yml\n    - include_vars: empty.yml\n      when: v != 'cache'\n`,
  'set by a fact that was': `    - set_fact: { is: true }\n${whenCache}${empty}${cache}      when: is | default(false)\n`,
  'another fact': `    - set_fact: { one: '' }\n    - set_fact: { one: cache }\n${whenCache}    - set_fact: { dir: "{{ one }}" }\n`,
};

async function ran(tasks: string, v = 'abc') {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/empty.yml', "dir: ''\n");
  await lab.file('playbooks/cache.yml', 'dir: cache\n');
  await lab.file('playbooks/clean.sh.j2', '#!/bin/sh\nrm -rf app/{{ dir }}/*\n');
  await lab.file('hosts/a/app/data/precious', 'precious');
  await lab.file('hosts/a/app/cache/old', 'old');
  await lab.playbook(play(tasks));
  const plan = await lab.plan({ vars: { v } });
  const { outcome } = await lab.apply({ plan, request: plan.request });
  const refusals = plan.steps.flatMap(({ refusal }) => refusal?.code ?? []);
  const left = [await lab.read('a', 'app/data/precious'), await lab.read('a', 'app/cache/old')];
  return { refusals, state: outcome.state, left };
}

describe.each(Object.entries(setting))('a folder that is %s', (_, tasks) => {
  test.each([
    ['a line', removed],
    [
      'a variable of the line',
      `${removed.replace("{{ dir | default('') }}", '{{ path }}')}      vars: { path: "{{ dir | default('') }}" }\n`,
    ],
    ['a path', `    - file: { path: "app/{{ dir | default('') }}/", state: absent }\n`],
  ])('is not left out of %s', async (_what, removing) => {
    expect(await ran(`${tasks}${removing}`)).toEqual({
      refusals: ['step.typed_in_path'],
      state: 'failed',
      left: ['precious', 'old'],
    });
  });

  test('is removed where it is one', async () => {
    expect(await ran(`${tasks}${removed}`, 'cache')).toEqual({
      refusals: [],
      state: 'done',
      left: ['precious', undefined],
    });
  });
});

test.each([
  ['a word of its own', `${empty}${cache}${whenCache}    - shell: ls {{ dir }} app\n`],
  ['the end of a name', `${empty}${cache}${whenCache}    - shell: touch app/name{{ dir }}\n`],
  ['a text', `${empty}${cache}${whenCache}    - copy: { content: "x/{{ dir }}/", dest: x }\n`],
  [
    'a path of its own',
    `    - set_fact: { dir: app }\n    - set_fact: { dir: app/data }\n${whenCache}    - file: { path: "{{ dir }}", state: directory }\n`,
  ],
  ['what is set anew', `${empty}${cache}${whenCache}    - set_fact: { dir: "" }\n    - shell: ls app/{{ dir }}/\n`],
  [
    'what something else decides',
    `${empty}${cache}      when: inventory_hostname == 'b'\n    - shell: ls app/{{ dir }}/\n`,
  ],
])('nothing is left out where it is %s', async (_, tasks) => {
  expect(await ran(tasks)).toMatchObject({ refusals: [], state: 'done' });
});

test('nor of a script that is put there', async () => {
  const template = '    - template: { src: clean.sh.j2, dest: clean.sh }\n';
  expect(await ran(`${empty}${cache}${whenCache}${template}`)).toMatchObject({ refusals: ['step.typed_in_path'] });
});
