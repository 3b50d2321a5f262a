import { isUnknown } from '#playbook/templates/scope.ts';
import { lookingModules } from '../cut.ts';
import { killedCode, stoppedInTimeCode, stoppedWaiting } from '../refusals.ts';
import { pendingOf, perhapsAbout } from './about.ts';
import { attemptUnit } from './attempt.ts';
import { allHold, mayRun } from './conditions.ts';
import { endOfThrown, undecidedEnd } from './failures.ts';
import { notSet, perhapsSet } from './perhaps.ts';
import type { StepEnd } from './reporter.ts';
import { isEarlier } from './resumed.ts';
import { flagOf, numberOf, scopeOf, type Unit } from './unit.ts';
import { pause } from './waiting.ts';
import type { Walk } from './walk.ts';

/** A unit from its condition to its end, told to the reporter. */
export async function runUnit(walk: Walk, unit: Unit): Promise<StepEnd> {
  const early = unlessItMayRun(walk, unit);
  if (!early) walk.reporter.began(unit.name);
  const end = early ?? forgiven(walk, unit, await persist(walk, unit));
  if (early?.state === 'skipped') await notSet(walk, unit);
  if (end.state === 'unknown' && walk.mode === 'plan') await noteUnknown(walk, unit, early !== undefined);
  walk.reporter.ended(unit.name, end);
  return end;
}

/**
 * Steps that come after one that nobody can foresee look at what it may have changed, and know nothing of what it may set;
 * `early` is one that nobody knows whether it runs at all.
 */
export async function noteUnknown(walk: Walk, unit: Unit, early: boolean): Promise<void> {
  const { task, name } = unit;
  if (early) await perhapsSet(walk, unit);
  if (!lookingModules.has(task.module))
    pendingOf(walk, unit).addUnknown(name.task, await perhapsAbout(walk, unit, early));
  if (task.module === 'add_host' || task.module === 'group_by') walk.inventory.doubt = name.task;
}

/** The end of a unit whose condition is false, or not known, or wrong. */
function unlessItMayRun(walk: Walk, unit: Unit): StepEnd | undefined {
  try {
    const may = mayRun(walk, unit);
    if (may === true) return undefined;
    return isUnknown(may) ? undecidedEnd(walk, unit, may.unknownBecause) : skippedEnd;
  } catch (thrown) {
    return forgiven(walk, unit, endOfThrown(walk, unit, thrown, false));
  }
}

const skippedEnd: StepEnd = {
  state: 'skipped',
  differences: [],
  result: { changed: false, skipped: true, skip_reason: 'Conditional result was False' },
  changed: false,
};

/** Attempts until the task's `until` holds. Ansible counts `retries` beside the first attempt. */
async function persist(walk: Walk, unit: Unit): Promise<StepEnd> {
  const { until } = unit.task;
  const first = await attemptUnit(walk, unit, 1);
  if (!until || walk.mode === 'plan' || isEarlier(walk, unit)) return first;
  const { retries, delayMs } = patience(walk, unit);
  let end = first;
  for (let attempt = 1; ; attempt += 1) {
    if (isUnknown(end.result) || !['ok', 'changed', 'failed'].includes(end.state) || isCut(end)) return end;
    end = { ...end, result: { ...end.result, attempts: attempt } };
    if (holds(walk, unit, end)) return end;
    if (attempt > retries) return exhausted(end, attempt);
    // An attempt that was under way when the run was stopped is no end of the task either.
    const went = !walk.halt.reason && (await pause(delayMs, [walk.control.now, walk.control.boundary]));
    walk.calm.end();
    if (!went) return { ...end, state: 'failed', refusal: stoppedWaiting };
    end = await attemptUnit(walk, unit, attempt + 1);
  }
}

/** Did the stop end the attempt itself? */
const isCut = ({ refusal }: StepEnd): boolean => unforgivable.has(refusal?.code ?? '');

function patience(walk: Walk, unit: Unit): { readonly retries: number; readonly delayMs: number } {
  const { retries, delay } = unit.task;
  const scope = scopeOf(walk, unit);
  const count = numberOf(retries && walk.language.value(retries, scope), 3);
  const seconds = numberOf(delay && walk.language.value(delay, scope), 5);
  return { retries: Math.max(0, count), delayMs: Math.max(0, seconds) * 1000 };
}

function holds(walk: Walk, unit: Unit, end: StepEnd): boolean {
  try {
    return allHold(walk.language, unit.task.until ?? [], scopeOf(walk, unit, end.result)) === true;
  } catch {
    // A failed attempt often lacks what the condition asks for; that is one more «not yet».
    return false;
  }
}

/** In the result, Ansible counts the attempts that were retries. */
const exhausted = (end: StepEnd, attempts: number): StepEnd => ({
  ...end,
  state: 'failed',
  result: isUnknown(end.result) ? end.result : { ...end.result, failed: true, attempts: attempts - 1 || 1 },
  refusal: end.refusal ?? {
    code: 'step.until',
    say: { en: `Not as wanted after ${attempts} attempts.`, fr: `Toujours pas comme voulu après ${attempts} essais.` },
  },
});

/** What is no failure of the task itself, and so nothing it could ignore. */
const unforgivable = new Set<string>(['run.drifted', killedCode, stoppedInTimeCode, 'step.broken']);

/** A failure the task ignores; a host that was not reached, where the task says that this is no reason to leave. */
function forgiven(walk: Walk, unit: Unit, end: StepEnd): StepEnd {
  const { ignoreUnreachable } = unit.task;
  if (end.state === 'unreachable' && ignoreUnreachable !== undefined) {
    return flagOf(walk.language.value(ignoreUnreachable, scopeOf(walk, unit))) ? { ...end, state: 'skipped' } : end;
  }
  if (end.state !== 'failed' || unit.task.ignoreErrors === undefined || unforgivable.has(end.refusal?.code ?? '')) {
    return end;
  }
  try {
    return flagOf(walk.language.value(unit.task.ignoreErrors, scopeOf(walk, unit)))
      ? { ...end, state: 'ignored' }
      : end;
  } catch {
    return end;
  }
}
