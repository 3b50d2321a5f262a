import { afterEach, expect, test } from 'vitest';
import type { StepState } from '#core/run.ts';
import type { ExecutionOutcome } from '#runs/executor.ts';
import { type Bench, done, openBench } from './bench.ts';

/** What a run leaves to the one that goes on with it: on the hosts, and in the store. */
let bench: Bench;
afterEach(() => bench.close());

const refusal = { code: 'run.interrupted', say: 'stopped' } as const;

test.each<[ExecutionOutcome['state'], boolean]>([
  ['done', true],
  ['failed', true],
  ['drifted', true],
  ['cancelled', false],
  ['interrupted', false],
])('of a run that is %s, the journals have had their use: %s', async (state, used) => {
  const said: (boolean | undefined)[] = [];
  const outcome: ExecutionOutcome = { state, recap: {}, ...(state === 'done' ? {} : { refusal }) };
  bench = await openBench(async (_job, _tell, control) => {
    said.push(await control.conclude?.(outcome));
    return outcome;
  });
  await bench.reach((await bench.queue(['a'])).id, state);
  expect(said).toEqual([used]);
});

test('who goes on with a run has its ends, its failures among them, and what it had begun', async () => {
  const steps: readonly (readonly [string, StepState, ('step.failed' | 'step.until' | 'step.killed')?])[] = [
    ['1.1', 'ok'],
    ['1.2[0]', 'changed'],
    ['1.3', 'skipped'],
    ['1.4', 'failed', 'step.failed'],
    ['1.5', 'ignored', 'step.until'],
    ['1.6', 'failed', 'step.killed'],
    ['1.7', 'unreachable'],
    ['1.8', 'running'],
  ];
  bench = await openBench(async ({ begun }, tell) => {
    if (begun) return done;
    for (const [id, state, code] of steps) {
      const step = { id, host: 'a', task: id, module: 'x', state, startedAt: '2026-01-01T00:00:00.000Z' };
      const more = { differences: [], result: { from: id }, item: `item of ${id}` };
      tell({ kind: 'step', step: { ...step, ...more, ...(code && { refusal: { code, say: code } }) } });
    }
    return { state: 'interrupted', recap: {}, refusal };
  });
  const { id } = await bench.queue(['a']);
  await bench.reach(id, 'interrupted');
  await bench.reach((await bench.queue(['a'], { resumes: id })).id, 'done');
  const { done: ends = [], begun = [], key } = bench.jobs[1] ?? {};
  expect(key).toBe(bench.jobs[0]?.key);
  expect(ends.map((step) => [step.id, step.state, step.item, step.refusal?.code])).toEqual([
    ['1.1', 'ok', 'item of 1.1', undefined],
    ['1.2[0]', 'changed', 'item of 1.2[0]', undefined],
    ['1.3', 'skipped', 'item of 1.3', undefined],
    ['1.4', 'failed', 'item of 1.4', 'step.failed'],
    ['1.5', 'ignored', 'item of 1.5', 'step.until'],
  ]);
  expect(begun).toEqual([{ id: '1.8', host: 'a', item: 'item of 1.8' }]);
});
