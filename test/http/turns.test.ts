import { expect, it } from 'vitest';
import { createTurns } from '#http/turns.ts';

it('lets one caller have so many at a time, the others of theirs in order, and other callers at once', async () => {
  const turns = createTurns({ atOnce: 2, mostWaiting: 2 });
  const [first, second] = [await turns('eve'), await turns('eve')];
  const order: string[] = [];
  const named = async (name: string) => {
    const done = await turns('eve');
    order.push(name);
    return done;
  };
  const [third, fourth] = [named('third'), named('fourth')];
  expect(await turns('eve')).toBeUndefined();
  expect(await turns('ada')).toBeTypeOf('function');
  expect(order).toEqual([]);
  second?.();
  (await third)?.();
  (await fourth)?.();
  first?.();
  expect(order).toEqual(['third', 'fourth']);
  const again = [await turns('eve'), await turns('eve')];
  expect(again.every((done) => done !== undefined)).toBe(true);
});
