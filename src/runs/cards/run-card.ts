import type { Card, Tone } from '#core/card.ts';
import type { Plan } from '#core/plan.ts';
import { type HostRecap, isResumable, onlyOk, type Run, type RunState, type Step } from '#core/run.ts';
import { inLanguage, join, type Text, t } from '#core/text.ts';
import { cannotBegin } from '../refusals.ts';
import { printable } from '../text.ts';
import { plannedSteps, ranSteps } from './counting.ts';
import { changedByThen, stopped } from './stopped.ts';
import { badStates, type Trouble, troublesOf } from './troubles.ts';
import {
  bullets,
  changes,
  codeLimit,
  folded,
  hostsNamed,
  lasted,
  literal,
  marked,
  onHosts,
  plural,
  reason,
  section,
  shownHosts,
  shownSteps,
  verdict,
  worded,
} from './words.ts';

const runWords: Readonly<Record<RunState, Text>> = {
  queued: t('waiting', 'en attente'),
  running: t('running', 'en cours'),
  done: t('done', 'fait'),
  failed: t('failed', 'échec'),
  cancelled: t('stopped', 'arrêtée'),
  interrupted: t('interrupted', 'interrompue'),
  drifted: t('stopped: not as planned', 'arrêtée : plus comme prévu'),
};

const runTones: Readonly<Record<RunState, Tone>> = {
  queued: 'info',
  running: 'running',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
  interrupted: 'warn',
  drifted: 'warn',
};

interface Shown {
  readonly title: Text;
  readonly plan: Plan | undefined;
}

const verdictOfRun = (run: Run, all: readonly Step[], troubles: readonly Trouble[], { plan, title }: Shown): Text => {
  const word = runWords[run.state];
  if (run.state === 'failed' && troubles.length > 0) return failure(troubles, title);
  if (run.state === 'cancelled' || run.state === 'interrupted') return stopped(run.state, all, plan);
  if (run.state === 'done') {
    // As the lines below: a failure that is ignored is no changed step, and may have changed something all the same.
    const changed = Object.values(run.recap).reduce((sum, host) => sum + host.changed, 0);
    return changed === 0 ? t('done, nothing to change', 'fait, rien à changer') : join([word, ', ', changes(changed)]);
  }
  return run.state === 'running' ? join([word, ', ', sofar(all, plan)]) : word;
};

/** How far it is: of how many, where the plan foresaw them all. */
const sofar = (all: readonly Step[], plan: Plan | undefined): Text => {
  const ran = ranSteps(all);
  const done = ran.filter((step) => step.state !== 'running').length;
  const foreseen = plan === undefined ? 0 : plannedSteps(plan.steps).length;
  if (foreseen < ran.length || foreseen === 0)
    return plural(done, ['step done', 'étape faite'], ['steps done', 'étapes faites']);
  return t(`${done} of ${foreseen} steps`, `${done} étape${done > 1 ? 's' : ''} sur ${foreseen}`);
};

/** What went wrong, where, in the playbook's own words where all failed alike. */
const failure = (troubles: readonly Trouble[], title: Text): Text => {
  const bad = [...new Set(troubles.flatMap((one) => one.hosts))];
  if (troubles.every(({ state, lost }) => state === 'unreachable' || lost)) {
    const away = join([hostsNamed(bad), t(' unreachable', bad.length > 1 ? ' injoignables' : ' injoignable')]);
    return troubles.some(({ lost }) => lost) ? join([away, t(', end not known', ', fin inconnue')]) : away;
  }
  if (troubles.every(({ state }) => state === 'unknown'))
    return join([t('end not known on ', 'fin inconnue sur '), hostsNamed(bad)]);
  const [only, ...others] = troubles;
  const headline = others.length === 0 ? only?.headline : undefined;
  const where = onHosts(bad, title);
  const failed = t('failed', 'échec');
  if (!headline) return join([failed, where]);
  return only?.namesItsHosts || where === ''
    ? join([failed, ', ', headline])
    : join([failed, where, verdict, headline]);
};

const troubleLine = ({ hosts: on, task, words }: Trouble): Text => {
  const what = `${marked(on)} ${literal(task)}`;
  return inLanguage(words, 'en') === '' ? what : join([what, verdict, words]);
};

const headingOf = (troubles: readonly Trouble[]): Text =>
  troubles.every(({ state, lost }) => state === 'unknown' && !lost)
    ? t('End not known', 'Fin inconnue')
    : t('What went wrong', 'Ce qui a échoué');

type Words = readonly [one: string, many: string];

/** A host's counts as they are said, without the zeros. */
const counted = (counts: HostRecap): Text => {
  const words: readonly (readonly [number, Words, Words])[] = [
    [counts.unreachable, ['unreachable', 'unreachable'], ['injoignable', 'injoignables']],
    [counts.unknown ?? 0, ['not known', 'not known'], ['inconnue', 'inconnues']],
    [counts.failed, ['failed', 'failed'], ['en échec', 'en échec']],
    [counts.changed, ['changed', 'changed'], ['changement', 'changements']],
    [counts.ignored, ['ignored', 'ignored'], ['ignorée', 'ignorées']],
    [onlyOk(counts), ['ok', 'ok'], ['ok', 'ok']],
    [counts.skipped, ['skipped', 'skipped'], ['sautée', 'sautées']],
  ];
  const found = words
    .filter(([count]) => count > 0)
    .map(([count, en, fr]) => plural(count, [en[0], fr[0]], [en[1], fr[1]]));
  return found.length === 0 ? '–' : join(found, ', ');
};

/** Where a host is while the run goes on: its newest step. */
const nowLine = (all: readonly Step[], host: string): Text => {
  const own = all.filter((step) => step.host === host);
  const last = own.findLast((step) => step.state === 'running') ?? own.at(-1);
  return last ? `${last.state === 'running' ? '▸' : '·'} ${literal(last.task)}` : '…';
};

/** Hosts with the same counts share a line, the worst first. */
const hostLines = (run: Run, all: readonly Step[]): readonly Text[] => {
  const names = [...new Set([...Object.keys(run.recap), ...all.map((step) => step.host)])];
  const lines = new Map<string, { readonly said: Text; readonly on: string[] }>();
  for (const host of names.sort((a, b) => trouble(run, b) - trouble(run, a))) {
    const counts = run.recap[host];
    const said = counts === undefined ? nowLine(all, host) : counted(counts);
    const key = JSON.stringify(said);
    const line = lines.get(key) ?? { said, on: [] };
    line.on.push(host);
    lines.set(key, line);
  }
  return folded([...lines.values()], shownHosts, ({ said, on }) => join([marked(on), ' ', said]));
};

const trouble = (run: Run, host: string): number => {
  const counts = run.recap[host];
  return counts === undefined ? 0 : (counts.unreachable + (counts.unknown ?? 0)) * 1000 + counts.failed;
};

/** Whether why a run ended is more than what its title and its steps say. */
const saysMore = (run: Run, all: readonly Step[], bad: readonly Step[]): boolean =>
  run.state === 'interrupted' || (bad.length === 0 && !(run.state === 'cancelled' && all.length > 0));

/** What to do about it: where the run itself cannot say, its first step that went wrong does. */
const wayOn = (run: Run, [first]: readonly Step[]): Text | undefined => {
  const goesOn = run.state === 'failed' && isResumable(run);
  return first === undefined || goesOn || run.refusal?.retryable === false ? run.refusal?.next : first.refusal?.next;
};

/** How long a run that is over took; of one that died with the bot the last sign of life is all there is. */
const took = ({ startedAt, finishedAt, refusal }: Run): Text => {
  const ms = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '');
  if (!Number.isFinite(ms)) return '';
  if (refusal?.code !== 'run.bot_died') return t(`, took ${lasted(ms)}`, `, en ${lasted(ms)}`);
  return ms < 1000 ? '' : t(`, took at least ${lasted(ms)}`, `, en au moins ${lasted(ms)}`);
};

/** A run while it goes on and after: what went wrong first, then a line per host. `plan` is what it was to do. */
export function runCard(run: Run, all: readonly Step[], title: Text, plan?: Plan): Card {
  const bad = all.filter((step) => badStates.has(step.state));
  const troubles = troublesOf(bad, run.state === 'failed');
  const output = outputOf(bad[0]);
  const lines = hostLines(run, all);
  return {
    tone: run.state === 'queued' && run.refusal?.code === cannotBegin.code ? 'warn' : runTones[run.state],
    title: join([title, verdict, verdictOfRun(run, all, troubles, { title, plan })]),
    ...worded([
      run.refusal && saysMore(run, all, bad) ? reason(run.refusal) : undefined,
      section(headingOf(troubles), folded(troubles, shownSteps, troubleLine)),
      run.state === 'cancelled' || run.state === 'interrupted' ? changedByThen(ranSteps(all)) : undefined,
      lines.length === 0 ? undefined : bullets(lines),
      wayOn(run, bad),
    ]),
    ...(output === '' ? {} : { code: { text: output, language: 'log' } }),
    footer: join([t(`run ${run.id}`, `exécution ${run.id}`), took(run)]),
    run: run.id,
    ...(run.finishedAt === undefined ? {} : { ended: run.finishedAt }),
  };
}

/** The end of what the first failed step said. */
function outputOf(step: Step | undefined): string {
  if (!step) return '';
  const said = [step.result.stdout, step.result.stderr].filter(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  return printable(said.join('\n').trim()).split('\n').slice(-12).join('\n').slice(-codeLimit);
}
