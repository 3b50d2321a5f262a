import { describe, expect, it } from 'vitest';
import { commandsOf, documentsOf, wordsOf } from '#playbook/words/commands.ts';
import { Marked } from '#playbook/words/marked.ts';
import { programAt, programsOf } from '#playbook/words/programs.ts';

const commandsIn = (line: string) =>
  commandsOf(Marked.all(line)).map(({ words, reads }) => ({
    words: words.map(({ text }) => text),
    reads: reads.map(({ text }) => text),
  }));

describe('the commands of a line', () => {
  it.each([
    ['a b; c && d', [['a', 'b'], ['c'], ['d']]],
    [`a 'b c' "d $x" e\\ f`, [['a', 'b c', 'd $x', 'e f']]],
    ['a 2>&1 >out <in b # c', [['a', 'b']]],
    ['(a; b) &\nc', [['a'], ['b'], ['c']]],
    ['a $(b c) "x$(d)"', [['b', 'c'], ['d'], ['a', '$(b c)', 'x$(d)']]],
    ["a `b` $'c\\'d' ${x y}", [['b'], ['a', '`b`', "c'd", '${x y}']]],
    ['a <(b)', [['b'], ['a', '<(b)']]],
  ])('are taken apart: %s', (line, words) => {
    expect(commandsIn(line).map((command) => command.words)).toEqual(words);
  });

  it('read what is piped into them, here-strings and here-documents', () => {
    expect(commandsIn('a x | b')[1]).toEqual({ words: ['b'], reads: ['a', 'x'] });
    expect(commandsIn('a x; c | b')[2]?.reads).toEqual(['c']);
    expect(commandsIn('a <<< x')[0]).toEqual({ words: ['a'], reads: ['x'] });
    expect(commandsIn("a <<-'E'\n\tb $c\n\tE\nd")).toEqual([
      { words: ['a'], reads: ['\tb $c\n'] },
      { words: ['d'], reads: [] },
    ]);
    expect(documentsOf('a <<E\nb\nE\nc')).toEqual([{ operator: 2, from: 6, to: 9 }]);
  });

  it('keep the marks of their letters', () => {
    const line = Marked.all<string>('sh -c ').with(Marked.all("'a b'", 'typed')).with(Marked.all('c'));
    const [command] = commandsOf(line);
    expect(command?.words.at(-1)).toEqual(new Marked('a bc', ['typed', 'typed', 'typed', undefined]));
    expect(wordsOf(line).words.at(-1)).toEqual(command?.words.at(-1));
  });

  it('are found in a long line in a short time', () => {
    const began = performance.now();
    expect(commandsIn(`a "${'b'.repeat(300_000)}"`)).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('the program of a command', () => {
  it.each([
    ['A=b sudo -u root -- env X=y timeout -k 5 10 rm a', 'rm'],
    ['if ! nice -n 5 rm a', 'rm'],
    ['nohup rm', 'rm'],
    ['sudo -i', 'sudo'],
  ])('is behind what begins it: %s', (line, name) => {
    const [command] = commandsOf(Marked.all(line));
    expect(command?.words[programAt(command)]?.text).toBe(name);
  });

  it.each([
    ['sudo bash -eo pipefail -c program name', ['-c', 'program']],
    ['sed -i s/a/b/ file', ['s/a/b/']],
    ['python3 file -c a', []],
    ['find . -exec sh -c program {} +', ['-c', 'program']],
    ['ls sh', []],
  ])('has these texts to read: %s', (line, texts) => {
    const [command] = commandsOf(Marked.all(line));
    const found = command ? programsOf(command).flatMap((program) => program.texts) : [];
    expect(found.map(({ text }) => text)).toEqual(texts);
  });
});
