import type { Module } from './module.ts';
import { type MountArgs, mountArguments, prepareMount } from './mount/arguments.ts';
import { applyMount, finishMount, type MountState, planMount, probeMount, readMount } from './mount/run.ts';

/** A file system: its line in `fstab`, and whether it is mounted. */
export const mount: Module<MountArgs, MountState> = {
  name: 'mount',
  args: mountArguments,
  freeForm: 'kv',
  prepare: prepareMount,
  probe: probeMount,
  read: readMount,
  plan: planMount,
  subjects: ({ fstab }) => [fstab],
  apply: applyMount,
  finish: (_args, _state, plan, applied) => finishMount(plan, applied),
};
