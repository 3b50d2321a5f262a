import type { Module } from './module.ts';
import { readFields } from './state/fields.ts';

/** Answers `pong`, or the given word, when the host has a shell that works. Nothing changes. */
export const ping: Module<string, null> = {
  name: 'ping',
  args: { data: { type: 'str', default: 'pong' } },
  freeForm: 'kv',
  prepare: (args) => String(args.data),
  probe: () => 'echo end',
  read: (output) => {
    readFields(output);
    return null;
  },
  plan: (data) =>
    data === 'crash'
      ? { differences: [], result: { msg: 'boom' }, failed: 'boom' }
      : { differences: [], result: { ping: data } },
  apply: () => undefined,
  finish: (_data, _state, plan) => ({ result: plan.result, changed: false }),
};
