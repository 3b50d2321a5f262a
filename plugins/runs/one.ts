import {
  type Card,
  each,
  type HostRecap,
  isResumable,
  join,
  onlyOk,
  type Run,
  type Step,
  show,
  type Text,
  t,
} from '#kit';
import { changedByThen } from './changed.ts';
import { beganAt, nameOf, stateOf, states, type Who, whoOf } from './states.ts';

const mostHosts = 30;
const mostFailures = 5;
const wrong = new Set<Step['state']>(['failed', 'unreachable', 'unknown']);

/** There is no such run, or the asker may not see it: the two look alike. */
export const unknownRun = (id: number): Card => ({
  tone: 'warn',
  title: t(`There is no run #${id}`, `Il n’y a pas d’exécution n° ${id}`),
  actions: [{ id: 'list', label: t('The last runs', 'Les dernières exécutions'), line: 'runs' }],
});

/** What a card of one run is made of. */
export interface Shown {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly who: Who;
  /** The run that went on with it. */
  readonly later?: number | undefined;
  /** The line it was asked for with. */
  readonly line?: string | undefined;
  /** The names of the hosts there are. */
  readonly hosts?: ReadonlySet<string>;
  readonly approvedBy?: readonly string[] | undefined;
}

/** One run: what went wrong first, then every host. */
export function showCard(
  { run, steps, who, later, line, hosts, approvedBy }: Shown,
  now: number,
  zone: string | undefined,
): Card {
  const failures = steps.filter(({ state }) => wrong.has(state));
  const said = [reasons(run, failures), changedByThen(run, steps)].filter((part) => part !== undefined);
  return {
    tone: states[run.state].tone,
    title: join([`#${run.id} `, nameOf(run, hosts), ' ', stateOf(run)]),
    ...(said.length > 0 ? { text: join(said, '\n\n') } : {}),
    fields: [
      ...fieldsOf({ run, steps, who, approvedBy }, now, zone),
      ...(later ? [{ label: t('Resumed as', 'Reprise par'), value: `#${later}` }] : []),
    ],
    ...(Object.keys(run.recap).length > 0 ? { table: recapOf(run) } : {}),
    actions: actionsOf(run, later, line),
  };
}

function reasons(run: Run, failures: readonly Step[]): Text | undefined {
  const alike = together(failures);
  const lines = alike
    .slice(0, mostFailures)
    .map(({ hosts, task, words }) => join([`- **${hosts.join(', ')}** ${task}: `, words]));
  const more = alike.length - lines.length;
  const all = [
    ...(run.refusal && (lines.length === 0 || run.state === 'interrupted') ? [run.refusal.say] : []),
    ...lines,
    ...(more > 0 ? [t(`and ${more} more`, `et ${more} autres`)] : []),
    ...(run.refusal?.retryable === false && run.refusal.next ? [run.refusal.next] : []),
  ];
  return all.length === 0 ? undefined : join(all, '\n');
}

interface Alike {
  readonly task: string;
  readonly words: Text;
  readonly hosts: string[];
}

const writtenTime = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?\s*/g;

/** Steps that went wrong in the same words, but for their host's name and the time it wrote, are one line. */
function together(failures: readonly Step[]): readonly Alike[] {
  const found = new Map<string, Alike>();
  for (const { host, task, refusal, state } of failures) {
    const words = each(refusal?.say ?? stateWords(state), (said) => said.replace(writtenTime, ''));
    const key = JSON.stringify([task, each(words, (said) => said.replaceAll(host, '\u0000'))]);
    const one = found.get(key) ?? { task, words, hosts: [] };
    if (!one.hosts.includes(host)) one.hosts.push(host);
    found.set(key, one);
  }
  return [...found.values()].map(({ task, words, hosts }) => {
    const [first = ''] = hosts;
    return { task, hosts, words: each(words, (said) => said.replaceAll(first, hosts.join(', '))) };
  });
}

const stateWords = (state: Step['state']): Text =>
  state === 'unreachable'
    ? t('unreachable', 'injoignable')
    : state === 'unknown'
      ? t('it began, and its end was not seen', 'commencée, sa fin n’a pas été vue')
      : t('failed', 'en échec');

function fieldsOf(
  { run, steps, who, approvedBy = [] }: Shown,
  now: number,
  zone: string | undefined,
): NonNullable<Card['fields']> {
  const going = steps.find(({ state }) => state === 'running');
  return [
    { label: t('Who', 'Qui'), value: whoOf(run.actor, who) },
    ...(approvedBy.length > 0
      ? [{ label: t('Approved by', 'Accord de'), value: approvedBy.map((one) => whoOf(one, who)).join(', ') }]
      : []),
    { label: t('When', 'Quand'), value: `${beganAt(run, now, zone)} ${show.zone(zone, now)}` },
    ...(run.startedAt ? [{ label: t('Took', 'Durée'), value: tookOf(run, run.startedAt, now) }] : []),
    ...(going ? [{ label: t('Now', 'Maintenant'), value: `${going.task} (${going.host})` }] : []),
    ...(run.resumes ? [{ label: t('Goes on from', 'Reprend'), value: `#${run.resumes}` }] : []),
  ];
}

/** How long it took, or takes; of one that died with the bot the last sign of life is all there is. */
function tookOf({ finishedAt, refusal }: Run, startedAt: string, now: number): Text {
  const seconds = ((finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)) / 1000;
  if (refusal?.code !== 'run.bot_died') return show.duration(seconds);
  if (seconds < 1) return t('not known: its end was not seen', 'inconnue : sa fin n’a pas été vue');
  return join([t('at least ', 'au moins '), show.duration(seconds)]);
}

const badness = ({ failed, unreachable, unknown = 0 }: HostRecap) => failed + unreachable + unknown;

const worstOf = ({ unreachable, failed }: HostRecap): Text =>
  unreachable === 0 ? String(failed) : t('unreachable', 'injoignable');

/** Host by host; steps whose end nobody saw have a column where there are any. */
function recapOf({ recap }: Run): NonNullable<Card['table']> {
  const isUnsure = Object.values(recap).some(({ unknown = 0 }) => unknown > 0);
  return {
    columns: [
      ...[t('Host', 'Hôte'), t('changed', 'modifiées'), 'ok', t('failed', 'échecs')],
      ...(isUnsure ? [t('not known', 'inconnues')] : []),
    ],
    rows: Object.entries(recap)
      .sort(([, a], [, b]) => badness(b) - badness(a))
      .slice(0, mostHosts)
      .map(([host, one]) => [
        ...[host, String(one.changed), String(onlyOk(one)), worstOf(one)],
        ...(isUnsure ? [String(one.unknown ?? 0)] : []),
      ]),
  };
}

function actionsOf(run: Run, later: number | undefined, line: string | undefined): NonNullable<Card['actions']> {
  const { id, state, refusal } = run;
  if (state === 'running' || state === 'queued')
    return [{ id: 'cancel', label: t('Stop it', 'L’arrêter'), style: 'danger', line: `runs cancel ${id}` }];
  if (later) return [{ id: 'later', label: t(`Show #${later}`, `Voir n° ${later}`), line: `runs show ${later}` }];
  if (state === 'done') return [];
  const again = line === undefined ? [] : [{ id: 'again', label: t('Plan it again', 'Replanifier'), line }];
  const canGoOn = isResumable(run) && refusal?.retryable !== false;
  return canGoOn ? [{ id: 'resume', label: t('Resume', 'Reprendre'), line: `runs resume ${id}` }, ...again] : again;
}
