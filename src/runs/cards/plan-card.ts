import type { Card, Tone } from '#core/card.ts';
import { type Difference, type Plan, type PlannedOutcome, type PlannedStep, runsAnyway } from '#core/plan.ts';
import { join, type Text, t } from '#core/text.ts';
import { tooManyName } from '../execute/uses/files.ts';
import { differenceLines, placeOf, printable } from '../text.ts';
import { type Counted, plannedSteps } from './counting.ts';
import {
  bullets,
  byTask,
  changes,
  codeLimit,
  folded,
  hostsNamed,
  literal,
  marked,
  onHosts,
  plural,
  reason,
  section,
  shownChanges,
  shownHosts,
  shownSteps,
  steps,
  verdict,
  worded,
} from './words.ts';

type Planned = readonly Counted<PlannedOutcome>[];

const hostsWith = (all: Planned, ...outcomes: readonly PlannedOutcome[]): readonly string[] => [
  ...new Set(all.filter(({ state }) => outcomes.includes(state)).map(({ where }) => where)),
];

const countOutcomes = (all: Planned): Readonly<Record<PlannedOutcome, number>> => {
  const counts = { ok: 0, change: 0, skip: 0, unknown: 0, failed: 0, unreachable: 0 };
  for (const { state } of all) counts[state] += 1;
  return counts;
};

const verdictOfPlan = (all: Planned, anyway: Planned, title: Text): Text => {
  const counts = countOutcomes(all);
  const away = hostsWith(all, 'unreachable');
  if (away.length > 0)
    return join([hostsNamed(away), t(' unreachable', away.length > 1 ? ' injoignables' : ' injoignable')]);
  if (counts.failed > 0) return join([t('would fail at ', 'échouerait à '), steps(counts.failed)]);
  if (counts.change === 0 && counts.unknown === 0) {
    const nothing = t('nothing to change', 'rien à changer');
    return anyway.length === 0 ? nothing : join([nothing, ', ', steps(anyway.length), t(' to run', ' à lancer')]);
  }
  if (counts.change === 0) return join([steps(counts.unknown), t(' known only when it runs', ' à découvrir en route')]);
  const open = counts.unknown > 0 ? t(' or more', ' ou plus') : '';
  return join([changes(counts.change), open, onHosts(hostsWith(all, 'change'), title)]);
};

const toneOfPlan = (all: Planned, anyway: Planned): Tone => {
  const counts = countOutcomes(all);
  if (counts.failed > 0 || counts.unreachable > 0) return 'bad';
  return counts.change > 0 || counts.unknown > 0 || anyway.length > 0 ? 'info' : 'good';
};

const countsOf = (all: Planned, host: string): Text => {
  const counts = countOutcomes(all.filter((step) => step.where === host));
  const found: readonly (Text | undefined)[] = [
    counts.unreachable > 0 ? t('unreachable', 'injoignable') : undefined,
    counts.failed > 0 ? t(`${counts.failed} would fail`, `${counts.failed} en échec`) : undefined,
    counts.change > 0 ? changes(counts.change) : undefined,
    counts.change === 0 && counts.unknown > 0 ? t('decided on the way', 'décidé en route') : undefined,
  ];
  const said = found.filter((one) => one !== undefined);
  return said.length === 0 ? t('as wanted', 'comme voulu') : join(said, ', ');
};

/** Hosts with the same figures share a line; none where the title says it all. */
const hostLines = (plan: Plan, all: Planned): readonly Text[] => {
  const lines = new Map<string, { readonly counts: Text; readonly on: string[] }>();
  for (const host of plan.hosts) {
    const counts = countsOf(all, host);
    const key = JSON.stringify(counts);
    const line = lines.get(key) ?? { counts, on: [] };
    line.on.push(host);
    lines.set(key, line);
  }
  if (lines.size === 1 && plan.hosts.length <= 3) return [];
  return [...lines.values()].map(({ counts, on }) => {
    const each = on.length > 1 && JSON.stringify(counts).match(/\d/) ? t(' each', ' chacun') : '';
    return join([`${marked(on)} `, counts, each]);
  });
};

const planLine = (step: PlannedStep): Text => {
  const what = `${literal(step.task)} (${printable(placeOf(step))})`;
  const why = reason(step.refusal);
  return why === '' ? what : join([what, ': ', why]);
};

/** What is known only when it runs, by number: the whole plan has the names. */
const later = (count: number): Text | undefined =>
  count === 0
    ? undefined
    : plural(
        count,
        ['step depends on how it goes', 'étape dépend de la suite'],
        ['steps depend on how it goes', 'étapes dépendent de la suite'],
      );

/** More files than a plan holds: which of them an undecided step uses, it could not. */
const tooManyFiles = ({ mayUse }: Plan): Text | undefined => {
  const most = mayUse?.files[tooManyName];
  return most === undefined
    ? undefined
    : t(
        `There are more files around the playbooks than a plan holds: such a step stops before it uses one that is missing there. To prevent it, take what is no playbook out of ${literal(most)}.`,
        `Il y a plus de fichiers autour des playbooks qu’un plan n’en retient : une telle étape s’arrête avant d’utiliser l’un de ceux qui y manquent. Pour l’éviter, retirez de ${literal(most)} ce qui n’est pas un playbook.`,
      );
};

/** Each change of a step, with how it is made. Questions change nothing. */
function blocksOf(differences: readonly Difference[]): readonly string[] {
  const how = differences.filter((one) => one.how && !one.reads).flatMap(differenceLines);
  const changes = differences.filter((one) => !one.how && !one.reads);
  return changes.map((one) => [...differenceLines(one), ...how].join('\n'));
}

/** The same change on ten hosts is shown once, and changes of the same hosts stand under their names. */
function diffText(planned: readonly PlannedStep[]): string {
  const blocks = new Map<string, Set<string>>();
  for (const { host, on = host, differences } of planned) {
    for (const text of blocksOf(differences)) blocks.set(text, (blocks.get(text) ?? new Set()).add(on));
  }
  const lines: string[] = [];
  let last = '';
  for (const [text, hosts] of blocks) {
    const on = [...hosts];
    const head = `# ${on.slice(0, 5).join(', ')}${on.length > 5 ? ` +${on.length - 5}` : ''}`;
    const same = last === on.join();
    lines.push(...(same ? [] : [head]), text);
    last = on.join();
  }
  return beginning(lines.join('\n'));
}

/** As much as a card shows, in whole lines, and how many more there are: `… +42`. */
function beginning(whole: string): string {
  if (whole.length <= codeLimit) return whole;
  const shown = whole.slice(0, Math.max(0, whole.lastIndexOf('\n', codeLimit)));
  const more = whole.split('\n').length - shown.split('\n').length;
  return `${shown}\n… +${more}`;
}

/** Names of tasks may be orders or facts: the heading fits both. */
const changingSteps = t('Steps that change something', 'Étapes qui changent quelque chose');

/** Commands with `changed_when: false`: nobody knows what they do but who wrote them. */
const uncountedSteps = t('Run too, and count as no change', 'Lancées aussi, sans compter comme changement');

/** Questions to a service, which answers only the run. */
const askingSteps = t('Run too, and only ask', 'Lancées aussi, et ne font que demander');

/** Another engine's plan is another promise. */
const foreseenByAnsible = t(
  'Ansible itself plays this: it is what its own check mode foresees, looked at once more before it begins.',
  'Ansible lui-même joue ceci : c’est ce que prévoit son propre mode check, revérifié avant de commencer.',
);

/** A step under the host it is done on. */
const there = ({ task, where }: Counted<PlannedOutcome>) => ({ task, host: where });

/** What a run would do, before it does it. The title carries the verdict. */
export function planCard(plan: Plan, title: Text): Card {
  const of = (outcome: PlannedStep['outcome']): readonly PlannedStep[] =>
    plan.steps.filter((step) => step.outcome === outcome);
  const all = plannedSteps(plan.steps);
  const wrong = [...of('failed'), ...of('unreachable')];
  const changing = all.filter(({ state }) => state === 'change');
  const anyway = plan.steps.filter(runsAnyway);
  const uncounted = anyway.filter(({ differences }) => differences.some((one) => !one.reads && !one.how));
  const asking = anyway.filter((step) => !uncounted.includes(step));
  const counted = plannedSteps(anyway);
  const diff = diffText([...of('change'), ...uncounted]);
  const lines = hostLines(plan, all);
  return {
    tone: toneOfPlan(all, counted),
    title: join([title, verdict, verdictOfPlan(all, counted, title)]),
    ...worded([
      section(t('Would fail', 'Échouerait'), folded(wrong, shownSteps, planLine)),
      lines.length === 0 ? undefined : bullets(folded(lines, shownHosts, (line) => line)),
      section(changingSteps, byTask(changing.map(there), plan.hosts.length, shownChanges)),
      section(uncountedSteps, byTask(plannedSteps(uncounted).map(there), plan.hosts.length, shownChanges)),
      section(askingSteps, byTask(plannedSteps(asking).map(there), plan.hosts.length, shownChanges)),
      later(countOutcomes(all).unknown),
      tooManyFiles(plan),
      plan.request.engine === undefined ? undefined : foreseenByAnsible,
    ]),
    ...(diff === '' ? {} : { code: { text: diff, language: 'diff' } }),
  };
}
