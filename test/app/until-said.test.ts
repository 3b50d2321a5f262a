import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Undo } from '#app/undo.ts';
import { untilSaid } from '#app/until-said.ts';
import { silentLog } from '#core/log.ts';

it.each(Array.from({ length: 8 }, (_, ticks) => ticks))(
  'a message that comes %i microtasks after the one before was taken is said',
  async (ticks) => {
    const told: string[] = [];
    const taken = Promise.withResolvers<void>();
    const undo = new Undo();
    const say = untilSaid(
      (key) => {
        told.push(key);
        return key === 'first' ? taken.promise : Promise.resolve();
      },
      silentLog,
      undo,
    );
    say('first', { tone: 'good', title: 'first' });
    taken.resolve();
    for (let tick = 0; tick < ticks; tick += 1) await undefined;
    say('second', { tone: 'good', title: 'second' });
    await setImmediate();
    await undo.all();
    expect(told).toEqual(['first', 'second']);
  },
);
