import { describe, expect, it } from 'vitest';
import { complete } from '#commands/complete.ts';
import { readDuration } from '#commands/values.ts';
import { known, vocabulary } from '../support/vocabulary.ts';

const offered = (line: string) => complete(line, vocabulary, known).map((one) => one.line);

describe('autocomplete', () => {
  it.each([
    ['de', ['deploy ']],
    ['Run', ['run ', 'runs ', 'runs cancel ']],
    ['deploy ', ['deploy shop ', 'deploy blog ']],
    ['deploy s', ['deploy shop ']],
    ['deploy shop v2 to w', ['deploy shop v2 to web ', 'deploy shop v2 to web-1 ', 'deploy shop v2 to web-2 ']],
    ['metrics web-1 ', ['metrics web-1 cpu ', 'metrics web-1 memory ', 'metrics web-1 --since ']],
    ['metrics web-1 m', ['metrics web-1 memory ']],
    ['echo "', []],
  ])('after “%s”', (line, expected) => {
    expect(offered(line)).toEqual(expected);
  });
});

describe('a duration', () => {
  it.each([
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['90 s', 90_000],
    ['1,5h', 5_400_000],
    ['2j', 172_800_000],
    ['soon', undefined],
    ['-5m', undefined],
    ['0m', undefined],
    ['1h!', undefined],
    ['5', undefined],
    ['9999999d', 863_999_913_600_000],
    ['3constructor', undefined],
  ])('%s', (text, expected) => {
    expect(readDuration(text)).toBe(expected);
  });
});
