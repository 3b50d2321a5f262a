import { type CommandState, probeCommand, readCommand } from './command/run.ts';
import type { Module } from './module.ts';
import { applyUri } from './uri/apply.ts';
import { prepareUri, type UriArgs, uriArguments } from './uri/arguments.ts';
import { differencesOf } from './uri/differences.ts';
import { finishUri } from './uri/finish.ts';

/** Asks a web address from the host, with curl or wget. A question changes nothing; what a POST does, only the server knows. */
export const uri: Module<UriArgs, CommandState> = {
  name: 'uri',
  args: uriArguments,
  freeForm: 'kv',
  prepare: prepareUri,
  probe: (args, quote) => probeCommand(args.when, quote),
  read: (output, args) => readCommand(output, args.when),
  plan: (args, state) => {
    const { creates, removes } = args.when;
    const base = { url: args.url, redirected: false };
    if (state.created) return { differences: [], result: { ...base, msg: `skipped, since '${creates}' exists` } };
    if (!state.removable)
      return { differences: [], result: { ...base, msg: `skipped, since '${removes}' does not exist` } };
    return { differences: differencesOf(args), result: base, unknown: true };
  },
  apply: (args, _state, plan, quote) => (plan.unknown ? applyUri(args, quote) : undefined),
  finish: (args, _state, plan, applied) => finishUri(args, plan, applied),
};
