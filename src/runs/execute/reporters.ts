import type { Edges } from '#audit/redact.ts';
import type { Clock } from '#core/clock.ts';
import { iso } from '#core/clock.ts';
import type { JsonObject } from '#core/json.ts';
import type { PlannedOutcome, PlannedStep } from '#core/plan.ts';
import { present } from '#core/present.ts';
import { isUnknown } from '#playbook/templates/scope.ts';
import type { ExecutedStep, ExecutionEvent } from '../executor.ts';
import { censored, clipResult } from './clip.ts';
import type { ExecutionLimits } from './limits.ts';
import { type LiveOutput, liveOutput } from './live.ts';
import { type Redact, redactEvent, redactResult, redactStep } from './redaction.ts';
import type { Reporter, StepEnd, StepEndState, StepName } from './reporter.ts';
import { stepKey } from './walk.ts';

const outcomes: Readonly<Record<StepEndState, PlannedOutcome>> = {
  ok: 'ok',
  changed: 'change',
  skipped: 'skip',
  failed: 'failed',
  ignored: 'ok',
  unreachable: 'unreachable',
  unknown: 'unknown',
};

/** Collects a plan's steps: by task as they are gone over, within a task by host, in the order given. */
export function planReporter(
  hosts: readonly string[],
  redact: Redact,
): {
  readonly reporter: Reporter;
  steps(): readonly PlannedStep[];
} {
  const collected: { readonly task: number; readonly step: PlannedStep }[] = [];
  const order = new Map(hosts.map((host, index) => [host, index]));
  let task = 0;
  const add = (name: StepName, end: StepEnd): void => {
    const { host, id, module } = name;
    const { differences, refusal, on } = end;
    const step = { id, host, task: name.task, module, outcome: outcomes[end.state], differences };
    collected.push({ task, step: redactStep({ ...step, ...present({ on, refusal }) }, redact) });
  };
  const place = ({ host }: PlannedStep): number => order.get(host) ?? 0;
  return {
    reporter: {
      play: () => undefined,
      task: () => {
        task += 1;
      },
      began: () => undefined,
      output: () => undefined,
      ended: add,
    },
    steps: () => collected.sort((a, b) => a.task - b.task || place(a.step) - place(b.step)).map(({ step }) => step),
  };
}

const resultOf = (name: StepName, end: StepEnd, limits: ExecutionLimits, redact: Redact): JsonObject => {
  if (isUnknown(end.result)) return {};
  return name.noLog ? censored(end.result) : clipResult(redactResult(end.result, redact), limits);
};

/** Tells everything as events, live output thinned. */
export function eventReporter(
  listener: (event: ExecutionEvent) => void,
  options: {
    readonly clock: Clock;
    readonly limits: ExecutionLimits;
    readonly redact: Redact;
    readonly edges: Edges;
  },
): Reporter {
  const { clock, limits, redact } = options;
  const under = new Map<string, { readonly startedAt: string; readonly live: LiveOutput }>();
  const tell = (event: ExecutionEvent): void => listener(redactEvent(event, redact));
  const keyOf = (name: StepName): string => stepKey(name.host, name.id);

  const step = (name: StepName, startedAt: string): Omit<ExecutedStep, 'state'> => {
    const { host, id, task, module, item } = name;
    return { id, host, task, module, startedAt, differences: [], result: {}, ...present({ item }) };
  };

  return {
    play: (name) => tell({ kind: 'play', name }),
    task: (id, name, handler) => tell({ kind: 'task', id, name, handler }),
    began(name) {
      const { host, id } = name;
      const live = liveOutput(limits, (text) => tell({ kind: 'output', host, stepId: id, text }), options);
      const startedAt = iso(clock);
      under.set(keyOf(name), { startedAt, live });
      tell({ kind: 'step', step: { ...step(name, startedAt), state: 'running' } });
    },
    output(name, text, stream) {
      if (!name.noLog) under.get(keyOf(name))?.live.push(text, stream);
    },
    ended(name, end) {
      const known = under.get(keyOf(name));
      under.delete(keyOf(name));
      known?.live.end();
      const finishedAt = iso(clock);
      const { state, differences, refusal, on } = end;
      const result = resultOf(name, end, limits, redact);
      const whole = { ...step(name, known?.startedAt ?? finishedAt), state, finishedAt, differences, result };
      tell({ kind: 'step', step: { ...whole, ...present({ on, refusal }) } });
    },
  };
}
