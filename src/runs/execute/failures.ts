import { Fault, type Refusal, refusalOf } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { present } from '#core/present.ts';
import { inLanguage, join, type Text, t } from '#core/text.ts';
import { hasTemplate } from '#playbook/templates/index.ts';
import { unknown } from '#playbook/templates/scope.ts';
import type { Task } from '#playbook/tree.ts';
import { endNotSeenCode, killedCode, stoppedInTimeCode } from '../refusals.ts';
import { hidden } from './clip.ts';
import { delegateForeseen } from './delegate.ts';
import { inEnglish, notReached } from './reach.ts';
import type { StepEnd, StepEndState } from './reporter.ts';
import { placeText } from './typed/faults.ts';
import { Undecided } from './undecided.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

const lastLine = (value: Json | undefined): string =>
  typeof value === 'string' ? (value.trim().split('\n').at(-1) ?? '') : '';

/** The sentence of a failed task, for a person: the module's message and the last thing the host said. */
export function failureOf(walk: Walk, unit: Unit, result: JsonObject, message: string): Refusal {
  if (unit.task.noLog) {
    const say = t(`It failed; the reason is ${hidden}.`, 'Elle a échoué ; la raison est masquée par no_log.');
    return { code: 'step.failed', say };
  }
  const said = lastLine(result.stderr) || lastLine(result.stdout);
  const whole = said !== '' && !message.includes(said) ? `${message}: ${said}` : message;
  return { code: 'step.failed', say: walk.redact(whole).slice(0, 600) };
}

/** A refusal about a task, as far as it may be told: where `no_log` hides what things are called, its code and the place. */
export function toldOf({ noLog, at }: Pick<Task, 'noLog' | 'at'>, refusal: Refusal): Refusal {
  if (!noLog) return refusal;
  const place = placeText(at);
  const failed = t(
    `${place}: it failed; the reason is ${hidden}.`,
    `${place} : elle a échoué ; la raison est masquée par no_log.`,
  );
  const changed = t(
    `${place}: what it uses changed since the plan was made; what that is is ${hidden}.`,
    `${place} : ce qu’elle utilise a changé depuis le plan ; ce que c’est est masqué par no_log.`,
  );
  const say = refusal.code === 'run.drifted' ? changed : failed;
  return { code: refusal.code, say, ...present({ retryable: refusal.retryable }) };
}

/** What is thrown past a task, with no more of it than may be told. */
export function toldFault(task: Task, thrown: unknown): unknown {
  const refusal = task.noLog ? refusalOf(thrown) : undefined;
  return refusal ? new Fault(toldOf(task, refusal)) : thrown;
}

const ended = (state: StepEndState, refusal: Refusal, message: string): StepEnd => ({
  state,
  differences: [],
  result: { changed: false, failed: true, msg: message, ...(state === 'failed' ? {} : { unreachable: true }) },
  changed: false,
  refusal,
});

/** What a unit came to when something was thrown; `changing` says whether a script that changes things had been sent. */
export function endOfThrown(walk: Walk, unit: Unit, thrown: unknown, changing: boolean): StepEnd {
  if (thrown instanceof Undecided) return undecidedEnd(walk, unit, thrown.because);
  const refusal = refusalOf(thrown);
  if (refusal === undefined) return broken(walk, unit, thrown);
  walk.halt.tell(toldOf(unit.task, refusal));
  const awaited = refusal.code === 'template.undefined' ? awaitedIn(walk, unit) : undefined;
  if (awaited !== undefined) return awaiting(walk, unit, awaited);
  if (refusal.code === 'ssh.cancelled') return ended('failed', killed(changing), 'killed');
  if (refusal.code === 'ssh.lost' && changing) return ended('unknown', lost(refusal), inEnglish(refusal));
  if (refusal.code === endNotSeenCode) {
    walk.halt.stop({ state: 'failed', refusal: { ...refusal, details: { host: unit.name.host, step: unit.name.id } } });
    return ended('unknown', refusal, inEnglish(refusal));
  }
  const state = notReached(refusal) ? 'unreachable' : 'failed';
  const shown = unit.task.noLog && state === 'failed' ? failureOf(walk, unit, {}, '') : notReachedAs(unit, refusal);
  return ended(state, shown, unit.task.noLog ? hidden : inEnglish(refusal));
}

/** Why a host was not reached names the account, which may be a value of the task. */
const notReachedAs = ({ task }: Unit, refusal: Refusal): Refusal =>
  hasTemplate(task.remoteUser?.value ?? '') ? toldOf(task, refusal) : refusal;

/** In a plan, a result a task uses of which only a part is known: what is not there now, the run will give. */
function awaitedIn(walk: Walk, { state, task }: Unit): string | undefined {
  if (walk.mode !== 'plan' || state.foreseen.size === 0) return undefined;
  const { args, when, vars, loop, until, changedWhen, failedWhen, include } = task;
  const text = JSON.stringify([args, when, vars, loop, until, changedWhen, failedWhen, include?.name]);
  const used = [...state.foreseen].find((name) => new RegExp(`\\b${name}\\b`).test(text));
  // What a template's file uses is not written in the task.
  return used ?? (task.module === 'template' ? [...state.foreseen][0] : undefined);
}

function awaiting(walk: Walk, unit: Unit, name: string): StepEnd {
  const because = t(`depends on what “${name}” is when it is there`, `dépend de ce que sera « ${name} » une fois là`);
  if (unit.task.module === 'set_fact') {
    for (const fact of Object.keys(unit.task.args)) unit.state.known[fact] = unknown(because);
  }
  return undecidedEnd(walk, unit, because);
}

/** A step whose answer only a run can give. In a run that can only be a result that was not kept. */
export function undecidedEnd(walk: Walk, unit: Unit, because: Text): StepEnd {
  if (walk.mode === 'plan') return unforeseenEnd(walk, unit, because);
  const refusal: Refusal = {
    code: 'step.undecided',
    say: join([
      t('It needs a result that was not kept: ', 'Il lui faut un résultat qui n’a pas été gardé : '),
      because,
      '.',
    ]),
    next: t('Give the order again as a new run.', 'Redonnez l’ordre comme nouvelle exécution.'),
  };
  return ended('failed', refusal, inLanguage(because, 'en'));
}

/** Why what uses the result of a task cannot be foreseen. */
export const dependsOn = (task: string): Text =>
  t(`depends on what “${task}” gives`, `dépend de ce que donne « ${task} »`);

/** A planned step nobody can foresee, with the host it would go to. It fails where whoever asks has no right there. */
export function unforeseenEnd(walk: Walk, unit: Unit, because: Text): StepEnd {
  try {
    return { ...unknownEnd(unit, because), ...present({ on: delegateForeseen(walk, unit) }) };
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    if (unit.body.perhaps) return unknownEnd(unit, because);
    const told = toldOf(unit.task, refusal);
    return ended('failed', told, inEnglish(told));
  }
}

/** A planned step nobody can foresee, with the reason. */
export const unknownEnd = (unit: Unit, because: Text): StepEnd => ({
  state: 'unknown',
  differences: [],
  result: unknown(dependsOn(unit.name.task)),
  changed: false,
  refusal: {
    code: 'plan.unknown',
    say: unit.task.noLog ? t('It depends on an earlier step.', 'Cela dépend d’une étape précédente.') : because,
  },
});

const killed = (changing: boolean): Refusal => ({
  code: changing ? killedCode : stoppedInTimeCode,
  say: changing
    ? t(
        'It was killed by the cancellation; it may be half done.',
        'Arrêtée net par l’annulation ; peut-être à moitié faite.',
      )
    : t('It was cancelled before it changed anything.', 'Annulée avant d’avoir changé quoi que ce soit.'),
});

const lost = (refusal: Refusal): Refusal => ({
  ...refusal,
  code: 'step.lost',
  say: t(
    'The connection broke while it ran: nobody saw its end.',
    'La connexion s’est rompue pendant son exécution : personne n’en a vu la fin.',
  ),
});

/** Where something broke; what it says of itself may hold what `no_log` hides. */
const traceOf = (thrown: unknown): string =>
  thrown instanceof Error
    ? [thrown.name, ...(thrown.stack ?? '').split('\n').filter(isFrame)].join('\n')
    : typeof thrown;

const isFrame = (line: string): boolean => line.startsWith('    at ');

function broken(walk: Walk, unit: Unit, thrown: unknown): StepEnd {
  const err = unit.task.noLog ? traceOf(thrown) : thrown;
  walk.log.error({ err, step: unit.name.id, host: unit.name.host, module: unit.name.module }, 'a step broke');
  const say = t(
    `The module ${unit.name.module} broke on this task; the bot’s log says where.`,
    `Le module ${unit.name.module} a échoué de l’intérieur ; le journal du bot dit où.`,
  );
  return ended('failed', { code: 'step.broken', say }, 'internal error');
}
