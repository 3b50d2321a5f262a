import { type CronArgs, cronArguments, prepareCron } from './cron/arguments.ts';
import { applyCron, type CronState, cronSubject, finishCron, planCron, probeCron, readCron } from './cron/run.ts';
import type { Module } from './module.ts';

/** A job or a variable in a user's crontab or in a file of `/etc/cron.d`, under the mark that Ansible puts above it. */
export const cron: Module<CronArgs, CronState> = {
  name: 'cron',
  interpreted: { job: 'cron' },
  quick: true,
  args: cronArguments,
  freeForm: 'kv',
  prepare: prepareCron,
  probe: probeCron,
  read: readCron,
  plan: planCron,
  subjects: (_args, state) => [cronSubject(state)],
  apply: applyCron,
  finish: (_args, _state, plan, applied) => finishCron(plan, applied),
};
