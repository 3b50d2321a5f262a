import fc from 'fast-check';
import { expect, test } from 'vitest';
import { censored, clipDifference, clipResult, endOf, hideDifference } from '#runs/execute/clip.ts';
import { usualLimits } from '#runs/execute/limits.ts';

const limits = { ...usualLimits, valueBytes: 20, diffBytes: 30, resultBytes: 400 };
const difference = { subject: '/etc/a', aspect: 'content', before: 'x', after: 'y', diff: '-x\n+y\n' };

test('a small difference stays as it is', () => {
  expect(clipDifference(difference, limits)).toEqual(difference);
});

test('long sides that begin alike stay different when they are cut', () => {
  const [one, two] = ['a', 'b'].map((end) => clipDifference({ ...difference, after: 'x'.repeat(50) + end }, limits));
  expect(one?.after).not.toEqual(two?.after);
  expect(String(one?.after)).toContain('51 bytes');
});

test('long diffs are cut at a line and stay different', () => {
  const [one, two] = ['a', 'b'].map((end) =>
    clipDifference({ ...difference, diff: `${'+line\n'.repeat(20)}+${end}\n` }, limits),
  );
  expect(one?.diff).not.toBe(two?.diff);
  expect(one?.diff).toMatch(/^(\+line\n){5}\\ cut: 123 bytes/);
});

test('equal differences stay equal, however long', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const cut = () => clipDifference({ ...difference, after: text, diff: text }, limits);
      expect(cut()).toEqual(cut());
    }),
  );
});

test('a hidden difference tells nothing that could be guessed at', () => {
  const hidden = JSON.stringify(hideDifference({ ...difference, after: 'secret' }));
  expect(hidden).not.toMatch(/secret|etc|[0-9a-f]{16}/);
  expect(censored({ stdout: 'secret', changed: true })).toEqual({ censored: expect.any(String), changed: true });
});

test('a large result keeps the end of long texts and says how much is lost', () => {
  const cut = clipResult({ rc: 1, stdout: `${'x'.repeat(1000)}END`, stdout_lines: ['x'], changed: true }, limits);
  expect(cut).toMatchObject({ rc: 1, changed: true });
  expect(String(cut.stdout)).toMatch(/END$/);
  expect(cut.stdout_lines).toBeUndefined();
  expect(Number(cut.lost)).toBeGreaterThan(900);
  expect(JSON.stringify(cut).length).toBeLessThan(500);
});

test('a result of very many values is let go as a whole', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index]));
  expect(clipResult({ ...many, changed: true }, limits)).toEqual({ changed: true, lost: expect.any(Number) });
});

test('the end of a text is never half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (text, bytes) => {
      const end = endOf(text, bytes);
      expect(Buffer.byteLength(end)).toBeLessThanOrEqual(bytes);
      expect(text.endsWith(end) || text.includes('\uFFFD')).toBe(true);
    }),
  );
});
