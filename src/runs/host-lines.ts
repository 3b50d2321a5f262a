import type { Refusal } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { PlannedStep } from '#core/plan.ts';
import type { StepState } from '#core/run.ts';
import { inLanguage, type Language } from '#core/text.ts';
import { isLost } from './execute/recap.ts';
import type { ExecutedStep } from './executor.ts';
import { differenceLines, printable, stateOfPlanned } from './text.ts';

/** How the lines of a host are made. */
export interface HostLines {
  readonly language: Language;
  /** All of it on one line. */
  readonly one: boolean;
  readonly diff: boolean;
}

/** Modules of which `ansible` prints what the command printed, not what the module returns. */
const commands: ReadonlySet<string> = new Set(['command', 'shell', 'raw', 'script']);

const heads: Readonly<Record<StepState, string>> = {
  running: 'RUNNING',
  ok: 'SUCCESS',
  changed: 'CHANGED',
  skipped: 'SKIPPED',
  failed: 'FAILED!',
  ignored: 'FAILED!',
  unreachable: 'UNREACHABLE!',
  unknown: 'UNKNOWN!',
};

const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, of]) => [key, sorted(of)]),
  );
};

/** The head of the line says whether it failed. */
const json = ({ failed: _failed, ...value }: JsonObject, one: boolean): string =>
  JSON.stringify(sorted(value), null, one ? 0 : 4);

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** What went wrong, when the result does not say it by itself. */
const withReason = (result: JsonObject, refusal: Refusal | undefined, language: Language): JsonObject =>
  refusal === undefined || result.msg !== undefined
    ? result
    : { ...result, msg: inLanguage(refusal.say, language).replace(/\s*\n\s*/g, ' ') };

const onOneLine = ({ stdout, stderr }: JsonObject): string =>
  [`(stdout) ${text(stdout)}`, ...(text(stderr) === '' ? [] : [`(stderr) ${text(stderr)}`])]
    .map((part) => part.replaceAll('\n', '\\n'))
    .join(' ');

const printed = (result: JsonObject): string =>
  [result.stdout, result.stderr, result.rc === 0 ? '' : result.msg]
    .map(text)
    .filter((part) => part !== '')
    .map((part) => part.replace(/\n$/, ''))
    .join('\n');

/** What a module did on one host, as `ansible` prints it. */
export function hostLines(step: ExecutedStep, { language, one, diff }: HostLines): readonly string[] {
  if (step.state === 'running') return [];
  const differences = diff ? step.differences.filter((each) => !each.reads && !each.how).flatMap(differenceLines) : [];
  const head = `${step.host} | ${heads[isLost(step) ? 'unreachable' : step.state]}`;
  if (step.state === 'skipped') return [...differences, head];
  const result = withReason(step.result, step.refusal, language);
  const hasRun = commands.has(step.module) && typeof result.rc === 'number';
  const body = hasRun ? (one ? onOneLine : printed)(result) : json(result, one);
  const code = hasRun ? ` | rc=${result.rc}` : '';
  const words = hasRun ? head.replace(/!$/, '') : head;
  if (one) return [...differences, printable(`${words}${code}${hasRun ? ' | ' : ' => '}${body}`)];
  return [...differences, ...printable(`${words}${code}${hasRun ? ' >>\n' : ' => '}${body}`).split('\n')];
}

/** What a module would do on one host. */
export function foreseenLines(step: PlannedStep, { language, diff }: HostLines): readonly string[] {
  const why = step.refusal === undefined ? '' : ` => ${inLanguage(step.refusal.say, language)}`;
  const differences = diff ? step.differences.flatMap(differenceLines) : [];
  return [...differences, printable(`${step.host} | ${heads[stateOfPlanned[step.outcome]]}${why}`)];
}
