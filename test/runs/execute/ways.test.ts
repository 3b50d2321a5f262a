import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Text } from '#core/text.ts';
import { planCard } from '#runs/cards/plan-card.ts';
import { eventLines, planText } from '#runs/text.ts';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const en = (text: Text | undefined): string => (typeof text === 'object' ? text.en : (text ?? ''));
const play = (tasks: string) => lab.playbook(`- hosts: a\n  gather_facts: false\n  tasks:\n${tasks}`);

test('a delegated step is shown, counted and told where it is done', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await play(`
    - { name: mark, shell: 'echo x > mark', delegate_to: '{{ target }}' }
    - { name: own, copy: { dest: own, content: y } }
`);
  const plan = await lab.plan({ vars: { target: 'b' } });
  expect(plan.steps.map(({ host, on }) => [host, on])).toEqual([
    ['a', 'b'],
    ['a', undefined],
  ]);
  const card = planCard(plan, 'Run');
  expect(en(card.title)).toContain('2 changes on b, a');
  expect(en(card.text)).toContain('mark (b)');
  expect(card.code?.text).toContain('# b\n');
  expect(card.code?.text).toContain('delegate_to host: a -> b');
  expect(planText(plan)).toContain('changed: [a -> b]');
  const { events } = await lab.run({ vars: { target: 'b' } });
  expect(events.flatMap((event) => eventLines(event)).join('\n')).toContain('changed: [a -> b]');
  expect(await lab.read('b', 'mark')).toBe('x\n');
});

/** `b` before this second, then `a`: nothing but the time tells. */
const turning = (second: number) => `{{ 'b' if now().strftime('%s') | int < ${second} else 'a' }}`;

test.each([
  ['on which host', (value: string) => `shell: 'echo x > mark'\n      delegate_to: "${value}"`],
  ['in which environment', (value: string) => `shell: 'echo $A > mark'\n      environment: { A: "${value}" }`],
])('%s a step is done may not differ from the plan', async (_, task) => {
  lab = await openLab({ hosts: ['a', 'b'] });
  const second = Math.floor(Date.now() / 1000) + 6;
  await play(`
    - { name: other, shell: ':', delegate_to: b, changed_when: false }
    - ${task(turning(second))}
`);
  const plan = await lab.plan();
  await sleep(second * 1000 - Date.now() + 100);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome).toMatchObject({ state: 'drifted' });
  expect([await lab.read('a', 'mark'), await lab.read('b', 'mark')]).toEqual([undefined, undefined]);
});

test('what decides the environment is shown, and hidden where the task says so', async () => {
  lab = await openLab({ hosts: ['a'] });
  await play(`
    - { shell: 'true', environment: { LEVEL: high } }
    - { shell: 'true', environment: { LEVEL: hush-hush }, no_log: true }
    - { shell: 'true', environment: { PGPASSWORD: 'hush-{{ "hush" }}', PGHOST: db-1 } }
`);
  const plan = await lab.plan();
  expect(planCard(plan, 'Run').code?.text).toContain('environment sets: {} -> {"PGPASSWORD":"…","PGHOST":"db-1"}');
  expect(plan.steps[2]?.differences.at(-1)?.seal).toBeDefined();
  expect(planCard(plan, 'Run').code?.text).toContain('environment sets: {} -> {"LEVEL":"high"}');
  expect(JSON.stringify(plan)).not.toContain('hush-hush');
});

test('a command that says it changes nothing is on the card all the same', async () => {
  lab = await openLab({ hosts: ['a'] });
  await play(`
    - { name: look, shell: 'cat /etc/hostname', changed_when: false }
    - { name: own, copy: { dest: own, content: y } }
`);
  const card = planCard(await lab.plan(), 'Run');
  expect(en(card.title)).toContain('1 change on a');
  expect(en(card.text)).toMatch(/Run too, and count as no change\*\*\n- look/);
  expect(card.code?.text).toContain('cat /etc/hostname');
});
