import { expect, test } from 'vitest';
import { onlyOk } from '#core/run.ts';
import { count, noCounts, recapAtEnd, recapOf } from '#runs/execute/recap.ts';

test('a changed task is also ok, an ignored failure is ok and ignored', () => {
  expect(count(noCounts, 'changed')).toEqual({ ...noCounts, ok: 1, changed: 1 });
  expect(count(noCounts, 'ignored')).toEqual({ ...noCounts, ok: 1, ignored: 1 });
  const both = count(noCounts, 'ignored', true);
  expect(both).toEqual({ ...noCounts, ok: 1, changed: 1, ignored: 1, ignoredChanges: 1 });
  expect(onlyOk(both)).toBe(0);
  expect(onlyOk(count(both, 'ok'))).toBe(1);
});

test('a step nobody saw the end of has a count of its own', () => {
  expect(count(noCounts, 'unknown')).toEqual({ ...noCounts, unknown: 1 });
});

test('a host lost in the middle of a step is unreachable as well, also in one of several items', () => {
  const refusal = { code: 'step.lost', say: 'The connection broke.' } as const;
  const steps = [
    { id: '1.1[0]', host: 'a', state: 'ok' },
    { id: '1.1[1]', host: 'a', state: 'unknown', refusal },
    { id: '1.1', host: 'b', state: 'unknown' },
  ] as const;
  expect(recapOf(steps)).toEqual({
    a: { ...noCounts, unknown: 1, unreachable: 1 },
    b: { ...noCounts, unknown: 1 },
  });
});

test('at the end of a run the steps that are still open are counted too', () => {
  const steps = [
    { id: '1.1', host: 'a', state: 'ok' },
    { id: '1.2[0]', host: 'a', state: 'ok' },
    { id: '1.2[1]', host: 'a', state: 'running' },
    { id: '1.1', host: 'b', state: 'running' },
  ] as const;
  const open = { a: { ...noCounts, ok: 1, unknown: 1 }, b: { ...noCounts, unknown: 1 } };
  expect(recapAtEnd({ a: { ...noCounts, ok: 1 } }, steps)).toEqual(open);
  expect(recapAtEnd({}, steps)).toEqual(open);
});

test('the items of a loop are one task, as bad as its worst item', () => {
  const steps = [
    { id: '1.1[0]', host: 'a', state: 'skipped' },
    { id: '1.1[1]', host: 'a', state: 'failed' },
    { id: '1.1[2]', host: 'a', state: 'changed' },
    { id: '1.2[0]', host: 'a', state: 'skipped' },
    { id: '1.1[0]', host: 'b', state: 'ok' },
  ] as const;
  expect(recapOf(steps)).toEqual({ a: { ...noCounts, failed: 1, skipped: 1 }, b: { ...noCounts, ok: 1 } });
});
