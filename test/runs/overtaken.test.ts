import { expect, test } from 'vitest';
import type { Plan, PlannedStep } from '#core/plan.ts';
import { isStill } from '#runs/overtaken.ts';

const step = (host: string, id: string, outcome: PlannedStep['outcome'] = 'change'): PlannedStep => ({
  ...{ host, id, outcome, task: 'x', module: 'copy', differences: [] },
});
const plan = (hosts: readonly string[], steps: readonly PlannedStep[]): Plan => ({
  ...{ request: { playbook: 'site.yml', vars: {}, locks: [] }, files: {}, hosts, steps, hash: 'x' },
});

test('a plan is still right whichever host was quicker, and when a host does not answer: then its run says so', () => {
  const first = plan(['a', 'b'], [step('a', '1.1'), step('b', '1.1')]);
  expect(isStill(first, plan(['b', 'a'], [step('b', '1.1'), step('a', '1.1')]))).toBe(true);
  expect(isStill(first, plan(['a', 'b'], [step('a', '1.1'), step('b', '1.1', 'ok')]))).toBe(false);
  expect(isStill(first, plan(['a', 'b'], [step('a', '1.1')]))).toBe(false);
  expect(isStill(first, plan(['a', 'b'], [step('a', '1.1'), step('b', '1.1', 'unreachable')]))).toBe(true);
});
