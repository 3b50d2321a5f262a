import { applyContainer, finishContainer } from './docker_container/apply.ts';
import { type ContainerArgs, containerArguments, prepareContainer } from './docker_container/arguments.ts';
import { planContainer } from './docker_container/plan.ts';
import { type ContainerState, probeContainer, readContainer } from './docker_container/probe.ts';
import type { Module } from './module.ts';

/** A container: made, started, stopped or gone, and made anew when it is not as the task wants it. */
export const dockerContainer: Module<ContainerArgs, ContainerState> = {
  name: 'docker_container',
  interpreted: { command: 'words', healthcheck: 'shell' },
  args: containerArguments,
  freeForm: 'kv',
  prepare: prepareContainer,
  probe: probeContainer,
  read: readContainer,
  plan: planContainer,
  apply: applyContainer,
  finish: finishContainer,
};
