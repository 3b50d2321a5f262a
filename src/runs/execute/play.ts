import type { Json } from '#core/json.ts';
import type { Play, Task } from '#playbook/tree.ts';
import { undecidedEnd } from './failures.ts';
import { gatherFacts } from './gather.ts';
import type { HostState } from './host-state.ts';
import { nameOf } from './labels.ts';
import { type TagChoice, takesPart } from './tags.ts';
import { runTask } from './task.ts';
import { eachOf } from './waiting.ts';
import type { Walk } from './walk.ts';

/** A play with the hosts it goes over. */
export interface PlayOnHosts {
  readonly play: Play;
  /** From 1, as in the ids of its tasks. */
  readonly number: number;
  readonly name: string;
  readonly states: readonly HostState[];
}

/** One play: task by task over all its hosts, then the handlers that were notified. */
export async function runPlay(walk: Walk, { play, number, name, states }: PlayOnHosts, tags: TagChoice): Promise<void> {
  walk.reporter.play(name);
  for (const state of states) state.notified.clear();
  if (play.gatherFacts) await gatherFacts(walk, play, taking(states), number);
  for (const task of play.tasks) {
    if (walk.halt.reason || taking(states).length === 0) return;
    if (takesPart(task.tags, tags)) await overHosts(walk, play, task, taking(states), false);
  }
  await runHandlers(walk, play, states);
}

const taking = (states: readonly HostState[]): readonly HostState[] => states.filter((state) => state.taking);

async function overHosts(
  walk: Walk,
  play: Play,
  task: Task,
  states: readonly HostState[],
  handler: boolean,
): Promise<void> {
  walk.reporter.task(task.id, plainName(task.name.value), handler);
  await eachOf(states, walk.limits.hostsAtOnce, async (state) => {
    if (!walk.halt.reason) await runTask(walk, state, play, task);
  });
}

const plainName = (name: Json): string => nameOf(name, '');

/** Handlers in the order they are defined, each once per host; what they notify themselves comes after, once too. */
async function runHandlers(walk: Walk, play: Play, states: readonly HostState[]): Promise<void> {
  const ran = new Set<string>();
  const due = (handler: Task): readonly HostState[] =>
    taking(states).filter((state) => state.notified.has(handler.id) && !ran.has(`${state.host.name} ${handler.id}`));
  for (;;) {
    const handlers = play.handlers.filter((handler) => due(handler).length > 0);
    if (handlers.length === 0) return;
    for (const handler of handlers) {
      if (walk.halt.reason) return;
      const hosts = due(handler);
      for (const state of hosts) ran.add(`${state.host.name} ${handler.id}`);
      await runHandler(walk, play, handler, hosts);
    }
  }
}

async function runHandler(walk: Walk, play: Play, handler: Task, states: readonly HostState[]): Promise<void> {
  const certain = states.filter((state) => state.notified.get(handler.id)?.certain);
  for (const state of states) if (!certain.includes(state)) planMaybe(walk, play, handler, state);
  await overHosts(walk, play, handler, certain, true);
}

/** A handler that only runs if a task changes something of which nobody knows yet whether it will. */
function planMaybe(walk: Walk, play: Play, handler: Task, state: HostState): void {
  const by = state.notified.get(handler.id)?.by ?? '';
  const { id, name, module, noLog } = handler;
  const step = { host: state.host.name, id, task: name.value, module, noLog };
  const unit = { state, play, task: handler, name: step, more: {} };
  walk.reporter.ended(step, undecidedEnd(walk, unit, `runs only if “${by}” changes something`));
  state.pending.addUnknown(name.value);
}
