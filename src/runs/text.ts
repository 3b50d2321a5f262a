import type { Refusal } from '#core/errors.ts';
import { furtherFaults } from '#core/further-faults.ts';
import type { Difference, Plan, PlannedStep } from '#core/plan.ts';
import type { HostRecap, Recap, StepState } from '#core/run.ts';
import { inLanguage, type Language, type Text } from '#core/text.ts';
import { visible } from '#core/visible.ts';
import { isLost, recapOf, worstForeseen } from './execute/recap.ts';
import type { ExecutedStep, ExecutionEvent } from './executor.ts';

/** How the text is made. */
export interface TextOptions {
  readonly language?: Language;
  /** With the differences. */
  readonly diff?: boolean;
  /** For a small screen: without lines of asterisks and columns. */
  readonly narrow?: boolean;
}

const width = 79;

const header = (words: string, { narrow }: TextOptions = {}): string =>
  narrow === true ? words : `${words} ${'*'.repeat(Math.max(3, width - words.length - 1))}`;

/** Somebody else's lines: control characters must not reach a terminal, and nothing in them is invisible. Tabs stay. */
export const printable = (text: string): string => text.split('\t').map(visible).join('\t');

const say = (text: Text, options: TextOptions): string => printable(inLanguage(text, options.language ?? 'en'));

const reasonOf = (refusal: Refusal | undefined, options: TextOptions): string =>
  refusal === undefined ? '' : ` => ${say(refusal.say, options).replace(/\s*\n\s*/g, ' ')}`;

/** What else is wrong in the file that a step brought in, under it. */
const furtherLines = (refusal: Refusal | undefined, options: TextOptions): readonly string[] =>
  refusal === undefined ? [] : furtherFaults(refusal).map((fault) => `    ${say(fault, options)}`);

const shown = (value: unknown): string => printable(typeof value === 'string' ? value : JSON.stringify(value));

/** Columns: a gap in a line, and the indentation of one, that are wider are told. */
const widestGap = 32;
const widestIndent = 80;

const columnsOf = (gap: string): number => [...gap].reduce((sum, mark) => sum + (mark === '\t' ? 8 : 1), 0);

/** A line of which a part would be out of sight behind a gap. What ends in one hides nothing. */
const withoutGaps = (line: string): string =>
  line.replace(/\s{4,}/g, (gap, at: number) => {
    const most = /^[-+ ]?$/.test(line.slice(0, at)) ? widestIndent : widestGap;
    const isNarrow = at + gap.length === line.length || columnsOf(gap) < most;
    return isNarrow ? gap : ` ␣×${gap.length} `;
  });

/** A difference as lines: its diff when it has one, else what it was and what it is to be. */
export function differenceLines(difference: Difference): readonly string[] {
  const { subject, aspect, before, after, diff } = difference;
  if (diff) return printable(diff).replace(/\n$/, '').split('\n').map(withoutGaps);
  // Further lines stand further in: nothing a host says can look like another difference.
  const line = `  ${printable(subject)} ${aspect}: ${shown(before)} -> ${shown(after)}`;
  return line.split('\n').map((part, index) => withoutGaps(index === 0 ? part : `    ${part}`));
}

/** Whose step it is and, where the task is delegated, where it is done: `web-1 -> lb-1`. */
export const placeOf = ({ host, on }: { readonly host: string; readonly on?: string }): string =>
  on === undefined ? host : `${host} -> ${on}`;

const words: Readonly<Record<StepState, string>> = {
  running: 'running',
  ok: 'ok',
  changed: 'changed',
  skipped: 'skipping',
  failed: 'failed',
  ignored: 'failed',
  unreachable: 'unreachable',
  unknown: 'unknown',
};

const asWord = (state: StepState): string =>
  state === 'failed' || state === 'ignored'
    ? 'fatal'
    : state === 'unreachable' || state === 'unknown'
      ? 'fatal'
      : words[state];

/** A host that was lost is unreachable, whatever became of the step. */
const markOf = (step: ExecutedStep): string =>
  step.state === 'ignored' ? 'FAILED' : isLost(step) ? 'UNREACHABLE' : step.state.toUpperCase();

/** A step that ended, as `ansible-playbook` prints it. */
export function stepLines(step: ExecutedStep, options: TextOptions = {}): readonly string[] {
  if (step.state === 'running') return [];
  const item = itemOf(step.id, step.task);
  const mark = asWord(step.state) === 'fatal' ? `: ${markOf(step)}!` : '';
  const line = `${asWord(step.state)}: [${placeOf(step)}]${mark}${item}${reasonOf(step.refusal, options)}`;
  const changes = options.diff === true && step.differences.some((one) => !one.reads && !one.how);
  const differences = changes ? step.differences.flatMap(differenceLines) : [];
  const further = furtherLines(step.refusal, options);
  return [
    ...differences,
    line,
    ...further,
    ...(step.state === 'ignored' ? ['...ignoring'] : []),
    ...messageLines(step),
  ];
}

/** What every result has, and nobody asked `debug` for. */
const ofEveryResult: ReadonlySet<string> = new Set(['changed', 'failed', 'attempts', 'lost', 'redacted', 'censored']);

/** What `debug` says is the point of it: a message, or a variable by its name; what has parts over several lines. */
const messageLines = (step: ExecutedStep): readonly string[] => {
  if (step.module !== 'debug' || step.state === 'skipped') return [];
  return Object.entries(step.result)
    .filter(([name]) => !ofEveryResult.has(name))
    .flatMap(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
      return printable(`    ${name}: ${text.replaceAll('\n', '\n    ')}`).split('\n');
    });
};

const itemOf = (id: string, task: string): string => {
  if (!id.includes('[')) return '';
  const label = /\(([^()]*|.*)\)$/.exec(task)?.[1];
  return ` => (item=${printable(label ?? id)})`;
};

/** One event of a run as lines of its log. */
export function eventLines(event: ExecutionEvent, options: TextOptions = {}): readonly string[] {
  switch (event.kind) {
    case 'play':
      return ['', header(`PLAY [${printable(event.name)}]`)];
    case 'task':
      return ['', header(`${event.handler ? 'RUNNING HANDLER' : 'TASK'} [${printable(event.name)}]`)];
    case 'step':
      return stepLines(event.step, options);
    case 'output':
      return printable(event.text)
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${event.host} | ${line}`);
  }
}

/** How a step would have ended, had it been done and not planned. */
export const stateOfPlanned: Readonly<Record<PlannedStep['outcome'], StepState>> = {
  ok: 'ok',
  change: 'changed',
  skip: 'skipped',
  unknown: 'unknown',
  failed: 'failed',
  unreachable: 'unreachable',
};

function plannedLine(step: PlannedStep, options: TextOptions): string {
  const item = itemOf(step.id, step.task);
  const reason = reasonOf(step.refusal, options);
  if (step.outcome === 'unknown') return `unknown: [${placeOf(step)}]${item}${reason}`;
  const word = asWord(stateOfPlanned[step.outcome]);
  const mark = word === 'fatal' ? `: ${step.outcome.toUpperCase()}!` : '';
  return `${word}: [${placeOf(step)}]${mark}${item}${reason}`;
}

/** A plan as `ansible-playbook --check --diff` prints it. */
export function planText(plan: Plan, options: TextOptions = {}): string {
  const lines: string[] = [];
  let task: string | undefined;
  for (const step of plan.steps) {
    const base = step.id.replace(/\[.*$/, '');
    if (base !== task)
      lines.push('', header(`${base.includes('h') ? 'HANDLER' : 'TASK'} [${printable(taskName(step))}]`, options));
    task = base;
    if (options.diff === true) lines.push(...step.differences.flatMap(differenceLines));
    lines.push(plannedLine(step, options), ...furtherLines(step.refusal, options));
  }
  return `${lines.join('\n').trimStart()}\n\n${recapText(recapOfPlan(plan), options)}`;
}

const taskName = (step: PlannedStep): string =>
  step.id.includes('[') ? step.task.replace(/ \([^()]*\)$/, '') : step.task;

/** What the recap of a run of this plan would be; what only the run can know is counted apart. */
export const recapOfPlan = (plan: Plan): Recap =>
  recapOf(
    plan.steps.map((step) => ({ ...step, state: stateOfPlanned[step.outcome] })),
    worstForeseen,
  );

/** Ansible's figures, whatever they are. */
const cells = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'] as const;

/** Those it does not have are said only where there are any. */
const cellsOf = (counts: HostRecap): readonly (keyof HostRecap)[] =>
  (counts.unknown ?? 0) > 0 ? [...cells, 'unknown'] : cells;

/** `PLAY RECAP` and a line per host. */
export function recapText(recap: Recap, options: TextOptions = {}): string {
  const lines = Object.entries(recap).map(([host, counts]) => {
    if (options.narrow)
      return `${host}: ${cellsOf(counts)
        .flatMap((cell) => (counts[cell] ? `${cell}=${counts[cell]}` : []))
        .join(' ')}`;
    const figures = cellsOf(counts)
      .map((cell) => `${cell}=${counts[cell]}`.padEnd(cell.length + 6))
      .join('');
    return `${host.padEnd(26)} : ${figures}`.trimEnd();
  });
  return `${[header('PLAY RECAP', options), ...lines].join('\n')}\n`;
}

/** The exit code of `quarterdeck run` and `plan`: 0 good, 2 a host failed, 4 a host was unreachable, or a step's end not seen. */
export function exitCode(recap: Recap): 0 | 2 | 4 {
  const hosts = Object.values(recap);
  if (hosts.some((host) => host.failed > 0)) return 2;
  return hosts.some((host) => host.unreachable + (host.unknown ?? 0) > 0) ? 4 : 0;
}

/** The exit code of `plan` and `--check`: there, what only a run can know is no failure. */
export const exitCodeOfPlan = (plan: Plan): 0 | 2 | 4 =>
  exitCode(
    Object.fromEntries(Object.entries(recapOfPlan(plan)).map(([host, counts]) => [host, { ...counts, unknown: 0 }])),
  );
