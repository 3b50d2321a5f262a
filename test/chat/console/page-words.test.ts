import { expect, it } from 'vitest';
import { timesIn } from '#chat/console/page/words/times.ts';
import { wordsOf } from '#chat/console/page/words/words.ts';

it('a time of another year names its year, one of this year does not', () => {
  const times = timesIn('en', 'UTC');
  const year = new Date().getUTCFullYear();
  expect(times.moment(`${year - 1}-03-01T10:00:00.000Z`)).toContain(`1 Mar ${year - 1}`);
  expect(times.moment(`${year}-03-01T10:00:00.000Z`)).toBe('1 Mar, 10:00');
  expect(times.day(`${year - 1}-03-01T10:00:00.000Z`)).toBe(`1 March ${year - 1}`);
});

it('one is no plural', () => {
  expect([wordsOf('fr').unread(1), wordsOf('fr').unread(2), wordsOf('en').unread(1)]).toEqual([
    '1 non lu',
    '2 non lus',
    '1 unread',
  ]);
});

it('a command that is to be typed is named as README.md names it, which works in a clone', () => {
  for (const language of ['en', 'fr'] as const) {
    const told = Object.values(wordsOf(language)).filter((words) => typeof words === 'string');
    const commands = told.flatMap((words) => words.match(/\S*quarterdeck [a-z]+/g) ?? []);
    expect(commands).toEqual(['bin/quarterdeck token']);
  }
});
