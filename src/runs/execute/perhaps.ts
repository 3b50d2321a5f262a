import type { Text } from '#core/text.ts';
import { delegateForeseen } from './delegate.ts';
import { unforeseenEnd, unknownEnd } from './failures.ts';
import { isItems, itemsOf, loopVariables } from './loop.ts';
import type { StepEnd } from './reporter.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/**
 * A planned step that may never be reached, such as one of a rescue, with the hosts it would go to: of a loop, those of all
 * items that are known. That whoever asks has no right there is no fault of the plan yet: the run says so, if it comes to it.
 */
export function perhapsEnd(walk: Walk, unit: Unit, because: Text): StepEnd {
  const { loop, loopControl, delegateTo } = unit.task;
  const items = loop === undefined || delegateTo === undefined ? undefined : itemsOf(walk, unit, loop);
  if (items && isItems(items))
    for (const index of items.keys())
      mayForesee(walk, { ...unit, more: { ...unit.more, ...loopVariables(loopControl, index, items) } });
  const end = unforeseenEnd(walk, unit, because);
  return end.state === 'failed' ? unknownEnd(unit, because) : end;
}

function mayForesee(walk: Walk, unit: Unit): void {
  try {
    delegateForeseen(walk, unit);
  } catch {
    // Whoever asks has no right there: see above.
  }
}
