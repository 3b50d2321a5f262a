import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { unknown } from '#playbook/templates/scope.ts';
import type { Task } from '#playbook/tree.ts';
import { runTaskOver } from './body.ts';
import { dependsOn } from './failures.ts';
import type { BodyGoing, PlayGoing } from './going.ts';
import { comeBack, type HostState, leave, taking } from './host-state.ts';
import { noteUnknown } from './item.ts';
import { noHandler } from './load.ts';
import { perhapsEnd } from './perhaps.ts';
import type { Walk } from './walk.ts';

const nothingMore = (): Readonly<Record<string, never>> => ({});

/** Handlers in the order they are defined, each once per host; what they notify themselves comes after, once too. */
export async function runHandlers(walk: Walk, going: PlayGoing): Promise<void> {
  const forced = going.play.forceHandlers ? going.states.filter((state) => state.left === 'failed') : [];
  for (const state of forced) comeBack(state);
  const due = (handler: Task): readonly HostState[] =>
    taking(going.states).filter((state) => state.notified.has(handler.id));
  for (;;) {
    const handlers = going.handlers.filter((handler) => due(handler).length > 0);
    if (handlers.length === 0 || walk.halt.reason) break;
    for (const handler of handlers) {
      if (walk.halt.reason) break;
      await runHandler(walk, { going, more: nothingMore }, handler, due(handler));
    }
  }
  for (const state of forced) if (state.taking) leave(state, 'failed');
}

/** A handler that runs once more in a play has an id of its own: `1.h2+2`. */
function numbered(going: PlayGoing, handler: Task): Task {
  const round = (going.rounds.get(handler.id) ?? 0) + 1;
  going.rounds.set(handler.id, round);
  return round === 1 ? handler : { ...handler, id: `${handler.id}+${round}` };
}

async function runHandler(walk: Walk, body: BodyGoing, known: Task, states: readonly HostState[]): Promise<void> {
  const handler = numbered(body.going, known);
  const certain = states.filter((state) => state.notified.get(known.id)?.certain);
  for (const state of states)
    if (!certain.includes(state)) await planMaybe(walk, body, handler, state, state.notified.get(known.id)?.by ?? '');
  for (const state of states) state.notified.delete(known.id);
  if (certain.length > 0) await runTaskOver(walk, body, handler, certain, true);
}

/** A handler that only runs if a task changes something of which nobody knows yet whether it will. */
async function planMaybe(walk: Walk, body: BodyGoing, handler: Task, state: HostState, by: string): Promise<void> {
  const { id, name, module, noLog } = handler;
  const step = { host: state.host.name, id, task: name.value, module, noLog };
  const unit = { state, body, task: handler, name: step, more: {} };
  const because = t(`runs only if “${by}” changes something`, `ne s’exécute que si « ${by} » change quelque chose`);
  walk.reporter.ended(step, await perhapsEnd(walk, unit, because));
  await noteUnknown(walk, unit, true);
  if (handler.register !== undefined) state.known[handler.register] = unknown(dependsOn(name.value));
}

const isCalled = (handler: Task, topic: string): boolean =>
  handler.name.value === topic ||
  (handler.role !== undefined && `${handler.role.name} : ${handler.name.value}` === topic);

/** The handlers a notice means: the last of that name, and all that listen. */
export function handlersOf(going: PlayGoing, topic: string, task: Task): readonly Task[] {
  const named = going.handlers.findLast((handler) => isCalled(handler, topic));
  const listening = going.handlers.filter((handler) => handler.listen.includes(topic));
  const found = new Set([...(named ? [named] : []), ...listening]);
  if (found.size > 0) return [...found];
  throw new Fault(noHandler(topic, task));
}
