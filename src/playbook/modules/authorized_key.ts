import { type KeyArgs, keyArguments, prepareKeys } from './authorized_key/arguments.ts';
import { applyKeys, finishKeys, type KeysState, planKeys, probeKeys, readKeysState } from './authorized_key/run.ts';
import type { Module } from './module.ts';

/** Which SSH keys open an account. */
export const authorizedKey: Module<KeyArgs, KeysState> = {
  name: 'authorized_key',
  quick: true,
  args: keyArguments,
  freeForm: 'kv',
  prepare: prepareKeys,
  probe: probeKeys,
  read: readKeysState,
  plan: planKeys,
  subjects: (_args, { file, folder }) => [file.place.path, folder.path],
  apply: applyKeys,
  finish: (_args, _state, plan, applied) => finishKeys(plan, applied),
};
