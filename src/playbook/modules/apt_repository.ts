import { applyRepository, finishRepository } from './apt_repository/apply.ts';
import { prepareRepository, type RepositoryArgs, repositoryArguments } from './apt_repository/arguments.ts';
import { planRepository, probeRepository, type RepositoryState, readRepository } from './apt_repository/plan.ts';
import type { Module } from './module.ts';

/** Adds and removes sources of packages, line by line, and fetches their lists. */
export const aptRepository: Module<RepositoryArgs, RepositoryState> = {
  name: 'apt_repository',
  args: repositoryArguments,
  freeForm: 'kv',
  prepare: prepareRepository,
  probe: probeRepository,
  read: readRepository,
  plan: planRepository,
  subjects: (_args, state) => [`${state.folder}*`, '/etc/apt/sources.list'],
  apply: applyRepository,
  finish: (_args, _state, plan, applied) => finishRepository(plan, applied),
};
