import { prepareService, type ServiceArgs, serviceArguments } from './docker_swarm_service/arguments.ts';
import {
  applyService,
  finishService,
  planService,
  probeService,
  readService,
  type ServiceState,
} from './docker_swarm_service/plan.ts';
import type { Module } from './module.ts';

/** A service of a swarm of Docker: there, as it is wanted, or gone. */
export const dockerSwarmService: Module<ServiceArgs, ServiceState> = {
  name: 'docker_swarm_service',
  args: serviceArguments,
  freeForm: 'kv',
  prepare: prepareService,
  probe: probeService,
  read: readService,
  plan: planService,
  apply: applyService,
  finish: (args, _state, plan, applied) => finishService(args, plan, applied),
};
