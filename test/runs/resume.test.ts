import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { openLab } from './lab.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-resume-'));
  await mkdir(join(folder, 'playbooks'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

/** Every command appends a line: each line must be there exactly once in the end. */
const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - { shell: "echo t1 >>log; sleep 0.05; echo one-$(wc -l <log)", register: first }
    - { copy: { content: "{{ first.stdout }}\\n", dest: conf }, notify: Restart }
    - { set_fact: { said: "{{ first.stdout }}" } }
    - { shell: "echo t4-{{ item }} >>log", loop: [x, y, z], register: many }
    - { shell: "echo t5 >>log; echo tried >>tries; wc -l <tries", register: count, until: "count.stdout | int >= 2", retries: 3, delay: 0 }
    - { shell: "echo t6-{{ said }} >>log", when: "many.results | length == 3" }
    - { file: { path: made, state: directory, mode: "0750" } }
    - { command: "sh -c 'echo t8 >>log; sleep 0.1; echo t8-end >>log'" }
  handlers:
    - { name: Restart, shell: "echo handler >>log" }
`;

const expected = ['t1', 't4-x', 't4-y', 't4-z', 't5', 't5', 't6-one-1', 't8', 't8-end', 'handler'];

interface Ended {
  readonly killed: boolean;
  readonly said: { readonly state: string; readonly refusal?: { readonly code: string } } | undefined;
}

/** A bot that goes on with the run until it ends, or until it is killed so many milliseconds after it began. */
const bot = (killAfterMs?: number): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'resume-child.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('message', () => {
      if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    });
    child.on('error', reject);
    child.on('close', (_code, signal) =>
      resolve({ killed: signal === 'SIGKILL', said: said === '' ? undefined : JSON.parse(said) }),
    );
  });

test('a bot killed again and again at any instant does every command exactly once', async () => {
  await writeFile(join(folder, 'playbooks', 'site.yml'), playbook);
  let kills = 0;
  let ended: Ended = { killed: true, said: undefined };
  for (let round = 0; ended.killed && round < 40; round += 1) {
    // The first ones die early, so that there is something to go on with on any machine.
    const within = round < 3 ? 60 : 300;
    ended = await bot(round < 8 ? Math.random() * within : undefined);
    if (ended.killed) kills += 1;
  }
  expect(kills).toBeGreaterThan(0);
  expect(ended.said?.refusal).toBeUndefined();
  expect(ended.said?.state).toBe('done');
  for (const host of ['a', 'b']) {
    const log = (await readFile(join(folder, 'hosts', host, 'log'), 'utf8')).trim().split('\n');
    expect(log).toEqual(expected);
    expect(await readFile(join(folder, 'hosts', host, 'conf'), 'utf8')).toBe('one-1\n');
    expect(existsSync(join(folder, 'hosts', host, '.quarterdeck'))).toBe(false);
  }
  const store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  const runs = await store.runs.last(100);
  expect(runs.filter((run) => run.state === 'interrupted')).toHaveLength(runs.length - 1);
  expect(await store.locks.held()).toEqual([]);
  await store.close();
}, 240_000);

test('a command whose end nobody saw is not run again: the resumed run stops and says so', async () => {
  const lab = await openLab({ hosts: ['a'], folder });
  try {
    await lab.playbook(
      '- hosts: all\n  gather_facts: false\n  tasks:\n    - { name: Once, shell: "echo x >>log; echo $PPID >wrapper; sleep 20" }\n    - shell: touch after\n',
    );
    const plan = await lab.plan();
    const job = { key: 'run-1-test', plan, request: plan.request };
    const now = new AbortController();
    const applying = lab.apply(job, { now: now.signal });
    while ((await lab.read('a', 'wrapper')) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    now.abort('interrupt');
    expect((await applying).outcome.state).toBe('interrupted');
    const again = await lab.apply(job);
    expect(again.steps).toEqual(['a 1.1: unknown']);
    expect(again.outcome).toMatchObject({
      state: 'failed',
      refusal: { code: 'run.end_not_seen', details: { host: 'a', step: '1.1' } },
    });
    expect(await lab.read('a', 'log')).toBe('x\n');
    expect(await lab.read('a', 'after')).toBeUndefined();
  } finally {
    await lab.close();
  }
});

test('what a run did stays known on the host until its end is on disk', async () => {
  const lab = await openLab({ hosts: ['a'], folder });
  try {
    await lab.playbook('- hosts: all\n  gather_facts: false\n  tasks:\n    - shell: echo x >>log\n');
    const plan = await lab.plan();
    const job = { key: 'run-4-test', plan, request: plan.request };
    const journal = lab.path('a', '.quarterdeck/run-4-test/1.1@a/code');
    const [died, stored] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
    const applying = lab.apply(job, {
      conclude: () => {
        died.resolve();
        return stored.promise;
      },
    });
    await died.promise;
    expect(existsSync(journal)).toBe(true);
    // A bot that died here has not stored the end of the step, and goes on with the run.
    expect((await lab.apply({ ...job, begun: [{ id: '1.1', host: 'a' }] })).outcome.state).toBe('done');
    expect(await lab.read('a', 'log')).toBe('x\n');
    stored.resolve(true);
    expect((await applying).outcome.state).toBe('done');
    expect(existsSync(lab.path('a', '.quarterdeck'))).toBe(false);
  } finally {
    await lab.close();
  }
});

test('a cancelled run is gone on with: the command it killed is not run again', async () => {
  const lab = await openLab({ hosts: ['a'], folder });
  try {
    await lab.playbook(
      '- hosts: all\n  gather_facts: false\n  tasks:\n    - { name: Once, shell: "echo x >>log; touch began; sleep 20" }\n',
    );
    const plan = await lab.plan();
    const job = { key: 'run-5-test', plan, request: plan.request };
    const now = new AbortController();
    const applying = lab.apply(job, { now: now.signal });
    while ((await lab.read('a', 'began')) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    now.abort('cancel');
    expect((await applying).outcome.state).toBe('cancelled');
    const again = await lab.apply({ ...job, begun: [] });
    expect(again.outcome.refusal?.code).toBe('run.end_not_seen');
    expect(await lab.read('a', 'log')).toBe('x\n');
  } finally {
    await lab.close();
  }
});

test('results that were not kept whole come from the journal when the run goes on', async () => {
  const lab = await openLab({ hosts: ['a'], folder });
  try {
    await lab.playbook(`- hosts: all
  gather_facts: false
  tasks:
    - { shell: "echo secret-7; echo x >>log", no_log: true, register: hidden }
    - { shell: "i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); done", register: long }
    - { copy: { content: "made", dest: made }, register: made, no_log: true }
    - { shell: sleep 5; touch slow }
    - { copy: { content: "{{ hidden.stdout }} {{ long.stdout_lines | length }} {{ made.changed }}", dest: proof } }
`);
    const plan = await lab.plan();
    const job = { key: 'run-2-test', plan, request: plan.request };
    const boundary = new AbortController();
    const applying = lab.apply(job, { boundary: boundary.signal });
    while ((await lab.read('a', 'made')) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    boundary.abort('interrupt');
    const { events } = await applying;
    const done = events.flatMap((event) =>
      event.kind === 'step' && (event.step.state === 'changed' || event.step.state === 'ok') ? [event.step] : [],
    );
    expect(JSON.stringify(done)).not.toContain('secret-7');
    const again = await lab.apply({ ...job, done });
    expect(again.outcome.state).toBe('done');
    expect(await lab.read('a', 'proof')).toBe('secret-7 20000 True');
    expect(await lab.read('a', 'log')).toBe('x\n');
  } finally {
    await lab.close();
  }
});

test('a change the interrupted run made and could not write down still notifies its handlers', async () => {
  const lab = await openLab({ hosts: ['a'], folder });
  try {
    await lab.playbook(`- hosts: all
  gather_facts: false
  tasks:
    - { copy: { content: "made", dest: made }, notify: Restart, register: made }
    - { shell: touch told, when: made is changed }
    - { copy: { content: "kept", dest: kept }, notify: Other }
  handlers:
    - { name: Restart, shell: echo restart >>log }
    - { name: Other, shell: echo other >>log }
`);
    await lab.file('hosts/a/kept', 'kept');
    const plan = await lab.plan();
    await lab.file('hosts/a/made', 'made');
    const again = await lab.apply({ key: 'run-3-test', plan, request: plan.request, done: [], begun: [] });
    expect(again.steps.slice(0, 3)).toEqual(['a 1.1: changed', 'a 1.2: changed', 'a 1.3: ok']);
    expect(await lab.read('a', 'log')).toBe('restart\n');
  } finally {
    await lab.close();
  }
});
