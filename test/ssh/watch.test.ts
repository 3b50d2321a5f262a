import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type SilenceWatch, watchSilence } from '#ssh/real/watch.ts';

/** Keeps this process from doing anything else, as a busy bot or a stopped one. */
const busy = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

let watch: SilenceWatch | undefined;
afterEach(() => watch?.stop());

/** A peer that is watched; `silentMs` is there once it was declared dead. */
const watched = (silenceMs: number) => {
  const socket = new PassThrough();
  const begun = performance.now();
  const seen: { silentMs?: number } = {};
  watch = watchSilence(socket, silenceMs, () => {
    seen.silentMs ??= performance.now() - begun;
  });
  return { socket, seen };
};

it('a peer that says nothing is dead after its time', async () => {
  const { seen } = watched(400);
  await expect.poll(() => seen.silentMs).toBeGreaterThanOrEqual(400);
  expect(seen.silentMs).toBeLessThan(5000);
});

it('a peer that says something now and then is alive', async () => {
  const { socket, seen } = watched(400);
  for (let times = 0; times < 6; times += 1) {
    await sleep(200);
    socket.write('.');
  }
  expect(seen.silentMs).toBeUndefined();
});

it('a process that is busy all the time does not put it off', async () => {
  const { seen } = watched(1000);
  for (let rounds = 0; rounds < 12 && seen.silentMs === undefined; rounds += 1) {
    busy(200);
    await sleep(5);
  }
  expect(seen.silentMs).toBeGreaterThanOrEqual(1000);
  expect(seen.silentMs).toBeLessThan(5000);
});

it('a process that was stopped for long hears the peer before it judges', async () => {
  const { socket, seen } = watched(600);
  setTimeout(() => undefined, 1).unref();
  busy(1500);
  await sleep(60);
  socket.write('I am here');
  await sleep(300);
  expect(seen.silentMs).toBeUndefined();
});
