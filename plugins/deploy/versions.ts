import { type Card, type Run, show, t } from '#kit';
import type { Application } from './applications.ts';

/** The version a run brought this application to; undefined when it was about something else or did not end well. */
function deployed(run: Run, app: Application & { readonly name: string }): string | undefined {
  if (run.state !== 'done' || run.request.playbook !== app.playbook) return undefined;
  const { app_name: name, app_version: version } = run.request.vars;
  return name === app.name && typeof version === 'string' ? version : undefined;
}

/** What may be deployed, and what was: by the runs the bot knows. */
export function versionsCard(
  app: Application & { readonly name: string },
  runs: readonly Run[],
  { now, zone }: { readonly now: number; readonly zone?: string },
): Card {
  const done = runs.flatMap((run) => {
    const version = deployed(run, app);
    return version === undefined ? [] : [{ version, run }];
  });
  const last = done[0];
  const offered = (app.versions ?? []).filter((version) => version !== last?.version);
  return {
    tone: 'info',
    title: last
      ? t(`${app.name}: ${last.version} was deployed last`, `${app.name} : ${last.version} déployée en dernier`)
      : t(`${app.name}: nothing was deployed from here yet`, `${app.name} : rien n’a encore été déployé d’ici`),
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

const historyOf = (
  done: readonly { readonly version: string; readonly run: Run }[],
  now: number,
  zone: string | undefined,
): NonNullable<Card['table']> => ({
  columns: [t('Version', 'Version'), t('When', 'Quand'), t('Run', 'Exécution')],
  rows: done
    .slice(0, 5)
    .map(({ version, run }) => [
      version,
      show.time(Date.parse(run.finishedAt ?? run.queuedAt), zone, now),
      `#${run.id}`,
    ]),
});
