import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { threadedExecutor } from '#app/threaded-executor.ts';
import { type Log, silentLog } from '#core/log.ts';
import type { ApplyJob, Executor } from '#runs/executor.ts';

const secret = 'hunter2-hunter2';
const request = { playbook: 'site.yml', vars: { api_key: secret }, locks: [] };
const never = new AbortController().signal;

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

function executor(secrets: readonly string[]): Executor {
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
  const made = threadedExecutor(() => settings, log);
  open.push(made);
  return made;
}

test('a fault in the thread leaves its trace in the log of the bot', async () => {
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

test('another thread with the same key and secrets applies a plan that holds no secret', async () => {
  const planned = await executor([secret]).plan({ key: 'plan', request }, never);
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
  const plan = planned.value;
  expect(JSON.stringify(plan)).not.toContain(secret);
  const control = { boundary: never, now: never };
  const job = { key: 'run-1', request: plan.request, plan, done: [] };
  expect((await executor([secret]).apply(job, () => undefined, control)).state).toBe('done');
  expect((await executor(['another-one']).apply(job, () => undefined, control)).refusal?.code).toBe('run.secret_gone');
});
