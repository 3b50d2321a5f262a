import { type Card, isResumable, join, type Run, show, type Text, t } from '#kit';
import { beganAt, nameOf, stateOf, states, type Who, whoOf } from './states.ts';

/** Runs of hosts that the asker may not see look as if there were none: this is true of both. */
const nothingSeen: Card = {
  tone: 'info',
  title: t('No run that you may see', 'Aucune exécution que vous puissiez voir'),
};

/** The last runs, newest first; what still needs somebody is in the title. */
export function listCard(
  runs: readonly Run[],
  who: Who,
  now: number,
  zone: string | undefined,
  hosts?: ReadonlySet<string>,
): Card {
  const [newest] = runs;
  if (!newest) return nothingSeen;
  const going = runs.filter(({ state }) => state === 'running' || state === 'queued');
  const wrong = runs.filter((run) => run !== newest && (run.state === 'failed' || run.state === 'drifted'));
  const open = runs.filter(
    (run) =>
      (run.state === 'interrupted' || run.state === 'failed') &&
      isResumable(run) &&
      run.refusal?.retryable !== false &&
      !runs.some(({ resumes }) => resumes === run.id),
  );
  return {
    // A list tells of one moment: it does not go on.
    tone: going.length > 0 ? 'info' : states[newest.state].tone,
    title: titleOf(newest, going.length, hosts),
    table: {
      columns: ['#', t('What', 'Quoi'), t('State', 'État'), t('Who', 'Qui'), show.zone(zone, now)],
      rows: runs.map((run) => [
        String(run.id),
        ...[nameOf(run, hosts), stateOf(run), whoOf(run.actor, who), beganAt(run, now, zone)],
      ]),
    },
    actions: [
      ...going.slice(0, 2).map(({ id }) => ({
        id: `cancel-${id}`,
        label: t(`Stop #${id}`, `Arrêter n° ${id}`),
        style: 'danger' as const,
        line: `runs cancel ${id}`,
      })),
      ...open.slice(0, 2).map(({ id }) => ({
        id: `resume-${id}`,
        label: t(`Resume #${id}`, `Reprendre n° ${id}`),
        line: `runs resume ${id}`,
      })),
      ...[newest, ...wrong.slice(0, 1)].map(({ id }) => ({
        id: `show-${id}`,
        label: t(`Show #${id}`, `Voir n° ${id}`),
        line: `runs show ${id}`,
      })),
    ],
  };
}

function titleOf(newest: Run, going: number, hosts: ReadonlySet<string> | undefined): Text {
  const last = join([`#${newest.id} `, nameOf(newest, hosts), ' ', stateOf(newest)]);
  if (going === 0) return join([t('Last: ', 'Dernière : '), last]);
  return join([
    show.count(going, ['run going on', 'runs going on'], ['exécution en cours', 'exécutions en cours']),
    t('; newest ', ' ; dernière : '),
    last,
  ]);
}
