import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import type { Run } from '#core/run.ts';
import { recoverRuns } from '#runs/recover.ts';
import { createRunner } from '#runs/runner.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { openLab } from './lab.ts';

/** A bot in small, to be killed at any instant: begins the run, or goes on with the last one, and prints how it ended. */
const folder = process.argv[2] ?? '';
const store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
const redactor = createRedactor([]);
const lab = await openLab({ hosts: ['a', 'b'], folder, digestKey: 'test' });
await recoverRuns(store, { clock: systemClock, redactor });
const runner = createRunner({
  store,
  executor: lab.executor,
  clock: systemClock,
  log: silentLog,
  redactor,
  mayBegin: async () => undefined,
  folder: join(folder, 'runs'),
});

const [last] = await store.runs.last(1);
const over = last?.state === 'done' || last?.state === 'failed' || last?.state === 'drifted';
const run = last && (over || last.state === 'queued') ? last : await newRun(last);
runner.enqueue(run.id);
if (process.send) process.send({ began: run.id });
for (;;) {
  const now = await store.runs.get(run.id);
  if (now && !['queued', 'running'].includes(now.state)) {
    process.stdout.write(JSON.stringify({ state: now.state, refusal: now.refusal, id: now.id }));
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await runner.stop();
await lab.close();
await store.close();
process.exit(existsSync(folder) ? 0 : 1);

async function newRun(before: Run | undefined): Promise<Run> {
  if (before) {
    const { id, recap: _recap, refusal: _refusal, startedAt: _s, finishedAt: _f, resumes: _r, ...rest } = before;
    return store.runs.add({ ...rest, state: 'queued', recap: {}, resumes: id, queuedAt: new Date().toISOString() });
  }
  const plan = await lab.plan();
  await store.plans.put(plan);
  return store.runs.add({
    orderId: 1,
    actor: 'console:local:ada',
    state: 'queued',
    request: plan.request,
    planHash: plan.hash,
    recap: {},
    queuedAt: new Date().toISOString(),
  });
}
