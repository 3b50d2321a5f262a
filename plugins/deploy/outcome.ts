import { type Action, type Card, join, type Run, type Step, type Text, t } from '#kit';

/** The link that names the release which is to run. */
export const current = 'current';

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What the link names on a host after these steps, if they moved it. */
const releaseOn = (steps: readonly Step[], host: string): string | undefined =>
  steps
    .filter((step) => step.host === host && step.state === 'changed')
    .flatMap(({ differences }) => differences)
    .filter(({ subject, aspect }) => aspect === 'target' && lastPart(subject) === current)
    .map(({ after }) => lastPart(String(after)))
    .at(-1);

const only = <T>(found: readonly T[]): T | undefined => (new Set(found).size === 1 ? found[0] : undefined);

/** The release that the hosts were brought to, when it is the same everywhere. */
export const releaseOf = (steps: readonly Step[]): string | undefined =>
  only([...new Set(steps.map(({ host }) => host))].flatMap((host) => releaseOn(steps, host) ?? []));

/** A step that was not done, or of which nobody knows. */
const isBad = (state: Step['state']): boolean => state === 'failed' || state === 'unreachable' || state === 'unknown';

/** Modules that ask whether an application answers. */
const looks = new Set(['uri', 'wait_for']);

const isWell = (steps: readonly Step[], host: string): boolean =>
  steps.findLast((step) => step.host === host && looks.has(step.module) && step.state !== 'skipped')?.state === 'ok';

const named = (hosts: readonly string[]): Text =>
  hosts.length > 3 ? t(`${hosts.length} hosts`, `${hosts.length} hôtes`) : hosts.join(', ');

/** ` on web-1`: up to three hosts by name, more by number; nothing where none are named. */
export const onHosts = (hosts: readonly string[] | undefined): Text =>
  hosts ? join([t(' on ', ' sur '), named(hosts)]) : '';

/** The run's own card under a title that says which version came of it. */
function titled(card: Card, run: Run, words: Text): Card {
  const title = run.request.title ?? run.request.playbook;
  const resumed = run.resumes === undefined ? [] : [t(', resumed', ', suite')];
  return { ...card, title: join([title, ...resumed, t(': ', ' : '), words]) };
}

/** What the link named on a host before these steps moved it. */
const releaseBefore = (steps: readonly Step[], host: string): string | undefined =>
  steps
    .filter((step) => step.host === host && step.state === 'changed')
    .flatMap(({ differences }) => differences)
    .filter(({ subject, aspect, before }) => aspect === 'target' && lastPart(subject) === current && before !== null)
    .map(({ before }) => lastPart(String(before)))
    .at(0);

/** An application that was deployed, as far as going back goes. */
export interface Deployed {
  readonly name: string;
  readonly hosts: string;
  readonly rollback?: string;
}

/** An order of more characters is not taken for sure. */
const longestLine = 2_000;

/** The order that goes back on these hosts; of too many to name, on all of the application's, where they are that. */
function lineBack({ name, hosts }: Deployed, run: Run, before: string, moved: readonly string[]): string | undefined {
  const whole = `rollback ${name} to ${before}`;
  const line = `${whole} on ${moved.join(',')}`;
  if (line.length <= longestLine) return line;
  const reached = Object.keys(run.recap);
  return run.request.limit === hosts && reached.every((host) => moved.includes(host)) ? whole : undefined;
}

/** The way back to the release that was there before, from a deploy after which another is the current one. */
function wayBack(run: Run, steps: readonly Step[], one: Deployed): readonly Action[] {
  const moved = [...new Set(steps.map(({ host }) => host))].filter((host) => {
    const before = releaseBefore(steps, host);
    return before !== undefined && before !== releaseOn(steps, host);
  });
  const before = only(moved.map((host) => releaseBefore(steps, host)));
  const line = before === undefined ? undefined : lineBack(one, run, before, moved);
  if (line === undefined) return [];
  const label = t(`Roll back to ${before}`, `Revenir à ${before}`);
  return [{ id: 'rollback', label, style: 'plain', line }];
}

/**
 * After a deploy, however it ended: what came of it, and the way back, where `one` has a playbook for it and there is
 * something to go back to.
 */
export function deployed(card: Card, run: Run, steps: readonly Step[], one?: Deployed): Card {
  const told = outcomeOf(card, run, steps);
  const back = one?.rollback === undefined ? [] : wayBack(run, steps, one);
  return back.length === 0 ? told : { ...told, actions: [...(told.actions ?? []), ...back] };
}

/** A deploy that went back by itself says which version is not healthy, where, and which is back. */
function outcomeOf(card: Card, run: Run, steps: readonly Step[]): Card {
  const { app_version: version } = run.request.vars;
  const failed = steps.filter(({ state }) => isBad(state));
  const hosts = [...new Set(failed.map(({ host }) => host))];
  const back = only(hosts.map((host) => releaseOn(steps, host)));
  const isCheck = failed.every(({ module, state }) => module === 'assert' && state === 'failed');
  const well = only(hosts.map((host) => isWell(steps, host)));
  if (run.state !== 'failed' || !isCheck || !back || back === version || well === undefined) return card;
  const how = well ? t('', '') : t(' and not healthy either', ', mais pas sain non plus');
  const words = join([
    t(`failed, ${version} is not healthy on `, `échec, ${version} n’est pas sain sur `),
    named(hosts),
    t(`; ${back} is back`, ` ; ${back} est de retour`),
    how,
  ]);
  return titled(card, run, words);
}

/** After a rollback: the version that runs again, or the one that should and is not healthy. */
export function rolledBack(card: Card, run: Run, steps: readonly Step[], name: string): Card {
  const release = releaseOf(steps);
  if (release === undefined) return card;
  if (run.state === 'done') {
    const asked = run.request.limit?.split(',') ?? ['all'];
    const hosts = Object.keys(run.recap);
    const where = onHosts(asked.every((host) => hosts.includes(host)) ? hosts : undefined);
    return { ...card, title: join([t(`${name} is back on ${release}`, `${name} est revenu à ${release}`), where]) };
  }
  const failed = steps.filter(({ state }) => isBad(state));
  const isLook = failed.every(({ module, state }) => looks.has(module) && state === 'failed');
  if (run.state !== 'failed' || failed.length === 0 || !isLook) return card;
  const hosts = named([...new Set(failed.map(({ host }) => host))]);
  const words = join([t(`failed, ${release} is not healthy on `, `échec, ${release} n’est pas sain sur `), hosts]);
  return titled(card, run, words);
}
