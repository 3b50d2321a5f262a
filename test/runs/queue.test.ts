import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose, lockNames, mostOfOne } from '#runs/queue.ts';

const free = new Map<string, number>();

test('a run begins when its locks are free', () => {
  expect(choose([{ id: 1, names: ['host:a'] }], free, 8)).toEqual({
    start: [{ id: 1, names: ['host:a'] }],
    blocked: [],
    crowded: [],
    patient: [],
  });
});

test('a run waits for the one that holds its lock, and knows which', () => {
  const held = new Map([['host:a', 7]]);
  expect(choose([{ id: 9, names: ['host:b', 'host:a'] }], held, 8).blocked).toEqual([
    { id: 9, name: 'host:a', by: 7, how: 'holds' },
  ]);
});

test('a later run may overtake one it has nothing in common with', () => {
  const held = new Map([['host:a', 7]]);
  const choice = choose(
    [
      { id: 8, names: ['host:a'] },
      { id: 9, names: ['host:b'] },
    ],
    held,
    8,
  );
  expect(choice.start.map((run) => run.id)).toEqual([9]);
});

test('a lock an earlier run waits for is not given to a later one', () => {
  const held = new Map([['host:a', 7]]);
  const choice = choose(
    [
      { id: 8, names: ['host:a', 'host:b'] },
      { id: 9, names: ['host:b'] },
    ],
    held,
    8,
  );
  expect(choice.start).toEqual([]);
  expect(choice.blocked).toEqual([
    { id: 8, name: 'host:a', by: 7, how: 'holds' },
    { id: 9, name: 'host:b', by: 8, how: 'waits' },
  ]);
});

test('no more runs begin than there is room for', () => {
  const waiting = [1, 2, 3].map((id) => ({ id, names: [`host:${id}`] }));
  const choice = choose([...waiting, { id: 4, names: ['host:1'] }, { id: 5, names: ['host:3'] }], free, 2);
  expect(choice.start.map((run) => run.id)).toEqual([1, 2]);
  expect(choice.crowded).toEqual([3]);
  expect(choice.blocked).toEqual([
    { id: 4, name: 'host:1', by: 1, how: 'holds' },
    { id: 5, name: 'host:3', by: 3, how: 'waits' },
  ]);
});

test('a lock is never given twice and every waiting run knows an earlier or holding one', () => {
  const runs = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }), { maxLength: 12 });
  fc.assert(
    fc.property(runs, fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')), (names, taken) => {
      const held = new Map(taken.map((name, index) => [name, 100 + index]));
      const waiting = names.map((one, index) => ({ id: index + 1, names: one }));
      const { start, blocked } = choose(waiting, held, 99);
      const given = [...taken, ...start.flatMap((run) => run.names)];
      expect(new Set(given).size).toBe(given.length);
      expect(start.length + blocked.length).toBe(waiting.length);
      for (const one of blocked) expect(one.by >= 100 || one.by < one.id).toBe(true);
    }),
  );
});

test('a run needs a lock per host and those it names, each once', () => {
  expect(lockNames(['web-1', 'web-2'], ['app:shop', 'host:web-1'])).toEqual(['host:web-1', 'host:web-2', 'app:shop']);
});

test('one actor leaves a place to others, who need not wait for it', () => {
  const of = (actor: string, id: number) => ({ id, actor, names: [`host:${id}`] });
  const waiting = [...[1, 2, 3, 4].map((id) => of('ada', id)), of('ben', 5)];
  const share = { most: mostOfOne(4), taken: new Map([['ada', 1]]) };
  const choice = choose(waiting, free, 3, share);
  expect([choice.start.map(({ id }) => id), choice.patient, choice.crowded]).toEqual([[1, 2, 5], [3, 4], []]);
  const full = choose(waiting, free, 0, { most: 3, taken: new Map([['ada', 3]]) });
  expect([full.start, full.patient, full.crowded]).toEqual([[], [], [1, 2, 3, 4, 5]]);
});

test('of two places, or of one, none is kept', () => {
  expect([1, 2, 3, 8].map(mostOfOne)).toEqual([1, 2, 2, 7]);
});
