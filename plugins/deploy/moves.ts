import type { Needs, Run, Step } from '#kit';
import type { Application } from './applications.ts';
import { releaseOf } from './outcome.ts';

export type App = Application & { readonly name: string };

/** What a run did to the application; `version` is absent when it went back to whatever was there before. */
export interface Move {
  readonly version?: string;
  readonly run: Run;
  /** The hosts it went to, when it was asked for on some only. */
  readonly on?: readonly string[];
}

/** The runs about an application. */
export interface Moves {
  /** Those that ended well, newest first; the release of a rollback is read in its steps. */
  readonly done: readonly Move[];
  /** One that began and did not end well, or goes on, and that no later one has undone: what it left behind is live. */
  readonly since?: Unfinished;
}

/** A run that did not end well, and what was there before it. */
export interface Unfinished extends Move {
  readonly before: readonly Place[];
  /** It went back by itself to what was there before. */
  readonly isBack: boolean;
}

/** A version, and the hosts it is on: all of the application's when they are left out. */
export interface Place {
  readonly version?: string;
  readonly on?: readonly string[];
}

/** How many moves are shown. */
export const shownMoves = 5;
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

/** The hosts a run was asked for on, when it was not simply where the application runs. */
const someOf = (app: App, { request: { limit } }: Run): readonly string[] | undefined =>
  limit === undefined || limit === app.hosts ? undefined : limit.split(',');

function moveOf(app: App, run: Run, steps: readonly Step[]): Move {
  const { app_version: asked } = run.request.vars;
  const version = typeof asked === 'string' && asked !== '' ? asked : releaseOf(steps);
  const on = someOf(app, run);
  return { ...(version === undefined ? {} : { version }), run, ...(on && { on }) };
}

/** The newest run that is not done, unless later ones ended well on all its hosts. */
function unfinished(app: App, its: readonly Run[]): Run | undefined {
  const mended = new Set<string>();
  for (const run of its) {
    const on = someOf(app, run);
    if (run.state === 'done' && !on) return undefined;
    if (run.state === 'done') for (const host of on ?? []) mended.add(host);
    else if (!on?.every((host) => mended.has(host))) return run;
  }
  return undefined;
}

/** Which version is where after these moves, newest first: those of some hosts, down to the last one of all. */
export function placesOf(moves: readonly Move[]): readonly Place[] {
  const whole = moves.findIndex(({ on }) => on === undefined);
  const seen = new Set<string>();
  const places = new Map<string | undefined, string[]>();
  for (const { version, run, on } of whole === -1 ? moves : moves.slice(0, whole + 1)) {
    const fresh = (on ?? Object.keys(run.recap)).filter((host) => !seen.has(host));
    for (const host of fresh) seen.add(host);
    if (fresh.length > 0) places.set(version, [...(places.get(version) ?? []), ...fresh]);
  }
  const [only, ...others] = places.keys();
  if (whole !== -1 && others.length === 0) return [placed(only ?? moves[whole]?.version)];
  return [...places].map(([version, on]) => placed(version, on));
}

const placed = (version: string | undefined, on?: readonly string[]): Place => ({
  ...(version === undefined ? {} : { version }),
  ...(on && { on }),
});

/** Steps of which nobody knows whether the link was moved. */
const isUnseen = ({ state }: Step): boolean => state === 'unknown' || state === 'unreachable';

function sinceOf(move: Move, steps: readonly Step[], done: readonly Move[]): Unfinished {
  const before = placesOf(done.filter(({ run }) => run.id < move.run.id));
  const [only, ...others] = before;
  const isBack =
    move.run.state === 'failed' &&
    only?.version !== undefined &&
    others.length === 0 &&
    releaseOf(steps) === only.version &&
    !steps.some(isUnseen);
  return { ...move, before, isBack };
}

/** What was done to the application, as far as the bot knows. */
export async function movesOf(app: App, runs: Needs['runs']): Promise<Moves> {
  const its = await runsOf(app, runs);
  const stepsOf = async ({ id }: Run) => (await runs.get(id))?.steps ?? [];
  const mine = its.filter(({ state }) => state === 'done').slice(0, shownMoves);
  const done = await Promise.all(mine.map(async (run) => moveOf(app, run, await stepsOf(run))));
  const open = unfinished(app, its);
  if (!open) return { done };
  const steps = await stepsOf(open);
  return { done, since: sinceOf(moveOf(app, open, steps), steps, done) };
}
