import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, noEdges } from '#audit/redact.ts';
import { usualLimits } from '#runs/execute/limits.ts';
import { liveOutput } from '#runs/execute/live.ts';

const limits = { ...usualLimits, outputEveryMs: 20, outputBytes: 1000 };
const open = () => {
  const told: string[] = [];
  return { told, live: liveOutput(limits, (text) => told.push(text), { redact: (text) => text, edges: noEdges }) };
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

const secrets = ['correct-horse-battery', 'p@ss/w0rd', 'key line one\nkey line two'];

/** Everything that is told of these chunks, each followed by a pause when `pauses` says so. */
const toldOf = async (chunks: readonly string[], streams: readonly ('stdout' | 'stderr')[]): Promise<string> => {
  const told: string[] = [];
  const { text: redact, edges } = createRedactor(secrets);
  const quick = { ...limits, outputEveryMs: 0 };
  const live = liveOutput(quick, (text) => told.push(redact(text)), { redact, edges });
  for (const [index, chunk] of chunks.entries()) {
    live.push(chunk, streams[index % streams.length]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  live.end();
  return told.join('');
};

const cutAt = (text: string, places: readonly number[]): readonly string[] => {
  const ends = [...new Set(places.map((place) => place % text.length))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, index) => text.slice(index === 0 ? 0 : (ends[index - 1] ?? 0), end));
};

test('no part of a secret is told, wherever its chunks are cut', { timeout: 240_000 }, async () => {
  const filler = fc.constantFrom('x', '\n', 'x'.repeat(700), ' and ', 'corr');
  const words = fc.array(fc.oneof(fc.constantFrom(...secrets), filler), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(words, fc.array(fc.nat(), { maxLength: 12 }), async (said, places) => {
      const told = await toldOf(cutAt(said.join(''), places), ['stdout']);
      // “corr” stands there by itself too.
      for (const part of ['correc', 'attery', 'p@ss', 'w0rd', 'key l', 'ne two']) expect(told).not.toContain(part);
    }),
    { numRuns: 60 },
  );
});

test('a secret is known though the other stream says something in the middle of it', async () => {
  const told = await toldOf(['token correct-ho', 'warning\n', 'rse-battery!\n'], ['stdout', 'stderr', 'stdout']);
  expect(told).toBe('warning\ntoken [redacted]!\n');
});

test('what only looks like the beginning of a secret is told in the end', async () => {
  expect(await toldOf(['correct-horse', '-riding\ncorrect'], ['stdout'])).toBe('correct-horse-riding\ncorrect');
});

/** How much of these chunks is told at which of them. */
const lengthsOf = async (chunks: readonly string[]): Promise<readonly number[]> => {
  let told = 0;
  const { text: redact, edges } = createRedactor(secrets);
  const count = (text: string) => {
    told += text.length;
  };
  const live = liveOutput({ ...limits, outputEveryMs: 0 }, count, { redact, edges });
  const lengths: number[] = [];
  for (const chunk of chunks) {
    live.push(chunk);
    await sleep(2);
    lengths.push(told);
  }
  live.end();
  return [...lengths, told];
};

test('how much is told does not say whether a text is the beginning of a secret', async () => {
  for (const secret of secrets) {
    for (let length = 1; length < Math.min(secret.length, 12); length += 1) {
      const guess = secret.slice(0, length);
      // Of the same shape: after a long word, more of it may stand in the next line.
      const other = guess.replace(/[^A-Za-z0-9+/_-]/g, '#').replace(/[^#]/g, 'y');
      const after = (text: string) => [`line\n${text}`, 'y'.repeat(700) + text, `\n${text}`, '!', `\n${text}\n`];
      expect(await lengthsOf(after(guess)), guess).toEqual(await lengthsOf(after(other)));
    }
  }
});

test('a line that does not end is told all the same, but for an end as long as a secret, and is not kept', async () => {
  const lengths = await lengthsOf(Array.from({ length: 20 }, () => '='.repeat(1000)));
  const { edges } = createRedactor(secrets);
  for (const [index, length] of lengths.slice(1, -1).entries())
    expect(length).toBeGreaterThan((index + 2) * 1000 - 500 - edges.longest());
});

test('a secret that overlaps itself is not waited for for ever', () => {
  const told: string[] = [];
  const { text: redact, edges } = createRedactor(['abababab']);
  const live = liveOutput(limits, (text) => told.push(text), { redact, edges });
  for (let nth = 0; nth < 1000; nth += 1) live.push('abababab');
  live.end();
  expect(told.join('')).toContain('[redacted]');
  expect(told.join('').replaceAll('[redacted]', '').length).toBeLessThan(8);
});
