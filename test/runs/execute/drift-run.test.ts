import { rm, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n${body}`;
const two = play(`  tasks:
    - { name: First, copy: { content: "first\\n", dest: first } }
    - { name: Second, copy: { content: "second\\n", dest: second } }
    - { name: Third, shell: touch third }
`);

test('a host that changed since the plan stops the run before the first differing change, on all hosts', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(two);
  const plan = await lab.plan();
  await writeFile(lab.path('b', 'second'), 'by hand\n');
  const { outcome, steps } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('drifted');
  expect(outcome.refusal?.details).toMatchObject({ host: 'b', task: 'Second' });
  const said = inLanguage(outcome.refusal?.say ?? '', 'en');
  expect(said).toMatch(
    /^b is no longer as planned at “Second”: planned .*absent.*, now .*The run stopped before it\.$/,
  );
  expect(await lab.read('b', 'second')).toBe('by hand\n');
  expect(await lab.read('a', 'first')).toBe('first\n');
  expect(await lab.read('a', 'third')).toBeUndefined();
  expect(steps.some((step) => step.includes('1.3'))).toBe(false);
});

test('what was planned as right and is wrong now is drift', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(two);
  await lab.run();
  const plan = await lab.plan();
  expect(outcomesOf(plan)).toEqual(['a 1.1: ok', 'a 1.2: ok', 'a 1.3: change']);
  await rm(lab.path('a', 'first'));
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('drifted');
  expect(await lab.read('a', 'first')).toBeUndefined();
});

test('what somebody made right in the meantime is no drift', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(two);
  const plan = await lab.plan();
  await writeFile(lab.path('a', 'first'), 'first\n', { mode: 0o644 });
  const { outcome, steps } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('done');
  expect(steps[0]).toBe('a 1.1: ok');
});

test('an ignored error does not pass over drift', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play('  tasks:\n    - { copy: { content: x, dest: f }, ignore_errors: true }\n    - shell: touch after\n'),
  );
  const plan = await lab.plan();
  await writeFile(lab.path('a', 'f'), 'y');
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('drifted');
  expect(await lab.read('a', 'after')).toBeUndefined();
});

test('a playbook, an inventory or a file that changed since the plan stops everything before anything is done', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.file('playbooks/files/f', 'one');
  await lab.playbook(play('  tasks:\n    - copy: { src: f, dest: f }\n'));
  const plan = await lab.plan();
  const apply = () => lab.apply({ plan, request: plan.request });
  await lab.file('playbooks/files/f', 'two');
  expect((await apply()).outcome.state).toBe('drifted');
  await lab.file('playbooks/files/f', 'one');
  await lab.file('inventory.ini', '[web]\na\n');
  expect((await apply()).outcome).toMatchObject({ state: 'drifted', recap: {} });
  await lab.file('inventory.ini', '[web]\na\nb\n');
  await lab.playbook(`${play('  tasks:\n    - copy: { src: f, dest: f }\n')}# changed\n`);
  expect((await apply()).outcome).toMatchObject({ state: 'drifted', recap: {} });
  expect(await lab.read('a', 'f')).toBeUndefined();
});

test('a plan that is not what it says, or for another order, is refused', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(two);
  const plan = await lab.plan();
  const forged = { ...plan, steps: [] };
  expect((await lab.apply({ plan: forged, request: plan.request })).outcome.refusal?.code).toBe('run.plan_mismatch');
  const other = { ...plan.request, vars: { x: 1 } };
  expect((await lab.apply({ plan, request: other })).outcome.refusal?.code).toBe('run.plan_mismatch');
  expect(await lab.read('a', 'first')).toBeUndefined();
});

test('without a plan everything is done as found', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(two);
  await lab.plan();
  const { outcome } = await lab.apply({ request: { playbook: 'site.yml', vars: {}, locks: [] } });
  expect(outcome.state).toBe('done');
  expect(await lab.read('a', 'second')).toBe('second\n');
});

test('a host that was unreachable when planned is not changed when it is back', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(two);
  lab.ssh.unreachable('b');
  const plan = await lab.plan();
  lab.ssh.unreachable('b', false);
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('drifted');
  expect(await lab.read('b', 'first')).toBeUndefined();
});

test('an applied no_log step is compared too, without showing values', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - { copy: { content: s3cret, dest: f, mode: "0600" }, no_log: true }\n'));
  await lab.run();
  const plan = await lab.plan();
  await writeFile(lab.path('a', 'f'), 'other');
  const ran = await lab.apply({ plan, request: plan.request });
  expect(ran.outcome.state).toBe('drifted');
  expect(JSON.stringify(ran)).not.toContain('s3cret');
});
