import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

type Groups = Readonly<Record<string, readonly string[]>>;

/** A program prints the inventory. */
async function printed(groups: Groups): Promise<void> {
  const all = Object.fromEntries(Object.entries(groups).map(([name, hosts]) => [name, { hosts }]));
  await lab.file('inventory.ini', `#!/bin/sh\necho '${JSON.stringify({ ...all, _meta: { hostvars: {} } })}'\n`);
  await chmod(join(lab.folder, 'inventory.ini'), 0o755);
}

async function ran(playbook: string, before: Groups, after: Groups) {
  lab = await openLab({ hosts: ['a', 'b', 'c', 'd'] });
  await printed(before);
  await lab.playbook(playbook);
  const plan = await lab.plan();
  await printed(after);
  const { outcome, events } = await lab.apply({ plan, request: plan.request });
  const order = events.flatMap((event) =>
    event.kind === 'step' && event.step.state === 'changed' ? [event.step.host] : [],
  );
  return { state: outcome.state, order };
}

const known = (more = ''): string =>
  `- hosts: web\n  gather_facts: false\n${more}  tasks:\n    - file: { path: made, state: directory }\n`;
const late = (text: string): string =>
  `- hosts: a\n  gather_facts: false\n  tasks:\n    - { shell: echo a, register: r }\n    - { shell: "echo ${text} >out", when: r.stdout == "a" }\n`;

const one = { web: ['a', 'b'], db: ['c', 'd'] };
const other = { db: ['d', 'c'], web: ['b', 'a'] };

test('hosts that a program prints in another order are done in the order of the plan', async () => {
  expect(await ran(known('  serial: 1\n'), one, other)).toEqual({ state: 'done', order: ['a', 'b'] });
});

test('so is the first of them, which does it for all', async () => {
  const once = `${known()}      run_once: true\n`;
  expect(await ran(once, one, other)).toEqual({ state: 'done', order: ['a'] });
});

test('groups are what they were, in any order', async () => {
  const text =
    "{{ groups.db | join(' ') }} {{ groups.web | first }} {{ groups.all | join(' ') }} {{ hostvars | list | first }}";
  expect((await ran(late(text), one, other)).state).toBe('done');
  expect(await lab.read('a', 'out')).toBe('c d a a b c d a\n');
});

test.each([
  ['a host more', { ...other, db: ['d', 'c', 'e'] }],
  ['a host less', { ...other, db: ['d'] }],
  ['another host', { ...other, db: ['d', 'e'] }],
])('a group with %s is another one', async (_, after) => {
  expect((await ran(late("{{ groups.db | join(' ') }}"), one, after)).state).toBe('drifted');
});

test('so is the list of hosts', async () => {
  expect((await ran(known(), one, { ...other, web: ['b', 'a', 'c'] })).state).toBe('drifted');
});

test('groups that have an order of their own keep it', async () => {
  const own = { web: ['a', 'b'], again: ['b', 'a'] };
  expect((await ran(late("{{ groups.again | join(' ') }}"), own, own)).state).toBe('done');
  expect(await lab.read('a', 'out')).toBe('b a\n');
});
