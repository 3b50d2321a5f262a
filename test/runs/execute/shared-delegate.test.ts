import { mkdir, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const ran = async (playbook: string) => {
  lab = await openLab({ hosts: ['a', 'b', 'c', 'lb'], inventory: '[web]\na\nb\nc\n[front]\nlb\n' });
  await lab.playbook(playbook);
  const plan = await lab.plan();
  const { outcome } = await lab.apply({ plan, request: plan.request });
  return { plan, outcome };
};

const add = '{ lineinfile: { path: list, line: "server {{ inventory_hostname }}", create: true }, delegate_to: lb }';

test.each([
  ['at once', ''],
  ['one after the other', '  serial: 1\n'],
])('several hosts that change one file of a host they delegate to, %s', async (_, serial) => {
  const { plan, outcome } = await ran(`- hosts: web\n  gather_facts: false\n${serial}  tasks:\n    - ${add}\n`);
  expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'b 1.1: unknown', 'c 1.1: unknown']);
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
  expect((await lab.read('lb', 'list'))?.split('\n').sort()).toEqual(['', 'server a', 'server b', 'server c']);
});

test('a play on the host itself comes after what was delegated there', async () => {
  const { plan, outcome } = await ran(
    `- hosts: web\n  gather_facts: false\n  tasks:\n    - ${add}\n- hosts: front\n  gather_facts: false\n  tasks:\n    - lineinfile: { path: list, line: end, create: true }\n`,
  );
  expect(outcomesOf(plan).at(-1)).toBe('lb 2.1: unknown');
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
});

test('those that change different things there are planned, and done, as that', async () => {
  const own = '{ copy: { content: x, dest: "own-{{ inventory_hostname }}" }, delegate_to: lb }';
  const { plan, outcome } = await ran(`- hosts: web\n  gather_facts: false\n  tasks:\n    - ${own}\n`);
  expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'b 1.1: change', 'c 1.1: change']);
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
});

test('a loop of each host goes on in turn, and nothing is lost', async () => {
  const { outcome } = await ran(
    `- hosts: web\n  gather_facts: false\n  tasks:\n    - lineinfile: { path: list, line: "{{ inventory_hostname }} {{ item }}", create: true }\n      loop: [1, 2, 3]\n      delegate_to: lb\n`,
  );
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
  expect((await lab.read('lb', 'list'))?.trim().split('\n')).toHaveLength(9);
});

test('one that fails holds up none of the others', async () => {
  const { outcome } = await ran(
    `- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: { content: "{{ inventory_hostname }}", dest: "{{ (inventory_hostname == 'a') | ternary('no/such/folder', 'there') }}" }\n      delegate_to: lb\n      ignore_errors: true\n    - lineinfile: { path: there, line: "{{ inventory_hostname }}" }\n      delegate_to: lb\n`,
  );
  expect(outcome.recap?.a).toMatchObject({ failed: 0, ignored: 1 });
});

const slow = `- hosts: web\n  gather_facts: false\n  tasks:\n    - lineinfile: { path: list, line: "{{ inventory_hostname }}", create: true, validate: "sh -c 'sleep 1; true' x %s" }\n      delegate_to: lb\n`;

test('whoever has no turn yet when a run is stopped begins nothing', async () => {
  lab = await openLab({ hosts: ['a', 'b', 'c', 'lb'], inventory: '[web]\na\nb\nc\n[front]\nlb\n' });
  await lab.playbook(slow);
  const plan = await lab.plan();
  const boundary = new AbortController();
  setTimeout(() => boundary.abort(), 500);
  const { outcome } = await lab.apply({ plan, request: plan.request }, { boundary: boundary.signal });
  expect(outcome.state).not.toBe('done');
  expect(await lab.read('lb', 'list')).toBe('a\n');
  const again = await lab.apply({ plan, request: plan.request, begun: [] });
  expect(again.outcome.state).toBe('done');
});

test('nor does anybody after one that is not as planned', async () => {
  lab = await openLab({ hosts: ['a', 'b', 'c', 'lb'], inventory: '[web]\na\nb\nc\n[front]\nlb\n' });
  await lab.playbook(slow);
  const plan = await lab.plan();
  await mkdir(lab.path('lb', ''), { recursive: true });
  await writeFile(lab.path('lb', 'list'), 'other\n');
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('drifted');
  expect(await lab.read('lb', 'list')).toBe('other\n');
});
