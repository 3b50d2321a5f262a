import type { Json, JsonObject } from '#core/json.ts';
import type { PlannedStep } from '#core/plan.ts';
import type { ExecutionEvent } from '../executor.ts';

/** Takes known secrets out of a text. */
export type Redact = (text: string) => string;

/** The same in every string of a value, keys too. */
export function redactJson(value: Json, redact: Redact): Json {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => redactJson(item, redact));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactJson(item, redact)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Events and steps hold JSON only; their interfaces have no index signature to say so. */
const without = <T>(value: T, redact: Redact): T => redactJson(value as Json, redact) as T;

const holdsSecret = (value: object, redact: Redact): boolean => {
  const text = JSON.stringify(value);
  return redact(text) !== text;
};

/** A planned step without secrets. */
export const redactStep = (step: PlannedStep, redact: Redact): PlannedStep =>
  holdsSecret(step, redact) ? without(step, redact) : step;

/** Return values without secrets; where there were some it says so. Before anything is cut: a part is not known for what it is. */
export const redactResult = (result: JsonObject, redact: Redact): JsonObject =>
  holdsSecret(result, redact) ? { ...without(result, redact), redacted: true } : result;

/** An event without secrets. A result that lost something says so: it must not be used as if it were whole. */
export function redactEvent(event: ExecutionEvent, redact: Redact): ExecutionEvent {
  if (!holdsSecret(event, redact)) return event;
  if (event.kind !== 'step') return without(event, redact);
  const step = without(event.step, redact);
  return { kind: 'step', step: { ...step, result: { ...step.result, redacted: true } } };
}
