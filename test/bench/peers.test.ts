import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openClient } from '../../bench/orders/call.mjs';
import { startErrbot } from '../../bench/orders/errbot.mjs';
import { startHubot } from '../../bench/orders/hubot.mjs';

const client = () => {
  const { call, close } = openClient();
  onTestFinished(close);
  return call;
};
const hubot = process.env.BENCH_HUBOT;

describe('the bots beside ours', () => {
  it('are left out where they are not installed', async () => {
    expect(await startHubot(client(), '/nowhere')).toBeUndefined();
    expect(await startErrbot(client(), '/nowhere/errbot')).toBeUndefined();
  });

  it.each(
    [
      { name: 'errbot', there: existsSync('/usr/bin/errbot'), start: () => startErrbot(client()) },
      { name: 'hubot', there: hubot !== undefined, start: () => startHubot(client(), hubot) },
    ].filter(({ there }) => there),
  )('$name says back what it is told, through its own path of a message', async ({ start }) => {
    const bot = await start();
    onTestFinished(async () => bot?.stop());
    expect(await bot?.order('hello there')).toBe(true);
    const both = await Promise.all([bot?.order('one'), bot?.order('two')]);
    expect(both).toEqual([true, true]);
  });
});
