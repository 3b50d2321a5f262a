import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { interrupt } from '#runs/executor.ts';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n${body}`;
const slow = play(`  tasks:
    - { name: One, shell: "echo $$ >pid; sleep 2; touch one" }
    - { name: Two, shell: touch two }
  handlers: []
`);

const begun = async (host = 'a'): Promise<number> => {
  for (;;) {
    const pid = await lab.read(host, 'pid');
    if (pid) return Number(pid);
    await sleep(10);
  }
};

/** True when the process is gone within a moment; a zombie nobody has collected yet is gone too. */
const dies = async (pid: number): Promise<boolean> => {
  for (let look = 0; look < 60; look += 1) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    if (state === undefined || / Z /.test(state)) return true;
    await sleep(50);
  }
  return false;
};

test('a cancel at the boundary lets the step under way end and begins no other', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(slow);
  const plan = await lab.plan();
  const boundary = new AbortController();
  const applying = lab.apply({ plan, request: plan.request }, { boundary: boundary.signal });
  await begun();
  boundary.abort('cancel');
  const { outcome, steps } = await applying;
  expect(outcome).toMatchObject({ state: 'cancelled', refusal: { code: 'run.cancelled' } });
  expect(steps).toEqual(['a 1.1: changed']);
  expect(await lab.read('a', 'one')).toBe('');
  expect(await lab.read('a', 'two')).toBeUndefined();
  expect(await lab.read('a', '.quarterdeck')).toBeUndefined();
});

test('a cancel now kills what runs on the hosts', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(slow.replace('sleep 2', 'sleep 30'));
  const plan = await lab.plan();
  const now = new AbortController();
  const applying = lab.apply({ plan, request: plan.request }, { now: now.signal });
  const pid = await begun();
  const began = Date.now();
  now.abort('cancel');
  const { outcome, steps } = await applying;
  expect(outcome.state).toBe('cancelled');
  expect(Date.now() - began).toBeLessThan(25_000);
  expect(steps).toEqual(['a 1.1: failed']);
  expect(await dies(pid)).toBe(true);
  expect(await lab.read('a', 'one')).toBeUndefined();
});

test('a cancel ends the waiting between attempts', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play('  tasks:\n    - { shell: "echo 1 >pid; exit 1", register: r, until: r.rc == 0, retries: 100, delay: 60 }\n'),
  );
  const plan = await lab.plan();
  const boundary = new AbortController();
  const applying = lab.apply({ plan, request: plan.request }, { boundary: boundary.signal });
  await begun();
  boundary.abort('cancel');
  expect((await applying).outcome.state).toBe('cancelled');
});

test.each(['cancel', interrupt])('an attempt under way when the run is stopped is no end: %s', async (word) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(
      '  tasks:\n    - { shell: "echo 1 >pid; sleep 2; exit 1", register: r, until: r.rc == 0, retries: 9, delay: 0, ignore_errors: true }\n',
    ),
  );
  const plan = await lab.plan();
  const boundary = new AbortController();
  const applying = lab.apply({ plan, request: plan.request }, { boundary: boundary.signal });
  await begun();
  boundary.abort(word);
  const { steps, events } = await applying;
  expect(steps).toEqual(['a 1.1: failed']); // not ignored: what is ignored is done, and never done again
  expect(JSON.stringify(events)).toContain('step.cancelled');
});

test('a cancel while a host is being reached ends at once and touches nothing', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(slow);
  lab.ssh.slow('a', 20_000);
  const now = new AbortController();
  const began = Date.now();
  setTimeout(() => now.abort('cancel'), 200);
  const { outcome, events } = await lab.apply(
    { request: { playbook: 'site.yml', vars: {}, locks: [] } },
    { now: now.signal },
  );
  expect(outcome.state).toBe('cancelled');
  expect(Date.now() - began).toBeLessThan(15_000);
  expect(events.at(-1)).toMatchObject({ step: { refusal: { code: 'step.killed' } } });
  expect(await lab.read('a', 'pid')).toBeUndefined();
});

test('an interruption keeps the journal for the resumption', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(slow);
  const plan = await lab.plan();
  const boundary = new AbortController();
  const applying = lab.apply({ plan, request: plan.request }, { boundary: boundary.signal });
  await begun();
  boundary.abort(interrupt);
  const { outcome } = await applying;
  expect(outcome).toMatchObject({ state: 'interrupted', refusal: { retryable: true } });
  const why = outcome.state === 'done' ? '' : (outcome.refusal?.say ?? '');
  expect(inLanguage(why, 'en')).toBe('The bot was stopped, and this run with it.');
  expect(existsSync(lab.path('a', '.quarterdeck'))).toBe(true);
});

test('a plan can be cancelled', async () => {
  lab = await openLab({ hosts: ['a'] });
  lab.ssh.slow('a', 500);
  await lab.playbook(play('  tasks:\n    - stat: { path: x }\n    - stat: { path: y }\n'));
  const request = { playbook: 'site.yml', vars: {}, locks: [] };
  const planned = await lab.executor.plan({ key: 'plan', request }, AbortSignal.timeout(100));
  expect(planned).toMatchObject({ ok: false, refusal: { code: 'run.cancelled' } });
});

test('a connection lost in the middle of a change: nobody knows, and the host is left', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(slow);
  const plan = await lab.plan();
  const applying = lab.apply({ plan, request: plan.request });
  await begun();
  lab.ssh.lose('a');
  const { outcome, steps, events } = await applying;
  expect(steps).toEqual(expect.arrayContaining(['a 1.1: unknown', 'b 1.1: changed', 'b 1.2: changed']));
  expect(steps).not.toContain('a 1.2: changed');
  expect(outcome).toMatchObject({
    state: 'failed',
    recap: { a: { unknown: 1, unreachable: 1, failed: 0 }, b: { ok: 2, unreachable: 0 } },
  });
  const lost = events.findLast((event) => event.kind === 'step' && event.step.host === 'a');
  expect(lost).toMatchObject({ step: { refusal: { code: 'step.lost' } } });
});

test('a connection lost between two steps is opened again', async () => {
  let losing = true;
  lab = await openLab({
    hosts: ['a'],
    onEvent: (event) => {
      if (losing && event.kind === 'step' && event.step.state === 'changed') {
        losing = false;
        lab.ssh.lose('a');
      }
    },
  });
  await lab.playbook(play('  tasks:\n    - shell: echo x >>f\n    - shell: echo x >>f\n    - stat: { path: f }\n'));
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await lab.read('a', 'f')).toBe('x\nx\n');
});

test('a host that cannot be reached is unreachable, not failed, and the others are done', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(play('  tasks:\n    - shell: touch f\n'));
  const plan = await lab.plan();
  lab.ssh.unreachable('a');
  lab.ssh.lose('a');
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome).toMatchObject({ state: 'failed', recap: { a: { unreachable: 1, failed: 0 }, b: { ok: 1 } } });
});

test('fifty hosts run three tasks each in parallel', async () => {
  const hosts = Array.from({ length: 50 }, (_, index) => `h${index}`);
  lab = await openLab({ hosts });
  const tasks = Array.from({ length: 3 }, (_, index) => `    - file: { path: d${index}, state: directory }\n`).join('');
  await lab.playbook(play(`  tasks:\n${tasks}`));
  const plan = await lab.plan();
  expect(outcomesOf(plan).filter((line) => line.endsWith('change'))).toHaveLength(150);
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('done');
  expect(Object.values(outcome.recap).every((host) => host.changed === 3)).toBe(true);
}, 120_000);
