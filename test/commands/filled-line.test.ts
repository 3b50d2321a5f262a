import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filledLine } from '#commands/filled-line.ts';
import { formLine } from '#commands/grammar.ts';
import { understand } from '#commands/understand.ts';
import { known, vocabulary } from '../support/vocabulary.ts';

const filled = (line: string, values: Readonly<Record<string, string>>) => filledLine(line, values, vocabulary, known);

it.each([
  ['deploy', { app: 'shop', version: 'v1' }, 'deploy shop v1'],
  ['deploy', { version: 'v1', app: 'shop' }, 'deploy shop v1'],
  ['Deploy shop', { version: 'v1' }, 'Deploy shop v1'],
  ['plan deploy', { app: 'shop', version: 'v1' }, 'plan deploy shop v1'],
  ['deploy to web-1', { app: 'shop', version: 'v1' }, 'deploy to web-1 shop v1'],
  ['deploy', { app: 'shop' }, 'deploy shop'],
  ['runs cancel', { run: '99' }, 'runs cancel 99'],
  ['metrics', { host: 'web-1', metric: 'cpu', since: '2h' }, 'metrics web-1 cpu 2h'],
])('what a form gives is written as one types it: %s', (line, values, typed) => {
  expect(filled(line, values)).toBe(typed);
});

it.each([
  ['a space', 'deploy', { app: 'shop', version: 'v 1' }, 'deploy shop --version="v 1"'],
  ['quotes', 'echo', { text: 'say "no"' }, 'echo --text="say \\"no\\""'],
  ['a flag', 'deploy', { app: 'shop', version: '--hosts' }, 'deploy shop --version="--hosts"'],
  ['a length of time', 'search', { words: '2h' }, 'search --words=2h'],
  ['where hosts go', 'deploy shop v1', { hosts: 'to' }, 'deploy shop v1 --hosts=to'],
  ['another command', 'runs', { cancel: '1' }, 'runs --cancel=1'],
  ['what is refused', 'metrics', { host: 'nobody' }, 'metrics --host=nobody'],
  ['a place that a mark would end', 'deploy', { app: 'shop', version: 'v1.' }, 'deploy shop --version="v1."'],
])('what would mean something else in its place keeps its name: %s', (_what, line, values, written) => {
  expect(filled(line, values)).toBe(written);
});

it('means what the names mean, whatever is filled in', () => {
  const value = fc.oneof(
    fc.constantFrom(
      'shop',
      'v1',
      'to',
      'on',
      'web-1',
      'web',
      'db-1',
      '1h',
      'since',
      'cpu',
      'cancel',
      'plan',
      '7',
      '--follow',
    ),
    fc.constantFrom('a=b', 'x y', '“v1”', 'v1.', '!', '…', '?', '-', '—x', "'", '@ops', '/ops', 'ﬁ', ''),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  for (const { name, args } of vocabulary.filter((one) => one.args.length > 0)) {
    const values = fc.dictionary(fc.constantFrom(...args.map((arg) => arg.name)), value);
    fc.assert(
      fc.property(values, (given) => {
        const of = (line: string) => ({ ...understand(line, vocabulary, known), line: '' });
        const named = of(formLine(name, given));
        if (named.kind !== 'refused') expect(of(filled(name, given))).toEqual(named);
        else expect(filled(name, given)).toBe(formLine(name, given));
      }),
      { numRuns: 300 },
    );
  }
});
