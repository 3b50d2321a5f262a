import type { Refusal } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { ArgDescription } from './catalogue.ts';
import type { Desk } from './desk.ts';
import { lookedThrough } from './offered.ts';

const code = 'run.none';

/** That there is no run to name for a command that takes one of these, which is no question; undefined for what may be older. */
export async function noRun(desk: Desk, { lists }: ArgDescription): Promise<Refusal | undefined> {
  if (lists === 'running')
    return {
      code,
      say: t('No run is under way that you may stop.', 'Aucune exécution que vous puissiez arrêter n’est en cours.'),
    };
  if (lists !== 'resumable') return undefined;
  const isAll = (await desk.store.runs.last(lookedThrough + 1)).length <= lookedThrough;
  return isAll ? noneToResume : noneLately;
}

const noneToResume: Refusal = {
  code,
  say: t('There is no run that you may resume.', 'Il n’y a aucune exécution que vous puissiez reprendre.'),
};

const noneLately: Refusal = {
  code,
  say: t(
    `None of the last ${lookedThrough} runs is one that you may resume.`,
    `Aucune des ${lookedThrough} dernières exécutions n’est à reprendre par vous.`,
  ),
  next: t(
    'An older one goes on by its number, as in “runs resume 12”.',
    'Une plus ancienne se reprend par son numéro, comme « runs resume 12 ».',
  ),
};
