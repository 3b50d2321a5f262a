import type { Module } from './module.ts';
import { applyArchive, finishArchive } from './unarchive/apply.ts';
import { type ArchiveArgs, archiveArguments, prepareArchive } from './unarchive/arguments.ts';
import { type ArchiveState, planArchive, probeArchive, readArchive } from './unarchive/probe.ts';

/** Unpacks a tar or zip archive, ours or one that lies on the host, when something of it is missing there or differs. */
export const unarchive: Module<ArchiveArgs, ArchiveState> = {
  name: 'unarchive',
  args: archiveArguments,
  freeForm: 'kv',
  prepare: prepareArchive,
  probe: probeArchive,
  read: readArchive,
  plan: planArchive,
  apply: applyArchive,
  finish: (_args, _state, plan, applied) => finishArchive(plan, applied),
};
