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

/** The runs about an application. */
export interface Moves {
  /** Those that ended well, newest first; the release of a rollback is read in its steps. */
  readonly done: readonly Move[];
  /** One after them that began and did not end well, or goes on: what it left behind is live. */
  readonly since?: Run;
}

const pageSize = 100;
const mostPages = 10;

/** The application's runs that began, newest first: as far back as it takes to show its moves. */
async function runsOf(app: App, runs: Needs['runs']): Promise<readonly Run[]> {
  const its: Run[] = [];
  let before: number | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await runs.last(pageSize, before);
    its.push(...page.filter((run) => isAbout(app, run)));
    before = page.at(-1)?.id;
    if (page.length < pageSize || its.filter(({ state }) => state === 'done').length >= shownMoves) break;
  }
  return its;
}

const isAbout = (app: App, { request, startedAt }: Run): boolean =>
  startedAt !== undefined &&
  [app.playbook, app.rollback].includes(request.playbook) &&
  request.vars.app_name === app.name;

/** What was done to the application, as far as the bot knows. */
export async function movesOf(app: App, runs: Needs['runs']): Promise<Moves> {
  const its = await runsOf(app, runs);
  const since = its[0]?.state === 'done' ? undefined : its[0];
  const mine = its.filter(({ state }) => state === 'done');
  const done = await Promise.all(
    mine.slice(0, shownMoves).map(async (run) => {
      const { app_version: asked } = run.request.vars;
      const version =
        typeof asked === 'string' && asked !== '' ? asked : releaseOf((await runs.get(run.id))?.steps ?? []);
      return version === undefined ? { run } : { version, run };
    }),
  );
  return { done, ...(since && { since }) };
}

/** How a run that did not end well stands, said of it. */
const standing: Readonly<Partial<Record<Run['state'], readonly [string, string]>>> = {
  running: ['goes on', 'est en cours'],
  failed: ['failed', 'a échoué'],
  cancelled: ['was stopped half-way', 'a été arrêtée en cours de route'],
  interrupted: ['was interrupted', 'a été interrompue'],
  drifted: ['stopped half-way', 's’est arrêtée en cours de route'],
};

/** Run 12 on v3 was stopped half-way: v3 may be what is live. */
function sinceThen({ id, state, request }: Run): readonly [string, string] {
  const [en, fr] = standing[state] ?? ['did not end well', 'ne s’est pas bien terminée'];
  const { app_version: version } = request.vars;
  const [on, sur] = typeof version === 'string' && version !== '' ? [` on ${version}`, ` sur ${version}`] : ['', ''];
  return [
    `Since then run ${id}${on} ${en}: “runs show ${id}” says what it changed.`,
    `Depuis, l’exécution ${id}${sur} ${fr} : « runs show ${id} » dit ce qu’elle a changé.`,
  ];
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
  { done, since }: Moves,
  { now, zone }: { readonly now: number; readonly zone?: string },
): Card {
  const last = done[0];
  const [en, fr] = since ? sinceThen(since).map((line) => `${line}\n`) : ['', ''];
  const names = app.versions?.slice(-20).join(', ');
  const offer = names
    ? [`Versions: ${names}`, `Versions : ${names}`]
    : ['Any version may be deployed.', 'Toute version peut être déployée.'];
  const offered = (app.versions ?? []).filter((version) => version !== last?.version);
  return {
    tone: since ? 'warn' : 'info',
    title: verdict(app, last),
    text: t(`${en}${offer[0]}`, `${fr}${offer[1]}`),
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
