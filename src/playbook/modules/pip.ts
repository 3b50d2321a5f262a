import type { Module } from './module.ts';
import { type PipArgs, pipArguments, preparePip } from './pip/arguments.ts';
import { applyPip, finishPip, planPip } from './pip/plan.ts';
import { type PipState, probePip, readPip } from './pip/probe.ts';

/** Python packages, in a virtual environment of their own or in the system's. What `pip --dry-run` says is the plan. */
export const pip: Module<PipArgs, PipState> = {
  name: 'pip',
  interpreted: { extra_args: 'words', virtualenv_command: 'words' },
  args: pipArguments,
  freeForm: 'kv',
  prepare: preparePip,
  probe: probePip,
  read: readPip,
  plan: planPip,
  subjects: (args) => [
    ...args.packages.map((one) => `python package ${one.name ?? one.written}`),
    ...(args.requirements === undefined ? [] : ['python package *', args.requirements]),
  ],
  apply: applyPip,
  finish: (_args, state, plan, applied) => finishPip(state, plan, applied),
};
