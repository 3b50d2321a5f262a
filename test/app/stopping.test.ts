import { expect, test } from 'vitest';
import { stopInTime } from '#app/stopping.ts';
import { type Log, silentLog } from '#core/log.ts';

const limits = { ordersMs: 50, runsMs: 50, restMs: 50 };
const never = (): Promise<void> => new Promise(() => undefined);

/** What was done and logged, in order. */
function parts(stops: { orders?: Promise<void>; runs?: Promise<void>; close?: () => void }) {
  const done: string[] = [];
  const log: Log = { ...silentLog, warn: (_, words) => done.push(words), error: (_, words) => done.push(words) };
  const stop = (name: string, work = Promise.resolve()) => ({
    stop: () => work.finally(() => done.push(name)),
  });
  const close = async () => {
    done.push('executor');
    stops.close?.();
  };
  return { done, pipeline: stop('orders', stops.orders), runner: stop('runs', stops.runs), executor: { close }, log };
}

test('what hears the abort ends in its order', async () => {
  const all = parts({});
  await stopInTime(all, limits);
  expect(all.done).toEqual(['orders', 'runs', 'executor']);
});

test('an order that hears no abort ends with the executor', async () => {
  const order = Promise.withResolvers<void>();
  const all = parts({ orders: order.promise, close: order.resolve });
  await stopInTime(all, limits);
  expect(all.done).toEqual(['runs', 'executor', 'orders']);
});

test('what outlives even that is told in the log, and not waited for', async () => {
  const all = parts({ orders: never(), runs: never() });
  await stopInTime(all, limits);
  expect(all.done).toEqual([
    'runs do not stop; their process is ended',
    'executor',
    'something goes on that does not stop; the bot ends without it',
  ]);
});

test('a fault of the order path comes out, after all else was stopped', async () => {
  const all = parts({ orders: Promise.reject(new Error('the store')) });
  await expect(stopInTime(all, limits)).rejects.toThrow('the store');
  expect(all.done).toEqual(['orders', 'runs', 'executor']);
});
