import type { Refusal } from '#core/errors.ts';
import { isUnknown } from '#playbook/templates/scope.ts';
import type { Play } from '#playbook/tree.ts';
import { runBody, tooMany, tooManyFailed } from './body.ts';
import { gatherFacts } from './gather.ts';
import type { BodyGoing, PlayGoing } from './going.ts';
import { runHandlers } from './handlers.ts';
import { type HostState, leave, taking } from './host-state.ts';
import type { TagChoice } from './tags.ts';
import { flagOf } from './unit.ts';
import { readVarsFiles } from './vars-files.ts';
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

/** One play, batch by batch: its sections, and after each the handlers that were notified. False when no play may follow. */
export async function runPlay(
  walk: Walk,
  { play, number, name, states }: PlayOnHosts,
  tags: TagChoice,
): Promise<boolean> {
  walk.reporter.play(name);
  for (const batch of batchesOf(walk, play, states)) {
    if (walk.halt.reason) return false;
    const left = taking(batch);
    if (left.length === 0) continue;
    const going: PlayGoing = {
      play,
      number,
      name,
      everyone: states,
      states: left,
      tags,
      handlers: [...play.handlers],
      rounds: new Map(),
      roles: [...play.roles],
    };
    await runBatch(walk, going);
    if (endsHere(walk, going)) return false;
  }
  return true;
}

async function runBatch(walk: Walk, going: PlayGoing): Promise<void> {
  const { play, states } = going;
  for (const state of states) state.notified.clear();
  if (flagOf(walk.language.value(play.gatherFacts, walk.extraScope(play))))
    await gatherFacts(walk, going, taking(states));
  for (const state of taking(states)) readVarsFiles(walk, going, state);
  const body: BodyGoing = { going, more: () => ({}) };
  for (const section of play.sections) {
    if (walk.halt.reason) return;
    if (play.strategy === 'linear') await runBody(walk, body, section, taking(states));
    else await eachOf(taking(states), walk.limits.hostsAtOnce, (state) => runBody(walk, body, section, [state]));
    if (!walk.halt.reason) await runHandlers(walk, going);
  }
}

/** A play's hosts in the batches of `serial`: numbers or percentages, of which the last goes on. */
function batchesOf(walk: Walk, play: Play, states: readonly HostState[]): readonly (readonly HostState[])[] {
  const sizes = play.serial.map((written) => {
    const value = walk.language.value(written, walk.extraScope(play));
    return isUnknown(value) ? 0 : sizeOf(String(value), states.length);
  });
  const batches: (readonly HostState[])[] = [];
  for (let from = 0; from < states.length; ) {
    const size = sizes[Math.min(batches.length, sizes.length - 1)] || states.length;
    batches.push(states.slice(from, from + size));
    from += size;
  }
  return batches;
}

const sizeOf = (written: string, of: number): number => {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(written)?.[1];
  return percent === undefined ? Number(written) || 0 : Math.max(1, Math.floor((Number(percent) / 100) * of));
};

/** A batch that failed as a whole, or in too large a part, ends the playbook: no other host is touched. */
function endsHere(walk: Walk, { play, states, everyone }: PlayGoing): boolean {
  const failed = states.filter((state) => state.left === 'failed' || state.left === 'unreachable').length;
  if (failed === 0 || (failed < states.length && !tooMany(play, states) && !play.anyErrorsFatal)) return false;
  const others = taking(everyone);
  for (const state of others) leave(state, 'ended');
  // A plan shows what leads there; that it ends there is the run's to say.
  if (others.length > 0 && walk.mode === 'apply') {
    const refusal: Refusal = { code: 'run.too_many_failed', say: tooManyFailed(failed, states.length) };
    walk.halt.stop({ state: 'failed', refusal });
  }
  return true;
}
