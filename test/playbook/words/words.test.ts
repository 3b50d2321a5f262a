import { describe, expect, it } from 'vitest';
import { readPairs } from '#playbook/words/pairs.ts';
import { splitWords } from '#playbook/words/split.ts';
import { golden } from '../golden.ts';

type Words = readonly string[] | null;
type Parsed = Readonly<Record<string, string>> | null;

const rawKeys = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
]);

const shaped = (line: string, only?: ReadonlySet<string>): Parsed => {
  const read = readPairs(line, only);
  if (read === undefined) return null;
  return { ...Object.fromEntries(read.pairs), ...(read.rest !== '' && { _raw_params: read.rest }) };
};

describe('words of a line', () => {
  it.each(golden<[string, Words, Words]>('shlex'))('splits %j as Python does', (line, plain, commented) => {
    expect(splitWords(line) ?? null).toEqual(plain);
    expect(splitWords(line, { comments: true }) ?? null).toEqual(commented);
  });
});

describe('key=value pairs', () => {
  it.each(golden<[string, Parsed, Parsed]>('pairs'))('reads %j as Ansible does', (line, all, raw) => {
    expect(shaped(line)).toEqual(all);
    expect(shaped(line, rawKeys)).toEqual(raw);
  });

  it('gives up on an unclosed quote at once, however long the line', () => {
    const began = Date.now();
    expect(readPairs(`a="${'{{ x }} '.repeat(5000)}`)).toBeUndefined();
    expect(readPairs(`${'"a" '.repeat(5000)}"`)).toBeUndefined();
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});
