import { appendFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run, Step } from '#core/run.ts';
import { ada, type Rig } from '#test/support/console-rig.ts';

const none = { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };

/** A run that goes on, on two hosts. */
export const aRun = async (rig: Rig, text = 'deploy shop v2', resumes?: number): Promise<Run> => {
  const at = new Date().toISOString();
  const order = await rig.store.orders.add({
    eventId: `order of ${text} ${at}`,
    chat: 'console',
    kind: 'message',
    channel: 'ops',
    actor: ada,
    text,
    confirmed: false,
    state: 'running',
    createdAt: at,
  });
  return rig.store.runs.add({
    orderId: order.id,
    actor: ada,
    state: 'running',
    request: { playbook: 'deploy.yml', vars: {}, locks: [] },
    planHash: 'h',
    recap: { 'web-1': { ...none, ok: 1, changed: 2 }, 'web-2': { ...none, failed: 1 } },
    queuedAt: at,
    startedAt: at,
    ...(resumes === undefined ? {} : { resumes }),
  });
};

export const aStep = (runId: number, host: string, id: string, more: Partial<Step> = {}): Step => ({
  runId,
  id,
  host,
  task: `Task ${id}`,
  module: 'copy',
  state: 'running',
  startedAt: new Date().toISOString(),
  differences: [],
  result: {},
  ...more,
});

/** Writes to the log of a run, as the bot does while it goes on, and tells that it has grown. */
export const print = async (rig: Rig, runId: number, text: string): Promise<void> => {
  const path = join(rig.runLogs, `${runId}.log`);
  await mkdir(rig.runLogs, { recursive: true });
  await appendFile(path, text);
  rig.runEvent({ kind: 'log', runId, size: (await stat(path)).size });
};
