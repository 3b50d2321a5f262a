import { type Card, type Run, show, type Text, t } from '#kit';
import type { Application } from './applications.ts';

type App = Application & { readonly name: string };

/** What a run did to the application; `version` is absent when it went back to whatever was there before. */
interface Move {
  readonly version?: string;
  readonly run: Run;
}

/** Undefined when the run was about something else or did not end well. */
function moveOf(run: Run, app: App): Move | undefined {
  const mine = [app.playbook, app.rollback].includes(run.request.playbook);
  const { app_name: name, app_version: version } = run.request.vars;
  if (!mine || run.state !== 'done' || name !== app.name) return undefined;
  return typeof version === 'string' && version !== '' ? { version, run } : { run };
}

/** What happened last, in a line. */
function verdict(app: App, last: Move | undefined): Text {
  if (!last)
    return t(`${app.name}: nothing was deployed from here yet`, `${app.name} : rien n’a encore été déployé d’ici`);
  if (last.version === undefined)
    return t(`${app.name}: went back to the version before`, `${app.name} : retour à la version d’avant`);
  return t(`${app.name}: ${last.version} was deployed last`, `${app.name} : ${last.version} déployée en dernier`);
}

/** What may be deployed, and what was: by the runs the bot knows. */
export function versionsCard(
  app: App,
  runs: readonly Run[],
  { now, zone }: { readonly now: number; readonly zone?: string },
): Card {
  const done = runs.flatMap((run) => moveOf(run, app) ?? []);
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
  rows: done
    .slice(0, 5)
    .map(({ version, run }) => [
      version ?? t('back', 'retour'),
      show.time(Date.parse(run.finishedAt ?? run.queuedAt), zone, now),
      `#${run.id}`,
    ]),
});
