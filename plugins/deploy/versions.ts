import { type Card, type Needs, type Run, show, type Text, t } from '#kit';
import type { Application } from './applications.ts';
import { releaseOf } from './outcome.ts';

type App = Application & { readonly name: string };

/** What a run did to the application; `version` is absent when it went back to whatever was there before. */
interface Move {
  readonly version?: string;
  readonly run: Run;
}

/** How many moves are shown. */
const shownMoves = 5;

/** What ended well and was about the application, newest first; the release of a rollback is read in its steps. */
export async function movesOf(app: App, runs: Needs['runs']): Promise<readonly Move[]> {
  const mine = (await runs.last(100)).filter(({ state, request }) => {
    const isIts = [app.playbook, app.rollback].includes(request.playbook);
    return isIts && state === 'done' && request.vars.app_name === app.name;
  });
  return Promise.all(
    mine.slice(0, shownMoves).map(async (run) => {
      const { app_version: asked } = run.request.vars;
      const version =
        typeof asked === 'string' && asked !== '' ? asked : releaseOf((await runs.get(run.id))?.steps ?? []);
      return version === undefined ? { run } : { version, run };
    }),
  );
}

/** What happened last, in a line. */
function verdict(app: App, last: Move | undefined): Text {
  if (!last)
    return t(`${app.name}: nothing was deployed from here yet`, `${app.name} : rien n’a encore été déployé d’ici`);
  if (last.version === undefined)
    return t(`${app.name}: went back to the version before`, `${app.name} : retour à la version d’avant`);
  const wentBack = last.run.request.playbook === app.rollback && app.rollback !== app.playbook;
  if (wentBack) return t(`${app.name}: back on ${last.version}`, `${app.name} : retour à ${last.version}`);
  return t(`${app.name}: ${last.version} was deployed last`, `${app.name} : ${last.version} déployée en dernier`);
}

/** What may be deployed, and what was: by the runs the bot knows. */
export function versionsCard(
  app: App,
  done: readonly Move[],
  { now, zone }: { readonly now: number; readonly zone?: string },
): Card {
  const last = done[0];
  const offered = (app.versions ?? []).filter((version) => version !== last?.version);
  return {
    tone: 'info',
    title: verdict(app, last),
    text: app.versions
      ? t(`Versions: ${app.versions.slice(-20).join(', ')}`, `Versions : ${app.versions.slice(-20).join(', ')}`)
      : t('Any version may be deployed.', 'Toute version peut être déployée.'),
    ...(done.length > 0 ? { table: historyOf(done, now, zone) } : {}),
    actions: offered
      .slice(-3)
      .reverse()
      .map((version, place) => ({
        id: `deploy-${place}`,
        label: t(`Deploy ${version}`, `Déployer ${version}`),
        line: `deploy ${app.name} ${version}`,
      })),
  };
}

const historyOf = (done: readonly Move[], now: number, zone: string | undefined): NonNullable<Card['table']> => ({
  columns: [t('Version', 'Version'), t('When', 'Quand'), t('Run', 'Exécution')],
  rows: done.map(({ version, run }) => [
    version ?? t('back', 'retour'),
    show.time(Date.parse(run.finishedAt ?? run.queuedAt), zone, now),
    `#${run.id}`,
  ]),
});
