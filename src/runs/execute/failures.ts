import { type Refusal, refusalOf } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { unknown } from '#playbook/templates/scope.ts';
import { hidden } from './clip.ts';
import { endNotSeenCode } from './perform.ts';
import type { StepEnd, StepEndState } from './reporter.ts';
import { Undecided } from './undecided.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

const notReached = new Set([
  'ssh.unreachable',
  'ssh.lost',
  'ssh.auth',
  'ssh.key',
  'ssh.host_key_unknown',
  'ssh.host_key_changed',
]);

const lastLine = (value: Json | undefined): string =>
  typeof value === 'string' ? (value.trim().split('\n').at(-1) ?? '') : '';

/** The sentence of a failed task, for a person: the module's message and the last thing the host said. */
export function failureOf(unit: Unit, result: JsonObject, message: string): Refusal {
  if (unit.task.noLog) {
    const say = t(`It failed; the reason is ${hidden}.`, 'Elle a échoué ; la raison est masquée par no_log.');
    return { code: 'step.failed', say };
  }
  const said = lastLine(result.stderr) || lastLine(result.stdout);
  const whole = said !== '' && !message.includes(said) ? `${message}: ${said}` : message;
  return { code: 'step.failed', say: whole.slice(0, 600) };
}

const ended = (state: StepEndState, refusal: Refusal, message: string): StepEnd => ({
  state,
  differences: [],
  result: { changed: false, failed: true, msg: message, ...(state === 'failed' ? {} : { unreachable: true }) },
  changed: false,
  refusal,
});

const inEnglish = (refusal: Refusal): string => (typeof refusal.say === 'string' ? refusal.say : refusal.say.en);

/** What a unit came to when something was thrown; `changing` says whether a script that changes things had been sent. */
export function endOfThrown(walk: Walk, unit: Unit, thrown: unknown, changing: boolean): StepEnd {
  if (thrown instanceof Undecided) return undecidedEnd(walk, unit, thrown.because);
  const refusal = refusalOf(thrown);
  if (refusal === undefined) return broken(walk, unit, thrown);
  if (refusal.code === 'ssh.cancelled') return ended('failed', killed(changing), 'killed');
  if (refusal.code === 'ssh.lost' && changing) return ended('unknown', lost(refusal), inEnglish(refusal));
  if (refusal.code === endNotSeenCode) {
    walk.halt.stop({ state: 'failed', refusal: { ...refusal, details: { host: unit.name.host, step: unit.name.id } } });
    return ended('unknown', refusal, inEnglish(refusal));
  }
  const state = notReached.has(refusal.code) ? 'unreachable' : 'failed';
  const shown = unit.task.noLog && state === 'failed' ? failureOf(unit, {}, '') : refusal;
  return ended(state, shown, unit.task.noLog ? hidden : inEnglish(refusal));
}

/** A step whose answer only a run can give. In a run that can only be a result that was not kept. */
export function undecidedEnd(walk: Walk, unit: Unit, because: string): StepEnd {
  if (walk.mode === 'plan') return unknownEnd(unit, because);
  const refusal = {
    code: 'step.undecided',
    say: t(
      `It needs a result that was not kept: ${because}.`,
      `Il lui faut un résultat qui n’a pas été gardé : ${because}.`,
    ),
    next: t('Give the order again as a new run.', 'Redonnez l’ordre comme nouvelle exécution.'),
  };
  return ended('failed', refusal, because);
}

/** A planned step nobody can foresee, with the reason. */
export const unknownEnd = (unit: Unit, because: string): StepEnd => ({
  state: 'unknown',
  differences: [],
  result: unknown(`depends on what “${unit.name.task}” gives`),
  changed: false,
  refusal: {
    code: 'plan.unknown',
    say: unit.task.noLog ? t('It depends on an earlier step.', 'Cela dépend d’une étape précédente.') : because,
  },
});

const killed = (changing: boolean): Refusal => ({
  code: 'step.killed',
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

function broken(walk: Walk, unit: Unit, thrown: unknown): StepEnd {
  walk.log.error({ err: thrown, step: unit.name.id, host: unit.name.host, module: unit.name.module }, 'a step broke');
  const say = t(
    `The module ${unit.name.module} broke on this task; the bot’s log says where.`,
    `Le module ${unit.name.module} a échoué de l’intérieur ; le journal du robot dit où.`,
  );
  return ended('failed', { code: 'step.broken', say }, 'internal error');
}
