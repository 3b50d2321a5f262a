import type { Refusal } from '#core/errors.ts';
import type { Run } from '#core/run.ts';
import { t } from '#core/text.ts';
import type { Blocked } from './queue.ts';

/** Why a run has not begun yet: another has what it needs. */
export const waitsFor = ({ name, by, how }: Blocked): Refusal => {
  const what = name.replace(/^host:/, '');
  return {
    code: 'run.waiting',
    say:
      how === 'holds'
        ? t(`It waits for run ${by}, which holds ${what}.`, `Elle attend l’exécution ${by}, qui tient ${what}.`)
        : t(
            `It waits for run ${by}, which is before it in the line for ${what}.`,
            `Elle attend l’exécution ${by}, qui est avant elle dans la file pour ${what}.`,
          ),
    next: t(`Wait, or cancel one of them.`, 'Attendez, ou annulez l’une des deux.'),
    retryable: true,
    details: { lock: name, run: by },
  };
};

/** Why a run has not begun yet: as many as may go on at once do. */
export const waitsForPlace = (atOnce: number): Refusal => ({
  code: 'run.waiting',
  say:
    atOnce === 1
      ? t('It waits for its turn: a run goes on already.', 'Elle attend son tour : une exécution est déjà en cours.')
      : t(
          `It waits for its turn: ${atOnce} runs go on already.`,
          `Elle attend son tour : ${atOnce} exécutions sont déjà en cours.`,
        ),
  next: t('Wait, or cancel one of them.', 'Attendez, ou annulez l’une d’elles.'),
  retryable: true,
});

/** Why a run has not begun yet: its actor has all the places that one may have. */
export const waitsForOwn = (most: number): Refusal => ({
  code: 'run.waiting',
  say: t(
    `It waits for its turn: ${most} runs of the same person go on already, and one place is kept for others.`,
    `Elle attend son tour : ${most} exécutions de la même personne sont déjà en cours, et une place est gardée aux autres.`,
  ),
  next: t('Wait, or cancel one of them.', 'Attendez, ou annulez l’une d’elles.'),
  retryable: true,
});

/** Why no run begins at all: its beginning cannot be stored or written into the audit. */
export const cannotBegin: Refusal = {
  code: 'run.cannot_begin',
  say: t(
    'I cannot write down what I do, so I do nothing.',
    'Je ne peux pas consigner ce que je fais, donc je ne fais rien.',
  ),
  next: t('I try again by myself until I can.', 'Je réessaie de moi-même jusqu’à ce que je le puisse.'),
  retryable: true,
};

/** How a run ended, after its name. */
const ends: Readonly<Partial<Record<Run['state'], readonly [string, string]>>> = {
  done: [': it is done', ' : elle est faite'],
  failed: [': it failed', ' : elle a échoué'],
  cancelled: [': it was stopped', ' : elle a été arrêtée'],
  interrupted: [': it was interrupted', ' : elle a été interrompue'],
  drifted: [': it stopped by itself', ' : elle s’est arrêtée d’elle-même'],
};

/** Why a run cannot be cancelled. */
export const notCancellable = (runId: number, run: Run | undefined): Refusal =>
  run === undefined
    ? {
        code: 'run.not_found',
        say: t(`There is no run ${runId}.`, `Il n’y a pas d’exécution ${runId}.`),
        next: t('List them: `runs`.', 'Listez-les : `runs`.'),
      }
    : {
        code: 'run.over',
        say: t(
          `Run ${runId} is over already${ends[run.state]?.[0] ?? ''}.`,
          `L’exécution ${runId} est déjà terminée${ends[run.state]?.[1] ?? ''}.`,
        ),
      };

/** The code of a step that was killed under way: it may be half done. */
export const killedCode = 'step.killed';

/** The code of a step that was cancelled while it only looked. */
export const stoppedInTimeCode = 'step.cancelled';

/** The code of the fault when a command began in an earlier attempt, nothing of it runs any more, and nobody saw its end. */
export const endNotSeenCode = 'run.end_not_seen';

/** A step that waited for something when the run was stopped: that is no end of its own, and is waited for again. */
export const stoppedWaiting: Refusal = {
  code: stoppedInTimeCode,
  say: t('It was still waiting when the run was stopped.', 'Elle attendait encore quand l’exécution a été arrêtée.'),
};
