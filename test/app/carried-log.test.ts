import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { logOver, writeCarried } from '#app/carried-log.ts';
import { type Log, silentLog } from '#core/log.ts';

test('what is logged in another process is written at the other end, errors with their stack', async () => {
  const { port1, port2 } = new MessageChannel();
  const written: unknown[] = [];
  const log: Log = { ...silentLog, error: (fields, message) => written.push([fields, message]) };
  const arrived = new Promise<void>((resolve) => {
    port1.once('message', (record) => {
      writeCarried(log, record);
      resolve();
    });
  });
  logOver((record) => port2.postMessage(record))
    .child({ run: 7 })
    .error({ err: new TypeError('broke'), ask: () => undefined, host: 'web-1' }, 'a step broke');
  await arrived;
  port1.close();
  expect(written).toEqual([
    [
      {
        run: 7,
        host: 'web-1',
        ask: expect.any(String),
        err: { type: 'TypeError', message: 'broke', stack: expect.stringContaining('carried-log.test') },
      },
      'a step broke',
    ],
  ]);
});

test('a record that cannot be written down is no fault of what it tells of', () => {
  const { port1, port2 } = new MessageChannel();
  const circle: Record<string, unknown> = { big: 1n };
  circle.itself = circle;
  expect(() =>
    logOver((record) => port2.postMessage(record)).warn({ circle, big: 1n, mark: Symbol('x') }, 'odd'),
  ).not.toThrow();
  port1.close();
});
