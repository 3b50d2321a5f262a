import type { Module } from './module.ts';
import { applyUri } from './uri/apply.ts';
import { prepareUri, type UriArgs, uriArguments } from './uri/arguments.ts';
import { probeUri, readUri, type UriState } from './uri/dest.ts';
import { differencesOf } from './uri/differences.ts';
import { finishUri } from './uri/finish.ts';

/** Asks a web address from the host, with curl or wget. A question changes nothing; what a POST does, only the server knows. */
export const uri: Module<UriArgs, UriState> = {
  name: 'uri',
  args: uriArguments,
  freeForm: 'kv',
  prepare: prepareUri,
  probe: probeUri,
  read: readUri,
  plan: (args, state) => {
    const { creates, removes } = args.when;
    const base = { url: args.url, redirected: false };
    if (state.created) return { differences: [], result: { ...base, msg: `skipped, since '${creates}' exists` } };
    if (!state.removable)
      return { differences: [], result: { ...base, msg: `skipped, since '${removes}' does not exist` } };
    const failed = state.dest?.identities.failed;
    if (failed !== undefined) return { differences: [], result: { ...base, msg: failed }, failed };
    return { differences: differencesOf(args, state), result: base, unknown: true };
  },
  apply: (args, state, plan, quote) => (plan.unknown ? applyUri(args, state, quote) : undefined),
  finish: finishUri,
};
