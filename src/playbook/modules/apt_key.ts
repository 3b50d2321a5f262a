import { type KeyArgs, keyArguments, prepareKey } from './apt_key/arguments.ts';
import { applyKey, finishKey, planKey } from './apt_key/plan.ts';
import { type KeyState, probeKey, readKeyState } from './apt_key/probe.ts';
import type { Module } from './module.ts';

/** Adds and removes keys that apt trusts, where there is still an `apt-key`. */
export const aptKey: Module<KeyArgs, KeyState> = {
  name: 'apt_key',
  args: keyArguments,
  freeForm: 'kv',
  prepare: prepareKey,
  probe: probeKey,
  read: readKeyState,
  plan: planKey,
  subjects: (_args, state) => [`apt key ${state.id}`],
  apply: applyKey,
  finish: finishKey,
};
