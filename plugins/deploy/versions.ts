import { type Action, type Card, join, type Run, show, type Text, t } from '#kit';
import { type App, type Move, type Moves, type Place, placesOf, type Unfinished } from './moves.ts';
import { onHosts } from './outcome.ts';

/** What there are most buttons of. */
const mostActions = 5;
const mostOffered = 3;

/** How a run that did not end well stands, said of it. */
const standing: Readonly<Partial<Record<Run['state'], Text>>> = {
  running: t('goes on', 'est en cours'),
  failed: t('failed', 'a échoué'),
  cancelled: t('was stopped half-way', 'a été arrêtée en cours de route'),
  interrupted: t('was interrupted', 'a été interrompue'),
  drifted: t('stopped half-way', 's’est arrêtée en cours de route'),
};

const there = (version: Text, on: readonly string[] | undefined): Text => (on ? join([version, onHosts(on)]) : version);

const placeWords = ({ version, on }: Place): Text =>
  there(version ?? t('the version before', 'la version d’avant'), on);

/** It went back, and by another playbook than the one that deploys. */
const wentBack = (app: App, { run }: Move): boolean =>
  run.request.playbook === app.rollback && app.rollback !== app.playbook;

/** Where a run that did not end well was to bring the application. */
function aim(app: App, move: Move): Text {
  const { version } = move;
  if (version === undefined) return t(', a rollback,', ', un retour en arrière,');
  return wentBack(app, move)
    ? t(` back to ${version}`, ` de retour à ${version}`)
    : t(` to ${version}`, ` vers ${version}`);
}

/** `(v2 before)`: what may be there still, where the run did not come. */
function earlier({ before, isBack }: Unfinished): Text {
  if (before.length === 0) return '';
  const what = join(before.map(placeWords), ', ');
  return join([' (', what, isBack ? t(' is back', ' est de retour') : t(' before', ' avant'), ')']);
}

const openVerdict = (app: App, since: Unfinished): Text =>
  join([
    t(`${app.name}: run ${since.run.id}`, `${app.name} : l’exécution ${since.run.id}`),
    aim(app, since),
    onHosts(since.on),
    ' ',
    standing[since.run.state] ?? t('did not end well', 'ne s’est pas bien terminée'),
    earlier(since),
  ]);

/** What is there, in a line. */
function verdict(app: App, { done: [last, ...rest], since }: Moves): Text {
  if (since) return openVerdict(app, since);
  if (!last)
    return t(`${app.name}: nothing was deployed from here yet`, `${app.name} : rien n’a encore été déployé d’ici`);
  const places = placesOf([last, ...rest]);
  if (places.some(({ on }) => on))
    return join([t(`${app.name}: `, `${app.name} : `), join(places.map(placeWords), ', ')]);
  if (last.version === undefined)
    return t(`${app.name}: went back to the version before`, `${app.name} : retour à la version d’avant`);
  if (wentBack(app, last)) return t(`${app.name}: back on ${last.version}`, `${app.name} : retour à ${last.version}`);
  return t(`${app.name}: ${last.version} was deployed last`, `${app.name} : ${last.version} déployée en dernier`);
}

/** Where to look for what a run that did not end well left behind. */
const toLook = ({ run: { id, state } }: Unfinished): Text =>
  state === 'running'
    ? t(`“runs show ${id}” says how far it is.\n`, `« runs show ${id} » dit où elle en est.\n`)
    : t(`“runs show ${id}” says what it changed.\n`, `« runs show ${id} » dit ce qu’elle a changé.\n`);

const isOpen = ({ state, refusal }: Run): boolean =>
  (state === 'interrupted' || state === 'cancelled') && refusal?.retryable !== false;

const rollbackTo = (app: App, version: string, on: readonly string[] | undefined, id: string): Action => ({
  id,
  label: t(`Roll back to ${version}`, `Revenir à ${version}`),
  line: `rollback ${app.name} to ${version}${on ? ` on ${on.join(',')}` : ''}`,
});

/** The versions there were, where a rollback that names none would fail: the newest last, as it is there already. */
export function waysBack(app: App, { done }: Moves, on: readonly string[] | undefined): readonly Action[] {
  const [newest, ...others] = new Set(done.flatMap(({ version }) => version ?? []));
  if (newest === undefined || others.length === 0) return [];
  return [...others.slice(0, mostOffered - 1), newest].map((version, place) =>
    rollbackTo(app, version, on, `rollback-${place}`),
  );
}

/** What may be done about a run that did not end well: look, go on, go back. */
function waysOn(app: App, { run, version, on, before, isBack }: Unfinished): readonly Action[] {
  const { id } = run;
  const back = before.length === 1 ? before[0]?.version : undefined;
  const isWayBack = app.rollback && run.state !== 'running' && !isBack && back !== undefined && back !== version;
  return [
    { id: 'show', label: t(`Show #${id}`, `Voir n° ${id}`), line: `runs show ${id}` },
    ...(isOpen(run) ? [{ id: 'resume', label: t('Resume', 'Reprendre'), line: `runs resume ${id}` }] : []),
    ...(isWayBack ? [rollbackTo(app, back, on, 'rollback')] : []),
  ];
}

/** Versions that are not on all hosts already, the newest first. */
function toDeploy(app: App, { done, since }: Moves): readonly Action[] {
  if (since?.run.state === 'running') return [];
  const [only, ...others] = since ? since.before : placesOf(done);
  const there = only?.on === undefined && others.length === 0 ? only?.version : undefined;
  return (app.versions ?? [])
    .filter((version) => version !== there)
    .slice(-mostOffered)
    .reverse()
    .map((version, place) => ({
      id: `deploy-${place}`,
      label: t(`Deploy ${version}`, `Déployer ${version}`),
      line: `deploy ${app.name} ${version}`,
    }));
}

/** What may be deployed, and what was: by the runs the bot knows. */
export function versionsCard(
  app: App,
  moves: Moves,
  { now, zone }: { readonly now: number; readonly zone?: string },
): Card {
  const { done, since } = moves;
  const names = app.versions?.slice(-20).join(', ');
  const offer = names
    ? t(`Versions: ${names}`, `Versions : ${names}`)
    : t('Any version may be deployed.', 'Toute version peut être déployée.');
  return {
    tone: since ? 'warn' : 'info',
    title: verdict(app, moves),
    text: since ? join([toLook(since), offer]) : offer,
    ...(done.length > 0 ? { table: historyOf(done, now, zone) } : {}),
    actions: [...(since ? waysOn(app, since) : []), ...toDeploy(app, moves)].slice(0, mostActions),
  };
}

const historyOf = (done: readonly Move[], now: number, zone: string | undefined): NonNullable<Card['table']> => ({
  columns: [t('Version', 'Version'), t('When', 'Quand'), t('Run', 'Exécution')],
  rows: done.map(({ version, on, run }) => [
    there(version ?? t('back', 'retour'), on),
    show.time(Date.parse(run.finishedAt ?? run.queuedAt), zone, now),
    `#${run.id}`,
  ]),
});
