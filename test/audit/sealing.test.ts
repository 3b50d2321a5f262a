import { array, assert as check, constantFrom, jsonValue, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { createSealing } from '#audit/sealing.ts';
import { refusalOf } from '#core/errors.ts';
import type { Json } from '#core/json.ts';

const secret = 'hunter2-hunter2';
const sealing = createSealing([secret], 'key');

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return refusalOf(thrown)?.code;
  }
};

test('a secret is in nothing that is sealed, and is back when it is unsealed', () => {
  const value = {
    api_key: secret,
    deep: [`Bearer ${secret}!`],
    [secret]: 1,
    b64: Buffer.from(secret).toString('base64'),
  };
  const sealed = sealing.seal(value);
  expect(JSON.stringify(sealed)).not.toMatch(/hunter2|aHVudGVy/);
  expect(sealing.unseal(sealed)).toEqual(value);
});

test('the same value is sealed the same, and under another key differently', () => {
  expect(sealing.seal(secret)).toBe(createSealing([secret], 'key').seal(secret));
  expect(sealing.seal(secret)).not.toBe(createSealing([secret], 'other').seal(secret));
});

test('a figure that is a secret comes back as a figure', () => {
  const figures = createSealing(['12345678'], 'key');
  expect(JSON.stringify(figures.seal({ pin: 12345678 }))).not.toContain('12345678');
  expect(figures.unseal(figures.seal({ pin: 12345678, text: '12345678' }))).toEqual({
    pin: 12345678,
    text: '12345678',
  });
});

test('a secret that is gone is refused, and so is another key', () => {
  const sealed = sealing.seal({ api_key: secret });
  expect(codeOf(() => createSealing(['another-one'], 'key').unseal(sealed))).toBe('run.secret_gone');
  expect(codeOf(() => createSealing([secret], 'other').unseal(sealed))).toBe('run.secret_gone');
});

test('who types a mark gets the mark and no secret', () => {
  const mark = sealing.seal(secret);
  expect(mark).toMatch(/^\[secret:/);
  const typed = { note: mark, other: '[secret:~] [secret:' };
  expect(JSON.stringify(sealing.unseal(sealing.seal(typed)))).not.toContain(secret);
  expect(sealing.unseal(sealing.seal(typed))).toEqual(typed);
});

test('secrets that overlap leave nothing of either', () => {
  const two = createSealing(['abcdefgh', 'efghijkl'], 'key');
  const sealed = two.seal('abcdefghijkl');
  expect(sealed).not.toMatch(/abc|ijkl/);
  expect(two.unseal(sealed)).toBe('abcdefghijkl');
});

test('whatever is sealed comes back as it was', () => {
  const piece = constantFrom('abcdefgh', 'efghijkl', '[secret:', '~]', ']', '[sec', 'ret:', 'x', '+0]');
  const two = createSealing(['abcdefgh', 'efghijkl', 'efghij'], 'key');
  check(
    property(array(piece), string(), jsonValue(), (pieces, text, other) => {
      const value = { text: pieces.join('') + text, other: other as Json };
      expect(two.unseal(two.seal(value))).toEqual(value);
      expect(two.seal(value.text).replace(/\[secret:[^\]]*\]/g, '')).not.toMatch(/abcdefgh|efghij/);
    }),
  );
});
