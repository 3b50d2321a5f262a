import { describe, expect, it } from 'vitest';
import { readArguments } from '#app/cli/arguments.ts';
import { Usage } from '#app/cli/terminal.ts';
import type { Text } from '#core/text.ts';

const options = { as: { type: 'string' }, yes: { type: 'boolean', short: 'y' } } as const;

/** What is said about these words, when they do not fit. */
function saidOf(...words: readonly string[]): Text | undefined {
  try {
    readArguments(words, options, 1);
  } catch (thrown) {
    if (thrown instanceof Usage) return thrown.say;
    throw thrown;
  }
  return undefined;
}

describe('words on the command line', () => {
  it.each([
    [['--yess'], 'There is no option --yess. Did you mean “--yes”?'],
    [['--frobnicate'], 'There is no option --frobnicate.'],
    [['-q'], 'There is no option -q.'],
    [['--as'], '--as wants a value.'],
    [['--as', '--yes'], '--as wants a value.'],
    [['--yes=no'], '--yes takes no value.'],
    [['--__proto__'], 'There is no option --__proto__.'],
    [['one', 'two'], '“two” is one word too many.'],
  ])('%j do not fit, and it is said in one sentence', (words, sentence) => {
    expect(saidOf(...words)).toMatchObject({ en: sentence });
  });

  it('say it in French too', () => {
    expect(saidOf('--yess')).toMatchObject({ fr: 'Il n’y a pas d’option --yess. Vouliez-vous dire « --yes » ?' });
  });

  it.each([
    [['one', '--as', 'x', '-y']],
    [['--as=-x']],
    [['--', '--yess']],
    [['--json', '--config', 'file', '--help']],
  ])('%j fit', (words) => {
    expect(saidOf(...words)).toBeUndefined();
  });
});
