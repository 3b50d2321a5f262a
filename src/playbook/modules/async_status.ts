import type { Applied, Module } from './module.ts';

/** What a job has come to. `failed` says why nobody can know how it ended. */
export interface JobState {
  readonly running: boolean;
  readonly ended?: Applied;
  readonly failed?: string;
}

/** Nobody on the host knows of such a job. */
export const unknownJob = 'could not find job';

const failures: Readonly<Record<string, string>> = {
  unknown: unknownJob,
  late: 'the job took longer than “async” allows, and was ended',
  lost: 'the job has stopped, and nobody saw how it ended',
};

/** The last line of what was printed is the job's state, before it what the job wrote. */
export function jobState({ stdout, stderr }: Applied): JobState {
  const end = stdout.replace(/\n$/, '').lastIndexOf('\n');
  const state = stdout.slice(end + 1).trim();
  if (state === 'running') return { running: true };
  if (!/^\d{1,3}$/.test(state)) return { running: false, failed: failures[state] ?? unknownJob };
  return { running: false, ended: { code: Number(state), stdout: stdout.slice(0, Math.max(0, end)), stderr } };
}

/**
 * How a task that was left running (`async` with `poll: 0`) is doing. The executor asks the host, since it is the one that
 * began the job and knows of which module it is.
 */
export const asyncStatus: Module<string, null> = {
  name: 'async_status',
  args: {
    jid: { type: 'str', required: true },
    mode: { type: 'str', default: 'status', choices: ['status', 'cleanup'] },
  },
  freeForm: 'kv',
  prepare: ({ jid }) => String(jid),
  probe: () => undefined,
  read: () => null,
  plan: (jid) => ({
    differences: [{ subject: jid, aspect: 'asks', before: false, after: true, reads: true }],
    result: { ansible_job_id: jid },
    unknown: true,
  }),
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};
