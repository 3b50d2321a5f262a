import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { measure } from '../../bench/orders/measure.mjs';

const botThat = (order: (text: string) => Promise<boolean>) => ({ name: 'bot', pid: process.pid, order });
const few = { orders: 20, rate: 1000, label: 'x' };

describe('measuring orders', () => {
  it('counts an order that fails, and one that is answered wrongly, as lost', async () => {
    const bot = botThat(async (text) => {
      if (text === 'xn3') throw new Error('gone');
      return text !== 'xn4';
    });
    expect((await measure(bot, few)).lost).toBe(2);
  });

  it('does not wait for an answer before it sends the next order', async () => {
    let underway = 0;
    let most = 0;
    const bot = botThat(async () => {
      underway += 1;
      most = Math.max(most, underway);
      await pause(300);
      underway -= 1;
      return true;
    });
    const { p50, lost } = await measure(bot, few);
    expect(most).toBe(20);
    expect(lost).toBe(0);
    expect(p50).toBeGreaterThanOrEqual(295);
  });

  it('keeps to its rate', async () => {
    const begin = performance.now();
    await measure(
      botThat(async () => true),
      { orders: 31, rate: 100, label: 'x' },
    );
    expect(performance.now() - begin).toBeGreaterThanOrEqual(295);
  });
});
