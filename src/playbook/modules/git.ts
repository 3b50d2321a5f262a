import { applyGit, finishGit } from './git/apply.ts';
import { type GitArgs, gitArguments, prepareGit } from './git/arguments.ts';
import { planGit } from './git/plan.ts';
import { type GitState, probeGit, readGit } from './git/probe.ts';
import type { Module } from './module.ts';

/** Has a repository checked out at a version. What the remote has is asked without fetching anything. */
export const git: Module<GitArgs, GitState> = {
  name: 'git',
  interpreted: { ssh_opts: 'words' },
  args: gitArguments,
  freeForm: 'kv',
  prepare: prepareGit,
  probe: probeGit,
  read: readGit,
  plan: planGit,
  apply: applyGit,
  finish: (_args, state, plan, applied) => finishGit(state, plan, applied),
};
