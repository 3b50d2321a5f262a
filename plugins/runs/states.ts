import { type Called, join, type Run, type RunState, show, type Text, type Tone, t } from '#kit';

/** How each state is said, and how it feels: an answer tells of one moment, so nothing in it goes on. */
export const states: Readonly<Record<RunState, { readonly words: Text; readonly tone: Tone }>> = {
  queued: { words: t('waiting', 'en attente'), tone: 'info' },
  running: { words: t('running', 'en cours'), tone: 'info' },
  done: { words: t('done', 'finie'), tone: 'good' },
  failed: { words: t('failed', 'en échec'), tone: 'bad' },
  cancelled: { words: t('stopped', 'arrêtée'), tone: 'warn' },
  interrupted: { words: t('interrupted', 'interrompue'), tone: 'warn' },
  drifted: { words: t('stopped: not as planned', 'arrêtée : plus comme prévu'), tone: 'warn' },
};

/** The hosts that a run was asked for on, when it was on some by their names: `hosts` are those there are. */
function onSome({ request, recap }: Run, hosts: ReadonlySet<string>): Text {
  const asked = request.limit?.split(',') ?? [];
  if (!asked.every((name) => Object.hasOwn(recap, name) || hosts.has(name)) || asked.length === 0) return '';
  const many = t(` on ${asked.length} hosts`, ` sur ${asked.length} hôtes`);
  return asked.length > 3 ? many : t(` on ${asked.join(', ')}`, ` sur ${asked.join(', ')}`);
}

/** `deploy shop v2`, or the playbook's name: what a person calls the run; one that goes on with another says so. */
export function nameOf(run: Run, hosts: ReadonlySet<string> = new Set()): Text {
  const { request, resumes } = run;
  const playbook = request.playbook.replace(/\.ya?ml$/, '');
  const { app_name: app, app_version: version, service_name: service } = request.vars;
  const name = [playbook, app ?? service, version].filter((part) => typeof part === 'string').join(' ');
  return join([name, onSome(run, hosts), resumes === undefined ? '' : t(', resumed', ', suite')]);
}

/** What the screen calls each actor. */
export type Who = ReadonlyMap<string, Pick<Called, 'shown'>>;

/** What the screen calls an actor. */
export const whoOf = (actor: string, who: Who): string => who.get(actor)?.shown ?? actor;

/** When it began, or was queued. */
export const beganAt = (run: Run, now: number, zone: string | undefined): string =>
  show.clock(Date.parse(run.startedAt ?? run.queuedAt), zone, now);

/** How a run stands: of one that did not succeed, whether a host was lost and not the work refused. */
export function stateOf({ state, recap }: Pick<Run, 'state' | 'recap'>): Text {
  const hosts = Object.values(recap);
  if (state !== 'failed' || hosts.some(({ failed }) => failed > 0)) return states[state].words;
  const [away, cut] = [hosts.some(({ unreachable }) => unreachable > 0), hosts.some(({ unknown = 0 }) => unknown > 0)];
  if (away && cut) return t('unreachable, end not known', 'injoignable, fin inconnue');
  if (away) return t('unreachable', 'injoignable');
  if (cut) return t('end not known', 'fin inconnue');
  return states[state].words;
}
