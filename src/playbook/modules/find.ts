import { type FindArgs, findArguments, prepareFind } from './find/arguments.ts';
import { planFind } from './find/choose.ts';
import { type FindState, probeFind, readFind } from './find/probe.ts';
import type { Module } from './module.ts';

/** Looks for files by name, age, size and content. Nothing changes. */
export const find: Module<FindArgs, FindState> = {
  name: 'find',
  args: findArguments,
  freeForm: 'kv',
  prepare: prepareFind,
  probe: probeFind,
  read: readFind,
  plan: planFind,
  subjects: ({ paths }) => paths.flatMap((path) => [path, `${path.replace(/\/+$/, '')}/*`]),
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};
