import type { Module } from './module.ts';
import { prepareSynchronize, type SynchronizeArgs, synchronizeArguments } from './synchronize/arguments.ts';
import { applyLocal, finishLocal, type LocalState, planLocal, probeLocal, readLocal } from './synchronize/local-run.ts';
import { applyPush, finishPush } from './synchronize/push-apply.ts';
import { planPush } from './synchronize/push-plan.ts';
import { probePush } from './synchronize/push-probe.ts';
import { type PushState, readPush } from './synchronize/push-read.ts';

/** What the host said; of the same kind as the arguments. */
export type SynchronizeState = PushState | LocalState;

const mismatch = (): Error => new Error('the state is of another kind than the arguments');

/** Makes a folder or a file of the host the same as one beside the playbook, or as another of that host. */
export const synchronize: Module<SynchronizeArgs, SynchronizeState> = {
  name: 'synchronize',
  args: synchronizeArguments,
  freeForm: 'kv',
  prepare: prepareSynchronize,
  probe: (args, quote) => (args.kind === 'push' ? probePush(args, quote) : probeLocal(args, quote)),
  read: (output, args) => (args.kind === 'push' ? readPush(output, args) : readLocal(output)),
  plan: (args, state) => {
    if (args.kind === 'push' && state.kind === 'push') return planPush(args, state);
    if (args.kind === 'local' && state.kind === 'local') return planLocal(args, state);
    throw mismatch();
  },
  apply: (args, state, plan, quote) => {
    if (args.kind === 'push' && state.kind === 'push') return applyPush(args, state, plan, quote);
    return args.kind === 'local' ? applyLocal(args, plan, quote) : undefined;
  },
  finish: (args, _state, plan, applied) =>
    args.kind === 'push' ? finishPush(plan, applied) : finishLocal(args, applied),
};
