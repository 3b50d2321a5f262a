import { isUnknown } from '#playbook/templates/scope.ts';
import type { Task } from '#playbook/tree.ts';
import { mayRun } from './conditions.ts';
import { endOfThrown, undecidedEnd } from './failures.ts';
import type { BodyGoing } from './going.ts';
import { runHandlers } from './handlers.ts';
import { comeBack, forgetFacts, type HostState, leave, taking } from './host-state.ts';
import { count } from './recap.ts';
import type { StepEnd } from './reporter.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

const wordOf = (task: Task): string => String(task.args.free_form?.value ?? '');

/** `meta`: not for the host but for the walk itself. */
export async function runMeta(walk: Walk, body: BodyGoing, task: Task, states: readonly HostState[]): Promise<void> {
  const word = wordOf(task);
  if (word === 'noop' || word === 'refresh_inventory' || word === 'reset_connection') return;
  if (body.perhaps && (word === 'flush_handlers' || word === 'clear_host_errors')) return;
  if (word === 'flush_handlers') return runHandlers(walk, body.going);
  const meant = states.filter((state) => holdsFor(walk, body, task, state));
  if (word === 'clear_facts') for (const state of meant) forgetFacts(state);
  if (word === 'clear_host_errors') for (const state of body.going.states) if (state.left === 'failed') comeBack(state);
  if (word === 'end_host') for (const state of meant) leave(state, 'ended');
  if (word === 'end_play' && meant.length > 0) for (const state of taking(body.going.everyone)) leave(state, 'ended');
  if (word === 'end_batch' && meant.length > 0) for (const state of taking(body.going.states)) leave(state, 'ended');
}

function holdsFor(walk: Walk, body: BodyGoing, task: Task, state: HostState): boolean {
  const name = { host: state.host.name, id: task.id, task: task.name.value, module: 'meta', noLog: task.noLog };
  const unit: Unit = { state, body, task, name, more: body.more(state) };
  const told = (end: StepEnd): false => {
    state.counts = count(state.counts, end.state);
    walk.reporter.ended(name, end);
    return false;
  };
  try {
    const holds = mayRun(walk, unit);
    return isUnknown(holds) ? told(undecidedEnd(walk, unit, holds.unknownBecause)) : holds;
  } catch (thrown) {
    const end = endOfThrown(walk, unit, thrown, false);
    leave(state, 'failed');
    return told(end);
  }
}
