import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { separateExecutor } from '#app/separate-executor.ts';
import { refusalOf } from '#core/errors.ts';
import { type Log, silentLog } from '#core/log.ts';
import type { ApplyJob, Executor } from '#runs/executor.ts';
import type { PulseLimits } from '#runs/port/pulse.ts';

const secret = 'hunter2-hunter2';
const request = { playbook: 'site.yml', vars: { api_key: secret }, locks: [] };
const never = new AbortController().signal;

// As the bot does: without it each process would read all of its TypeScript anew.
enableCompileCache(resolve('node_modules/.cache/quarterdeck'));
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let logged: { fields: object; message: string }[];
const open: Executor[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-thread-'));
  logged = [];
  await mkdir(join(folder, 'playbooks'));
  await writeFile(join(folder, 'inventory.ini'), 'a\n');
  await writeFile(
    join(folder, 'playbooks', 'site.yml'),
    '- hosts: all\n  tasks:\n    - debug: { msg: "{{ api_key }}" }\n',
  );
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await rm(folder, { recursive: true });
});

function executor(
  secrets: readonly string[],
  more: { readonly idleMs?: number; readonly pulse?: PulseLimits } = {},
): Executor {
  const log: Log = { ...silentLog, error: (fields, message) => void logged.push({ fields, message }) };
  const ssh = { identityFiles: [], agent: false, knownHosts: [], connectTimeoutMs: 1_000 };
  const settings = {
    playbooks: join(folder, 'playbooks'),
    readable: [],
    inventory: [join(folder, 'inventory.ini')],
    secrets,
    vault: {},
    digestKey: 'key',
    ssh: { ...ssh, keepaliveMs: 1_000, keepaliveCount: 3 },
  };
  const made = separateExecutor(() => settings, log, more);
  open.push(made);
  return made;
}

test('a fault in its process leaves its trace in the log of the bot', async () => {
  // Nothing gives such a job; it stands for whatever breaks inside.
  const broken = { key: 'run-1', request, done: null } as unknown as ApplyJob;
  const outcome = await executor([secret]).apply(broken, () => undefined, { boundary: never, now: never });
  expect(outcome.refusal?.code).toBe('run.broke_off');
  await expect
    .poll(() => logged, { timeout: 5_000 })
    .toEqual([
      {
        fields: { key: 'run-1', err: { type: 'TypeError', message: expect.any(String), stack: expect.any(String) } },
        message: 'an execution broke off',
      },
    ]);
});

test('another process with the same key and secrets applies a plan that holds no secret', async () => {
  const planned = await executor([secret]).plan({ key: 'plan', request }, never);
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
  const plan = planned.value;
  expect(JSON.stringify(plan)).not.toContain(secret);
  const control = { boundary: never, now: never };
  const job = { key: 'run-1', request: plan.request, plan, done: [] };
  expect((await executor([secret]).apply(job, () => undefined, control)).state).toBe('done');
  expect((await executor(['another-one']).apply(job, () => undefined, control)).refusal?.code).toBe('run.secret_gone');
});

/** The processes of this one that run playbooks. */
const running = async (): Promise<readonly string[]> => {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  const lines = await Promise.all(
    children
      .split(' ')
      .filter((pid) => pid.trim() !== '')
      .map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
  );
  return lines.filter(([, line]) => line.includes('executor-entry')).map(([pid]) => pid);
};

test('its process ends after some idle time and is started again when it is wanted', async () => {
  const one = executor([], { idleMs: 300 });
  const plan = () => one.plan({ key: 'plan', request }, never);
  expect((await plan()).ok).toBe(true);
  const first = await running();
  expect(first).toHaveLength(1);
  await expect.poll(running, { timeout: 10_000 }).toEqual([]);
  expect((await plan()).ok).toBe(true);
  expect(await running()).not.toEqual(first);
  expect(logged).toEqual([]);
});

test('no call is lost that comes in the very moment its process ends', async () => {
  const one = executor([], { idleMs: 1 });
  for (let times = 0; times < 6; times += 1) {
    const planned = await Promise.all([one.plan({ key: 'a', request }, never), one.plan({ key: 'b', request }, never)]);
    expect(planned.map(({ ok }) => ok)).toEqual([true, true]);
    await sleep(times % 3);
  }
  await one.close();
  expect(await running()).toEqual([]);
  expect(logged).toEqual([]);
});

/** The code of what the work was refused with. */
const code = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (thrown: unknown) => refusalOf(thrown)?.code,
  );

test('a process that hears nothing any more is ended with its calls, and the next call has another', async () => {
  const library = join(folder, 'playbooks', 'library');
  await mkdir(library);
  await writeFile(join(library, 'stuck.mjs'), 'for (;;);');
  const one = executor([], { pulse: { everyMs: 500, most: 6 } });
  const plan = () => one.plan({ key: 'plan', request }, never);
  expect(await Promise.all([code(plan()), code(one.facts(['a'], never))])).toContain('run.worker_stuck');
  await expect.poll(running, { timeout: 10_000 }).toEqual([]);
  const died = { fields: { signal: 'SIGKILL' }, message: 'the process of the runs died' };
  await expect.poll(() => logged, { timeout: 10_000 }).toMatchObject([died]);
  await rm(library, { recursive: true });
  expect((await plan()).ok).toBe(true);
});

test('closing ends a process that hears nothing, and nothing begins after it', async () => {
  await mkdir(join(folder, 'playbooks', 'library'));
  await writeFile(join(folder, 'playbooks', 'library', 'stuck.mjs'), 'for (;;);');
  const one = executor([]);
  const asked = code(one.plan({ key: 'plan', request }, never));
  await sleep(1_500);
  const began = Date.now();
  await one.close();
  expect(Date.now() - began).toBeLessThan(9_000);
  expect(await asked).toBe('run.worker_died');
  expect(await running()).toEqual([]);
  expect(await code(one.plan({ key: 'plan', request }, never))).toBe('run.worker_died');
});

test('a process that is killed takes its calls along, says so, and the next call has another', async () => {
  const one = executor([]);
  expect((await one.plan({ key: 'plan', request }, never)).ok).toBe(true);
  const pids = await running(); // known before it is asked: it may answer in the time of a look
  const asked = one.facts(['a'], never).then(
    () => undefined,
    (thrown: unknown) => refusalOf(thrown)?.code,
  );
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  expect(await asked).toBe('run.worker_died');
  expect((await one.plan({ key: 'plan', request }, never)).ok).toBe(true);
  expect(logged).toEqual([
    { fields: { code: null, signal: 'SIGKILL', said: '' }, message: 'the process of the runs died' },
  ]);
});
