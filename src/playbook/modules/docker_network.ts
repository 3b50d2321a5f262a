import { dockerProbe, inspected, readFound } from './docker/engine.ts';
import { type NetworkArgs, networkArguments, prepareNetwork } from './docker_network/arguments.ts';
import { applyNetwork, finishNetwork, type NetworkState, planNetwork } from './docker_network/plan.ts';
import type { Module } from './module.ts';

/** A network of Docker: there with its options and containers, or gone. */
export const dockerNetwork: Module<NetworkArgs, NetworkState> = {
  name: 'docker_network',
  args: networkArguments,
  freeForm: 'kv',
  prepare: prepareNetwork,
  probe: (args, quote) =>
    [dockerProbe(args.engine, quote), `look network network ${quote(args.name)}`, 'echo end'].join('\n'),
  read: (output, args) => {
    const { fields, failed } = readFound(output, 'docker_network');
    const network = inspected(fields, 'network');
    return { ...(failed !== undefined && { failed }), ...(network?.Name === args.name && { network }) };
  },
  plan: planNetwork,
  apply: applyNetwork,
  finish: (args, _state, plan, applied) => finishNetwork(args, plan, applied),
};
