import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Plan } from '#core/plan.ts';
import { runsOnce } from '#runs/execute/once.ts';
import type { DoneStep, ExecutionEvent, StepKey } from '#runs/executor.ts';
import { withWayOn } from '#runs/stuck.ts';
import { type Lab, openLab, registry } from './lab.ts';

/** A run that another goes on with: what the first one left behind is given to the second as the store would. */
let lab: Lab;
afterEach(() => lab.close());

const key = 'run-9-test';
const tasks = (lines: string) => `- hosts: all\n  gather_facts: false\n  tasks:\n${lines}`;
const until = async (held: () => Promise<boolean>): Promise<void> => {
  while (!(await held())) await sleep(5);
};

type Left = { readonly done: readonly DoneStep[]; readonly begun: readonly StepKey[] };

/** What the store would know of the steps told so far. */
function leftBy(events: readonly ExecutionEvent[], onDisk: (id: string) => boolean = () => true): Left {
  const last = new Map<string, DoneStep>();
  for (const event of events) if (event.kind === 'step' && onDisk(event.step.id)) last.set(event.step.id, event.step);
  const all = [...last.values()];
  const isDone = ({ state }: DoneStep) => ['ok', 'changed', 'skipped', 'failed', 'ignored'].includes(state);
  return { done: all.filter(isDone), begun: all.filter((step) => !isDone(step)) };
}

/** Interrupts a run as soon as something holds, after the step under way. */
async function interrupted(plan: Plan, held: () => Promise<boolean>): Promise<Left> {
  const boundary = new AbortController();
  const applying = lab.apply({ key, plan, request: plan.request }, { boundary: boundary.signal });
  await until(held);
  boundary.abort('interrupt');
  const { outcome, events } = await applying;
  expect(outcome.state).toBe('interrupted');
  return leftBy(events);
}

const goOn = (plan: Plan, left: Partial<Left>) =>
  lab.apply({ key, plan, request: plan.request, done: left.done ?? [], begun: left.begun ?? [] });

test('a rescue that was half done is gone on with, though what failed would succeed now', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    tasks(`    - block:
        - { name: Deploy, shell: "echo new >version; rm -f healthy" }
        - { name: Check, wait_for: { path: "{{ home }}/healthy", timeout: 1 } }
        - { name: Announce, shell: "echo new is live >>log" }
      rescue:
        - { name: Roll back, shell: "echo old >version; touch healthy; sleep 0.3" }
        - { name: Tell, shell: "echo rolled back >>log" }
`),
  );
  const plan = await lab.plan({ vars: { home: lab.path('a', '') }, chosen: ['home'] });
  const left = await interrupted(plan, async () => (await lab.read('a', 'version')) === 'old\n');
  const again = await goOn(plan, left);
  expect(again.outcome).toMatchObject({ state: 'done', recap: { a: { rescued: 1, failed: 0 } } });
  expect(await lab.read('a', 'log')).toBe('rolled back\n');
});

test('a failure that was ignored stays one', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    tasks(`    - { stat: { path: there }, register: it, failed_when: not it.stat.exists, ignore_errors: true }
    - { shell: "touch began; sleep 0.3" }
    - { shell: "echo without >>log", when: it is failed }
`),
  );
  const plan = await lab.plan();
  const left = await interrupted(plan, async () => (await lab.read('a', 'began')) !== undefined);
  await lab.file('hosts/a/there', '');
  const again = await goOn(plan, left);
  expect(again.outcome).toMatchObject({ state: 'done', recap: { a: { ignored: 1 } } });
  expect(await lab.read('a', 'log')).toBe('without\n');
});

test.each([
  ['', ''],
  [' that shows nothing', ', no_log: true'],
  [' under another name', ', loop_control: { label: one }'],
])('a loop%s whose items are others by now stops the run, and nothing of it is passed over', async (_what, more) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(tasks(`    - { command: "sh -c 'echo {{ item }} >>log'", loop: "{{ users }}"${more} }\n`));
  await lab.file('inventory.ini', `[web]\na users='["one","two","three"]'\n`);
  const plan = await lab.plan();
  const { events } = await lab.apply({ key, plan, request: plan.request });
  const left = leftBy(events, (id) => id === '1.1[0]' || id === '1.1[1]');
  expect(left.done).toHaveLength(2);
  await lab.file('inventory.ini', `[web]\na users='["three"]'\n`);
  expect((await goOn(plan, left)).outcome).toMatchObject({ state: 'drifted', refusal: { code: 'run.drifted' } });
  const begun = { begun: left.done.map(({ id, host, item }) => ({ id, host, ...(item && { item }) })) };
  expect((await goOn(plan, begun)).outcome.state).toBe('drifted');
});

test('a loop over the same items goes on, inside an include too', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file(
    'playbooks/each.yml',
    '- { shell: "echo {{ item }}-{{ inner }} >>log; sleep 0.1", loop: [x, y], loop_control: { loop_var: inner } }\n',
  );
  await lab.playbook(tasks('    - { include_tasks: each.yml, loop: [one, two] }\n'));
  const plan = await lab.plan();
  const left = await interrupted(plan, async () => (await lab.read('a', 'log')) !== undefined);
  expect(left.done.length).toBeLessThan(6);
  expect((await goOn(plan, left)).outcome.state).toBe('done');
  expect(await lab.read('a', 'log')).toBe('one-x\none-y\ntwo-x\ntwo-y\n');
});

test('a command that made what it creates and then failed has failed', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    tasks(`    - { name: Install, shell: "touch made; echo begun >>log; sleep 1; exit 3", args: { creates: made } }
    - { name: After, shell: "echo after >>log" }
`),
  );
  const plan = await lab.plan();
  const dies = lab.apply({ key, plan, request: plan.request }, { conclude: async () => false });
  await until(async () => (await lab.read('a', 'log')) !== undefined);
  const again = await goOn(plan, { begun: [{ id: '1.1', host: 'a' }] });
  expect(again.steps).toEqual(['a 1.1: failed']);
  expect(await lab.read('a', 'log')).toBe('begun\n');
  await dies;
});

test('a command that had nothing to do has nothing to do', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(tasks('    - { shell: "echo begun >>log", args: { creates: made } }\n'));
  await lab.file('hosts/a/made', '');
  const plan = await lab.plan();
  expect((await goOn(plan, {})).outcome).toMatchObject({ state: 'done', recap: { a: { ok: 1, changed: 0 } } });
  expect(await lab.read('a', 'log')).toBeUndefined();
});

test('what a command gave after several attempts comes from the attempt that counted', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    tasks(`    - { shell: "echo x >>log; n=$(wc -l <log); echo try-$n; [ $n -ge 3 ]", register: r, until: "r.rc == 0", retries: 5, delay: 0, no_log: true }
    - { shell: "touch slow; sleep 0.3" }
    - { copy: { content: "{{ r.stdout }} {{ r is failed }} {{ r.attempts }}", dest: proof } }
`),
  );
  const plan = await lab.plan();
  const left = await interrupted(plan, async () => (await lab.read('a', 'slow')) !== undefined);
  expect(JSON.stringify(left.done)).not.toContain('try-3');
  expect((await goOn(plan, left)).outcome.state).toBe('done');
  expect(await lab.read('a', 'proof')).toBe('try-3 False 3');
  expect(await lab.read('a', 'log')).toBe('x\nx\nx\n');
});

test('a change that nobody foresaw is begun on disk before it is made: its handlers are owed by whoever goes on', async () => {
  const told: ExecutionEvent[] = [];
  lab = await openLab({ hosts: ['a'], onEvent: (event) => told.push(event) });
  await lab.playbook(
    tasks(`    - { shell: "mkdir -p etc; [ -f etc/conf ] || echo default >etc/conf" }
    - { copy: { content: wanted, dest: etc/conf }, notify: Restart }
  handlers:
    - { name: Restart, shell: echo restart >>log }
`),
  );
  const plan = await lab.plan();
  expect(plan.steps.map(({ outcome }) => outcome)).toEqual(['change', 'unknown', 'unknown']);
  const asked: string[] = [];
  const job = { key, plan, request: plan.request };
  const stop = new AbortController();
  await lab.apply(job, {
    boundary: stop.signal,
    recorded: async () => {
      const last = told.findLast((event) => event.kind === 'step');
      asked.push(
        `${last?.kind === 'step' ? `${last.step.id} ${last.step.state}` : ''}: ${await lab.read('a', 'etc/conf')}`,
      );
      stop.abort('interrupt');
    },
  });
  expect(asked).toEqual(['1.2 running: default\n']);
  expect(await lab.read('a', 'etc/conf')).toBe('wanted');
  const left = leftBy(told.filter((event) => event.kind !== 'step' || event.step.state !== 'changed'));
  expect(left.begun.map(({ id }) => id)).toContain('1.2');
  expect((await goOn(plan, left)).steps).toContain('a 1.2: changed');
  expect(await lab.read('a', 'log')).toBe('restart\n');
});

test('a task that sets another home leaves its journal where the account has its own', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    tasks(`    - { shell: "echo $HOME >>log; touch began; sleep 0.3", environment: { HOME: "{{ elsewhere }}" } }\n`),
  );
  await lab.file('hosts/a/elsewhere/keep', '');
  const elsewhere = lab.path('a', 'elsewhere');
  const plan = await lab.plan({ vars: { elsewhere }, chosen: ['elsewhere'] });
  const dies = lab.apply({ key, plan, request: plan.request }, { conclude: async () => false });
  await until(async () => (await lab.read('a', 'began')) !== undefined);
  expect((await goOn(plan, {})).outcome.state).toBe('done');
  await dies;
  expect(await lab.read('a', 'log')).toBe(`${elsewhere}\n`);
});

test.each([
  ['mysql_db', 'import of'],
  ['mysql_db', 'dump of'],
  ['postgresql_db', 'restore of'],
  ['postgresql_db', 'dump of'],
])('what %s does is never done twice: %s', async (name, aspect) => {
  lab = await openLab({ hosts: ['a'] });
  const module = registry.get(name);
  if (!module) throw new Error(name);
  const differences = [{ subject: 'database shop', aspect, before: null, after: '/tmp/shop.sql' }];
  expect(runsOnce(module, { differences, result: {} })).toBe(true);
  const step = { runId: 1, id: '1.1', host: 'a', task: 'Move', module: name, state: 'unknown' } as const;
  const run = { id: 1, orderId: 1, actor: 'x', state: 'interrupted', planHash: 'h', recap: {}, queuedAt: '' } as const;
  const request = { playbook: 'site.yml', vars: {}, locks: [] };
  const died = { code: 'run.bot_died', say: 'x', retryable: true } as const;
  const stopped = [{ ...step, startedAt: '', differences: [], result: {} }];
  expect(withWayOn(died, { ...run, request }, stopped, undefined).retryable).toBe(false);
});

test('a step that was only being looked at when the run was cut is as wanted, and no change of it', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `${tasks('    - { file: { path: there, state: directory }, register: tree, notify: Again }\n    - { copy: { content: x, dest: other } }\n    - { shell: echo bad >>log, when: tree is changed }\n')}  handlers:\n    - { name: Again, shell: echo again >>log }\n`,
  );
  await mkdir(lab.path('a', 'there'), { recursive: true });
  const plan = await lab.plan();
  const again = await goOn(plan, { begun: [{ host: 'a', id: '1.1' }] });
  expect([again.outcome.state, again.outcome.refusal]).toEqual(['done', undefined]);
  expect(again.outcome.recap.a).toMatchObject({ changed: 1, skipped: 1 });
  expect(await lab.read('a', 'log')).toBeUndefined();
});
