import type { Module } from './module.ts';

interface Arguments {
  readonly msg: string;
}

/** `fail`: ends the play on this host with a sentence. */
export const fail: Module<Arguments, undefined> = {
  name: 'fail',
  freeForm: 'kv',
  local: true,
  args: { msg: { type: 'str', default: 'Failed as requested from task' } },
  prepare: (args) => ({ msg: String(args.msg) }),
  probe: () => undefined,
  read: () => undefined,
  plan: ({ msg }) => ({ differences: [], result: { msg }, failed: msg }),
  apply: () => undefined,
  finish: ({ msg }) => ({ result: { msg }, changed: false, failed: msg }),
};
