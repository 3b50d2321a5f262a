import type { Card, Tone } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import { countOutcomes, type Difference, type Plan, type PlannedStep } from '#core/plan.ts';
import type { HostRecap, Run, RunState, Step } from '#core/run.ts';
import { inLanguage, join, type Text, t } from '#core/text.ts';
import { differenceLines, printable } from './text.ts';

/** How much of a plan or a run a card shows before it folds the rest. */
const shownSteps = 8;
const shownHosts = 12;
const codeLimit = 3_000;

const both = (make: (language: 'en' | 'fr') => string): Text => t(make('en'), make('fr'));

const plural = (count: number, one: readonly [string, string], many: readonly [string, string]): Text =>
  count === 1 ? t(`1 ${one[0]}`, `1 ${one[1]}`) : t(`${count} ${many[0]}`, `${count} ${many[1]}`);

const changes = (count: number): Text => plural(count, ['change', 'changement'], ['changes', 'changements']);
const hosts = (count: number): Text => plural(count, ['host', 'hôte'], ['hosts', 'hôtes']);
const steps = (count: number): Text => plural(count, ['step', 'étape'], ['steps', 'étapes']);

/** Text of hosts and playbooks as itself: no markup, no control characters, one line. */
const literal = (text: string): string =>
  printable(text)
    .replace(/\s+/g, ' ')
    .replace(/([*_`[\]])/g, '\\$1');

const more = (count: number): Text => t(`and ${count} more`, `et ${count} de plus`);

const bullets = (lines: readonly Text[]): Text =>
  both((language) => lines.map((line) => `- ${inLanguage(line, language)}`).join('\n'));

const folded = <T>(items: readonly T[], limit: number, line: (item: T) => Text): readonly Text[] => {
  const lines = items.slice(0, limit).map(line);
  return items.length > limit ? [...lines, more(items.length - limit)] : lines;
};

const reason = (refusal: Refusal | undefined): Text =>
  refusal === undefined ? '' : both((language) => literal(inLanguage(refusal.say, language)));

/** Lines under their headings; empty parts leave no trace. */
const parts = (all: readonly (Text | undefined)[]): Text =>
  join(
    all.filter((part) => part !== undefined),
    '\n\n',
  );

const section = (heading: Text, lines: readonly Text[]): Text | undefined =>
  lines.length === 0 ? undefined : join([join(['**', heading, '**']), bullets(lines)], '\n');

const verdictOfPlan = (plan: Plan): Text => {
  const counts = countOutcomes(plan.steps);
  const touched = new Set(plan.steps.filter((step) => step.outcome === 'change').map((step) => step.host)).size;
  const unreachable = new Set(plan.steps.filter((step) => step.outcome === 'unreachable').map((step) => step.host))
    .size;
  if (unreachable > 0)
    return join([hosts(unreachable), t(' unreachable', unreachable > 1 ? ' injoignables' : ' injoignable')]);
  if (counts.failed > 0) return join([t('would fail at ', 'échouerait à '), steps(counts.failed)]);
  if (counts.change === 0 && counts.unknown === 0) return t('nothing to change', 'rien à changer');
  if (counts.change === 0) return join([steps(counts.unknown), t(' known only when it runs', ' à découvrir en route')]);
  return join([changes(counts.change), t(' on ', ' sur '), hosts(touched)]);
};

const toneOfPlan = (plan: Plan): Tone => {
  const counts = countOutcomes(plan.steps);
  if (counts.failed > 0 || counts.unreachable > 0) return 'bad';
  return counts.change > 0 || counts.unknown > 0 ? 'info' : 'good';
};

const hostLine = (plan: Plan, host: string): Text => {
  const counts = countOutcomes(plan.steps.filter((step) => step.host === host));
  const found: readonly (Text | undefined)[] = [
    counts.unreachable > 0 ? t('unreachable', 'injoignable') : undefined,
    counts.failed > 0 ? t(`${counts.failed} would fail`, `${counts.failed} en échec`) : undefined,
    counts.change > 0 ? changes(counts.change) : undefined,
    counts.unknown > 0 ? t(`${counts.unknown} open`, `${counts.unknown} à voir`) : undefined,
  ];
  const said = found.filter((one) => one !== undefined);
  return join([`\`${printable(host)}\` `, said.length === 0 ? t('as wanted', 'comme voulu') : join(said, ', ')]);
};

const planLine = (step: PlannedStep): Text => {
  const what = `${literal(step.task)} (${printable(step.host)})`;
  const why = reason(step.refusal);
  return why === '' ? what : join([what, ': ', why]);
};

const byTask = (planned: readonly PlannedStep[]): readonly Text[] => {
  const tasks = new Map<string, string[]>();
  for (const step of planned) tasks.set(step.task, [...(tasks.get(step.task) ?? []), step.host]);
  return folded(
    [...tasks],
    shownSteps,
    ([task, on]) => `${literal(task)} (${on.length > 3 ? `${on.length}×` : on.map(printable).join(', ')})`,
  );
};

/** The same change on ten hosts is shown once. */
function diffText(differences: readonly { readonly host: string; readonly difference: Difference }[]): string {
  const blocks = new Map<string, string[]>();
  for (const { host, difference } of differences) {
    const text = differenceLines(difference).join('\n');
    blocks.set(text, [...(blocks.get(text) ?? []), host]);
  }
  const all = [...blocks].map(
    ([text, on]) => `# ${on.slice(0, 5).join(', ')}${on.length > 5 ? ` +${on.length - 5}` : ''}\n${text}`,
  );
  const whole = all.join('\n');
  return whole.length > codeLimit ? `${whole.slice(0, whole.lastIndexOf('\n', codeLimit))}\n…` : whole;
}

/** What a run would do, before it does it. The title carries the verdict. */
export function planCard(plan: Plan, title: Text): Card {
  const of = (outcome: PlannedStep['outcome']): readonly PlannedStep[] =>
    plan.steps.filter((step) => step.outcome === outcome);
  const wrong = [...of('failed'), ...of('unreachable')];
  const diff = diffText(
    of('change').flatMap((step) => step.differences.map((difference) => ({ host: step.host, difference }))),
  );
  return {
    tone: toneOfPlan(plan),
    title: join([title, ': ', verdictOfPlan(plan)]),
    text: parts([
      section(t('Would fail', 'Échouerait'), folded(wrong, shownSteps, planLine)),
      bullets(folded(plan.hosts, shownHosts, (host) => hostLine(plan, host))),
      section(t('Changes', 'Changements'), byTask(of('change'))),
      section(t('Known only when it runs', 'À découvrir en route'), folded(of('unknown'), 3, planLine)),
    ]),
    ...(diff === '' ? {} : { code: { text: diff, language: 'diff' } }),
  };
}

const runWords: Readonly<Record<RunState, Text>> = {
  queued: t('waiting', 'en attente'),
  running: t('running', 'en cours'),
  done: t('done', 'fait'),
  failed: t('failed', 'échec'),
  cancelled: t('cancelled', 'annulée'),
  interrupted: t('interrupted', 'interrompue'),
  drifted: t('stopped: not as planned any more', 'arrêtée : ce n’est plus comme prévu'),
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

const badStates = new Set(['failed', 'unreachable', 'unknown']);

const verdictOfRun = (run: Run, all: readonly Step[]): Text => {
  const word = runWords[run.state];
  const changed = all.filter((step) => step.state === 'changed').length;
  const bad = new Set(all.filter((step) => badStates.has(step.state)).map((step) => step.host)).size;
  if (run.state === 'failed' && bad > 0) return join([t('failed on ', 'échec sur '), hosts(bad)]);
  if (run.state === 'done')
    return changed === 0 ? t('done, nothing to change', 'fait, rien à changer') : join([word, ', ', changes(changed)]);
  if (run.state === 'running')
    return join([
      word,
      ', ',
      plural(
        all.filter((step) => step.finishedAt).length,
        ['step done', 'étape faite'],
        ['steps done', 'étapes faites'],
      ),
    ]);
  return word;
};

const stepLine = (step: Step): Text => {
  const what = `\`${printable(step.host)}\` ${literal(step.task)}`;
  const why = reason(step.refusal);
  return why === '' ? what : join([what, ': ', why]);
};

const counted = (counts: HostRecap): Text => {
  const words: readonly (readonly [number, string, string])[] = [
    [counts.unreachable, 'unreachable', 'injoignable'],
    [counts.failed, 'failed', 'en échec'],
    [counts.changed, 'changed', 'changé'],
    [counts.ignored, 'ignored', 'ignoré'],
    [counts.ok - counts.changed - counts.ignored, 'ok', 'ok'],
    [counts.skipped, 'skipped', 'sauté'],
  ];
  const found = words.filter(([count]) => count > 0);
  return found.length === 0
    ? '–'
    : both((language) => found.map(([count, en, fr]) => `${count} ${language === 'en' ? en : fr}`).join(', '));
};

/** Where a host is while the run goes on: its newest step. */
const nowLine = (all: readonly Step[], host: string): Text => {
  const own = all.filter((step) => step.host === host);
  const last = own.findLast((step) => step.state === 'running') ?? own.at(-1);
  if (!last) return `\`${printable(host)}\` …`;
  return `\`${printable(host)}\` ${last.state === 'running' ? '▸' : '·'} ${literal(last.task)}`;
};

const hostLines = (run: Run, all: readonly Step[]): readonly Text[] => {
  const names = [...new Set([...Object.keys(run.recap), ...all.map((step) => step.host)])];
  const worstFirst = [...names].sort((a, b) => trouble(run, b) - trouble(run, a));
  return folded(worstFirst, shownHosts, (host) => {
    const counts = run.recap[host];
    return counts === undefined ? nowLine(all, host) : join([`\`${printable(host)}\` `, counted(counts)]);
  });
};

const trouble = (run: Run, host: string): number => {
  const counts = run.recap[host];
  return counts === undefined ? 0 : counts.unreachable * 1000 + counts.failed;
};

/** A run while it goes on and after: what went wrong first, then a line per host. */
export function runCard(run: Run, all: readonly Step[], title: Text): Card {
  const bad = all.filter((step) => badStates.has(step.state));
  const output = outputOf(bad[0]);
  const lines = hostLines(run, all);
  return {
    tone: runTones[run.state],
    title: join([title, ': ', verdictOfRun(run, all)]),
    text: parts([
      run.refusal && bad.length === 0 ? reason(run.refusal) : undefined,
      section(t('What went wrong', 'Ce qui a échoué'), folded(bad, shownSteps, stepLine)),
      lines.length === 0 ? undefined : bullets(lines),
      run.refusal?.next,
    ]),
    ...(output === '' ? {} : { code: { text: output, language: 'log' } }),
    footer: t(`run ${run.id}`, `exécution ${run.id}`),
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
