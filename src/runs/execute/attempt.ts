import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { type Text, t } from '#core/text.ts';
import { decidesWay } from '#playbook/inventory/connection-variables.ts';
import type { Regroup } from '#playbook/modules/module.ts';
import { isUnknown, unknown } from '#playbook/templates/scope.ts';
import { lookingModules } from '../cut.ts';
import { stoppedWaiting } from '../refusals.ts';
import { leaveUntold, thingsOf } from './about.ts';
import { foundNothing, missingPaths } from './brought.ts';
import { isChange, shownDifferences } from './differences.ts';
import { driftOf } from './drift.ts';
import { type Examined, examine, type Invocation, namedBy, pathsOf } from './examine.ts';
import { dependsOn, endOfThrown, failureOf, unknownEnd } from './failures.ts';
import { foresee } from './foresee.ts';
import { invoke } from './invoke.ts';
import { attemptStep } from './journal.ts';
import { judge, saysUnchanged } from './judge.ts';
import { isLeft, leaveRunning, mayBeLeft, statusOf } from './left.ts';
import { runsOnce } from './once.ts';
import { type Pending, tidy } from './pending.ts';
import { perform } from './perform.ts';
import { inEnglish } from './reach.ts';
import type { StepEnd } from './reporter.ts';
import { earlier, endedBefore, otherItem, resumed } from './resumed.ts';
import { noteChosenAs } from './typed/chosen.ts';
import { isTypedIn } from './typed/guard.ts';
import { noteRegrouped } from './typed/roots.ts';
import { flagOf, scopeOf, type Unit } from './unit.ts';
import { stepKey, type Walk } from './walk.ts';

/** One attempt of a unit: planned, or done. Whatever is thrown on the way becomes its end. */
export async function attemptUnit(walk: Walk, unit: Unit, number: number): Promise<StepEnd> {
  const began: Began = { changing: false };
  const end = await attemptOn(walk, unit, number, began);
  return began.on === undefined || began.on === unit.name.host ? end : { ...end, on: began.on };
}

/** How far an attempt came: the host it is about to work on, and whether a script that changes something was sent. */
interface Began {
  on?: string;
  changing: boolean;
}

async function attemptOn(walk: Walk, unit: Unit, number: number, began: Began): Promise<StepEnd> {
  try {
    const invocation = invoke(walk, unit);
    if (!invocation.module.local) began.on = invocation.host.name;
    const things = thingsOf(walk, unit, invocation);
    return await walk.turns.take(things, async () =>
      // Whoever has not had a turn by the time that the run is to end begins nothing.
      things.length > 0 && walk.halt.reason ? notBegun : attemptInTurn(walk, unit, invocation, number, began),
    );
  } catch (thrown) {
    return endOfThrown(walk, unit, thrown, began.changing);
  }
}

const notBegun: StepEnd = {
  state: 'failed',
  differences: [],
  result: { changed: false, failed: true, msg: inEnglish(stoppedWaiting) },
  changed: false,
  refusal: stoppedWaiting,
};

async function attemptInTurn(
  walk: Walk,
  unit: Unit,
  invocation: Invocation,
  number: number,
  began: Began,
): Promise<StepEnd> {
  const other = otherItem(walk, unit);
  if (other) return driftedEnd(walk, other, []);
  const before = earlier(walk, unit, invocation.module);
  if (before) {
    walk.journals.add(invocation.host, invocation.line, invocation.user);
    const end = await resumed(walk, unit, invocation, before);
    learn(unit, end);
    if (invocation.module.name === 'fetch' && typeof before.result.dest === 'string')
      walk.fetched.brought(before.result.dest);
    return end;
  }
  const examined = await examine(invocation, (most) => foresee(walk, unit, invocation.line, most));
  const kept = await endedBefore(walk, unit, invocation, examined, number);
  if (kept) return kept;
  if (examined.plan.skipped) return skippedBy(examined);
  mayBeLeft(walk, unit, invocation, examined);
  const end =
    walk.mode === 'plan' || onlyChecks(walk, unit)
      ? planned(walk, unit, invocation, examined)
      : await applied(walk, unit, invocation, examined, { began, number });
  if (end.state === 'ok' || end.state === 'changed') {
    Object.assign(unit.state.known, examined.plan.facts);
    if (!invocation.module.local) learn(unit, end);
    if (examined.plan.regroup) regroup(walk, unit, examined.plan.regroup);
    if (examined.plan.variables) {
      unit.state.included = { ...unit.state.included, ...examined.plan.variables };
      noteChosenAs(walk, unit, Object.keys(examined.plan.variables));
    }
  }
  return end;
}

/** A module may return facts of the host: they are variables from here on. None of them decides how a task is done. */
function learn({ state }: Unit, { result }: StepEnd): void {
  if (isUnknown(result)) return;
  const { ansible_facts: facts } = result;
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return;
  const told = Object.entries(facts as JsonObject).filter(([name]) => !decidesWay(name));
  state.told = { ...state.told, ...Object.fromEntries(told) };
}

/** From here on the host is in these groups and has these variables; those made of typed values stay typed. */
function regroup(walk: Walk, unit: Unit, { host, ...more }: Regroup): void {
  walk.inventory.regroup({ host, ...more });
  const known = walk.inventory.now.host(host);
  if (!known) return;
  const scope = scopeOf(walk, unit);
  noteRegrouped(walk, unit, scope, { to: walk.stateOf(known), names: Object.keys(more.variables) });
  for (const [name, written] of Object.entries(unit.task.args)) {
    if (!isTypedIn(walk, unit, written, scope)) continue;
    if (Object.hasOwn(more.variables, name)) walk.stateOf(known).typed.add(name);
    else for (const one of ['groups', 'group_names']) unit.state.typed.add(one);
  }
}

/** `check_mode: true`: the task only says what it would do, in a run too. */
function onlyChecks(walk: Walk, unit: Unit): boolean {
  const { checkMode } = unit.task;
  return checkMode !== undefined && flagOf(walk.language.value(checkMode, scopeOf(walk, unit)));
}

/** The module itself says that there is nothing to do: what a `script` creates is there. */
const skippedBy = ({ plan }: Examined): StepEnd => ({
  state: 'skipped',
  differences: [],
  result: { ...plan.result, changed: false, skipped: true },
  changed: false,
});

function failedNow(walk: Walk, unit: Unit, examined: Examined): StepEnd {
  const message = examined.plan.failed ?? '';
  return {
    state: 'failed',
    differences: [],
    result: { ...examined.plan.result, changed: false, failed: true, msg: message },
    changed: false,
    refusal: failureOf(walk, unit, {}, message),
  };
}

/** What the unit would do, as far as anybody can know now. */
function planned(walk: Walk, unit: Unit, invocation: Invocation, examined: Examined): StepEnd {
  const { module } = invocation;
  const { plan } = examined;
  const pending = walk.pendingOn(invocation.line.machine);
  const { checked } = examined;
  const about = module.subjects?.(examined.args, examined.state) ?? [];
  const own = [...pathsOf(module, checked), ...namedBy(module, checked), ...about];
  const subjects = [...own, ...plan.differences.map((one) => one.subject)];
  const reason = module.local ? undefined : whyUnknown(pending, examined, subjects, invocation);
  if (reason !== undefined) {
    if (!lookingModules.has(module.name)) pending.addUnknown(unit.name.task, subjects);
    leaveUntold(unit, module, reason);
    return unknownEnd(unit, reason);
  }
  if (plan.failed !== undefined) return failedNow(walk, unit, examined);
  const differences = shownDifferences(walk, unit, invocation, examined);
  const changed = plan.differences.some(isChange);
  if (plan.unknown || isLeft(walk, unit)) {
    const changes = changed && !saysUnchanged(walk, unit);
    if (changes) pending.add(unit.name.task, plan.differences, { certain: false });
    const result = unknown(dependsOn(unit.name.task));
    return { state: changes ? 'changed' : 'ok', differences, result, changed: changes };
  }
  // What is done here only changes no host.
  if (!module.local) pending.add(unit.name.task, plan.differences);
  const end = judge(walk, unit, { result: plan.result, changed }, differences);
  // Whatever the task says of itself, a plan shows what it would change.
  return changed && end.state === 'ok' ? { ...end, state: 'changed' } : end;
}

function whyUnknown(
  pending: Pending,
  { plan, checked }: Examined,
  subjects: readonly string[],
  invocation: Invocation,
): Text | undefined {
  const { module } = invocation;
  // What is made in a folder makes the folder, and is met by what goes over all of it.
  const made = plan.differences.filter(({ aspect, before }) => aspect === 'state' && before === 'absent');
  // Of what is not there, an earlier step may make a part.
  const isWhole = checked.recurse === true || foundNothing(plan);
  const whole = [...made.map(({ subject }) => subject), ...(isWhole ? pathsOf(module, checked) : [])];
  const task = pending.touching(subjects, whole, sightOf(invocation, plan.differences));
  if (task !== undefined) return t(`“${task}” changes it first`, `« ${task} » le change d’abord`);
  const bringer = pending.bringing(missingPaths(module, plan, checked));
  if (bringer !== undefined) return t(`“${bringer}” may bring it`, `« ${bringer} » peut l’apporter`);
  const last = pending.last();
  if (plan.failed === undefined || last === undefined) return undefined;
  return t(
    `now it would fail (${plan.failed}), but “${last}” changes the host first`,
    `maintenant elle échouerait (${plan.failed}), mais « ${last} » change d’abord l’hôte`,
  );
}

/** Which paths a step saw for certain: what it found there it saw, and root sees everything. */
function sightOf({ user, login }: Invocation, differences: readonly Difference[]): (path: string) => boolean {
  const found = differences.filter(({ before }) => before !== null && before !== 'absent');
  const seen = new Set(found.map(({ subject }) => tidy(subject)));
  return (path) => (user ?? login) === 'root' || seen.has(path);
}

/** Does it, unless the host is not as the plan showed it. */
async function applied(
  walk: Walk,
  unit: Unit,
  invocation: Invocation,
  examined: Examined,
  attempt: { readonly began: Began; readonly number: number },
): Promise<StepEnd> {
  const { plan } = examined;
  if (plan.failed !== undefined) return failedNow(walk, unit, examined);
  const differences = shownDifferences(walk, unit, invocation, examined);
  if (invocation.module.name === 'async_status')
    return judge(walk, unit, await statusOf(walk, invocation, examined), []);
  if (isLeft(walk, unit)) return left(walk, unit, invocation, examined, { ...attempt, differences });
  if (differences.length === 0 && !plan.unknown) {
    return judge(walk, unit, { result: plan.result, changed: wasChangedBefore(walk, unit) }, []);
  }
  const rebooted = rebootedBefore(walk, unit, differences);
  if (rebooted) return rebooted;
  const drifted = drift(walk, unit, differences);
  if (drifted) return drifted;
  if (runsOnce(invocation.module, plan)) walk.journals.add(invocation.host, invocation.line, invocation.user);
  else await owed(walk, unit);
  attempt.began.changing = true;
  const step = attemptStep(unit.name, attempt.number);
  const raw = await perform(invocation, examined, {
    journal: { key: walk.key, step },
    goesOn: walk.begun !== undefined || walk.done.size > 0,
    boundary: walk.control.boundary,
    fetched: walk.fetched,
    onOutput: (chunk, stream) => walk.reporter.output(unit.name, chunk, stream),
  }).finally(() => walk.calm.end());
  return judge(walk, unit, raw, differences);
}

/** A resumed run finds a host that was booted since it was planned: what the interrupted one wanted has come about. */
function rebootedBefore(walk: Walk, unit: Unit, differences: readonly Difference[]): StepEnd | undefined {
  if (!walk.begun || unit.task.module !== 'reboot') return undefined;
  const bootIn = (all: readonly Difference[] = []) => all.find(({ aspect }) => aspect === 'boot')?.before;
  const planned = bootIn(walk.expected?.of(unit.name.host, unit.name.id)?.differences);
  if (planned === undefined || planned === bootIn(differences)) return undefined;
  return judge(walk, unit, { result: { rebooted: true }, changed: true }, differences);
}

/** The same for a task that is begun and left running. */
async function left(
  walk: Walk,
  unit: Unit,
  invocation: Invocation,
  examined: Examined,
  {
    began,
    number,
    differences,
  }: {
    readonly began: Began;
    readonly number: number;
    readonly differences: readonly Difference[];
  },
): Promise<StepEnd> {
  const drifted = drift(walk, unit, differences);
  if (drifted) return drifted;
  began.changing = true;
  const raw = await leaveRunning(walk, unit, invocation, examined, number).finally(() => walk.calm.end());
  return judge(walk, unit, raw, differences);
}

/**
 * A change that the plan did not foresee shows later only by this: that it was begun. That has to be on disk before it is
 * made, or a bot that died would not know of it, and the handlers it owes would never run.
 */
async function owed(walk: Walk, { name }: Unit): Promise<void> {
  if (walk.expected?.of(name.host, name.id)?.outcome !== 'change') await walk.control.recorded?.();
}

/**
 * A resumed run finds a host as wanted because the interrupted one made it so, when that died before it could write it
 * down: then the step changed something, and its handlers are still owed.
 */
function wasChangedBefore(walk: Walk, unit: Unit): boolean {
  if (!walk.begun) return false;
  const { host, id } = unit.name;
  const planned = walk.expected?.of(host, id)?.outcome;
  if (planned === 'change') return true;
  // What was planned as wanted would have been a drift before it changed anything: it was being looked at.
  return (walk.expected === undefined || planned === 'unknown') && walk.begun.has(stepKey(host, id));
}

function drift(walk: Walk, unit: Unit, differences: readonly Difference[]): StepEnd | undefined {
  if (!walk.expected) return undefined;
  const { host, id, task } = unit.name;
  const refusal = walk.filesDrift() ?? driftOf(walk.expected.of(host, id), { host, task, differences });
  return refusal && driftedEnd(walk, refusal, differences);
}

/** The run stops here. */
function driftedEnd(walk: Walk, refusal: Refusal, differences: readonly Difference[]): StepEnd {
  walk.halt.stop({ state: 'drifted', refusal });
  return {
    state: 'failed',
    differences,
    result: { changed: false, failed: true, msg: 'drifted' },
    changed: false,
    refusal,
  };
}
