import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { usualLimits } from '#runs/execute/limits.ts';
import { liveOutput } from '#runs/execute/live.ts';

const limits = { ...usualLimits, outputEveryMs: 20, outputBytes: 1000 };
const open = () => {
  const told: string[] = [];
  return { told, live: liveOutput(limits, (text) => told.push(text)) };
};

test('chunks that come together are told together, whole lines first', async () => {
  const { told, live } = open();
  for (const chunk of ['one\ntw', 'o\nthr']) live.push(chunk);
  await sleep(60);
  live.push('ee\n');
  live.end();
  expect(told).toEqual(['one\ntwo\n', 'three\n']);
});

test('a line without an end is told at the end', () => {
  const { told, live } = open();
  live.push('password: ');
  live.end();
  expect(told).toEqual(['password: ']);
});

test('of a flood only the newest part is told, and how much was left out', () => {
  const { told, live } = open();
  for (let line = 0; line < 1000; line += 1) live.push(`line ${line}\n`);
  live.end();
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^… \d+ bytes left out …\n/);
  expect(told[0]).toMatch(/line 999\n$/);
  expect(told[0]?.length).toBeLessThan(1100);
});

test('nothing is told when there was nothing', () => {
  const { told, live } = open();
  live.end();
  expect(told).toEqual([]);
});
