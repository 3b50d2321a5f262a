import type { Redactor } from '#audit/redact.ts';
import { ok, type Refusal, type Result, refused } from '#core/errors.ts';
import { type Plan, planHash } from '#core/plan.ts';

/** The plan without secrets; its hash covers what is shown and stored. */
export function planned(result: Result<Plan>, redactor: Redactor): Result<Plan> {
  // A refusal is JSON; its interface has no index signature to say so.
  if (!result.ok) return refused(redactor.json(JSON.parse(JSON.stringify(result.refusal))) as Refusal);
  const { hash: _hash, ...plan } = result.value;
  const text = JSON.stringify(plan.steps);
  if (redactor.text(text) === text) return result;
  const clean = { ...plan, steps: redactor.json(JSON.parse(text)) as Plan['steps'] };
  return ok({ ...clean, hash: planHash(clean) });
}
