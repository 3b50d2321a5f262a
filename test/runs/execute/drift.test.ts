import { expect, test } from 'vitest';
import type { Difference, PlannedStep } from '#core/plan.ts';
import { inLanguage } from '#core/text.ts';
import { driftOf } from '#runs/execute/drift.ts';

const mode: Difference = { subject: '/a', aspect: 'mode', before: '0600', after: '0644' };
const owner: Difference = { subject: '/a', aspect: 'owner', before: 'x', after: 'root' };
const planned = (outcome: PlannedStep['outcome'], differences: readonly Difference[]): PlannedStep => ({
  id: '1.1',
  host: 'web-1',
  task: 'Set',
  module: 'file',
  outcome,
  differences,
});
const now = (differences: readonly Difference[]) => ({ host: 'web-1', task: 'Set', differences });

test('what was planned is no drift', () => {
  expect(driftOf(planned('change', [mode, owner]), now([owner, mode]))).toBeUndefined();
});

test('less to do than planned is no drift', () => {
  expect(driftOf(planned('change', [mode, owner]), now([mode]))).toBeUndefined();
  expect(driftOf(planned('change', [mode]), now([]))).toBeUndefined();
});

test.each([
  ['a step planned ok that would now change something', planned('ok', []), [mode]],
  ['a step planned to be skipped', planned('skip', []), [mode]],
  ['a step the plan does not hold', undefined, [mode]],
  ['one more difference', planned('change', [mode]), [mode, owner]],
  ['another value before', planned('change', [mode]), [{ ...mode, before: '0777' }]],
  ['another value after', planned('change', [mode]), [{ ...mode, after: '0777' }]],
  ['another diff', planned('change', [{ ...mode, diff: '-a\n' }]), [{ ...mode, diff: '-b\n' }]],
])('%s is drift', (_what, step, differences) => {
  expect(driftOf(step, now(differences))?.code).toBe('run.drifted');
});

test('a step planned as unknown may do what it finds', () => {
  expect(driftOf(planned('unknown', []), now([mode]))).toBeUndefined();
});

test('the refusal names host and task and shows both states', () => {
  const refusal = driftOf(planned('change', [mode]), now([{ ...mode, before: '0777' }]));
  expect(inLanguage(refusal?.say ?? '', 'en')).toBe(
    'web-1 is no longer as planned at “Set”: planned /a mode: 0600 → 0644, now /a mode: 0777 → 0644. The run stopped before it.',
  );
});
