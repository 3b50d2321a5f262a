import { describe, expect, it } from 'vitest';
import type { Json } from '#core/json.ts';
import { createFaults } from '#playbook/faults.ts';
import { toJson } from '#playbook/yaml/node.ts';
import { readYaml } from '#playbook/yaml/read.ts';
import { readPlain } from '#playbook/yaml/scalar.ts';
import { golden } from '../golden.ts';

const read = (source: string): { value: Json | undefined; faults: readonly string[] } => {
  const faults = createFaults();
  const node = readYaml(source, 'x.yml', faults);
  const told = faults.found.map(({ at, message }) => `${at.line}:${at.column} ${(message as { en: string }).en}`);
  return { value: node && toJson(node), faults: told };
};

describe('plain scalars', () => {
  it.each(golden<[string, Json]>('yaml-scalars'))('reads %s as PyYAML does', (text, value) => {
    expect(readPlain(text)).toEqual(value);
  });
});

describe('a YAML file', () => {
  it('keeps quoted words as text', () => {
    expect(read(`a: "yes"\nb: '0644'\nc: |\n  1\n`).value).toEqual({ a: 'yes', b: '0644', c: '1\n' });
  });

  it('merges << without overriding what is written', () => {
    expect(read('base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n').value).toEqual({
      base: { x: 1, y: 2 },
      use: { x: 1, y: 3 },
    });
  });

  it('takes the last node of a name before the alias, also where a part that is repeated holds that name', () => {
    const source = 'a: &x {n: &y 1}\nb: *x\nc: &y 2\nd: *x\ne: *y\nf: &x 3\ng: *x\n';
    const [one, three] = [{ n: 1 }, 3];
    expect(read(source).value).toEqual({ a: one, b: one, c: 2, d: one, e: 2, f: three, g: three });
  });

  it('gives the place of a text behind its quote and of a block on its first line', () => {
    const node = readYaml('a: "{{ x }}"\nb: |\n    {{ y }}\n', 'x.yml', createFaults());
    const at = node?.kind === 'map' ? node.entries.map((entry) => entry.value.at) : [];
    expect(at.map(({ line, column }) => [line, column])).toEqual([
      [1, 5],
      [3, 5],
    ]);
  });

  it.each([
    ['a key written twice', 'a: 1\nb: 2\na: 3\n', '3:1 this key is written twice'],
    ['a tab', 'a:\n\tb: 1\n', '2:1 a tab is used to indent; use spaces'],
    [
      'a tab on a line that looks like a part of the one above',
      'a: b\n\tc: []\n',
      '2:1 a tab is used to indent; use spaces',
    ],
    ['a brace that is not closed', 'a: { b: c\nd: e\n', '2:1 a “{” above is not closed; close it with “}”'],
    ['a bracket that is not closed', 'a: [ b, c\nd: e\n', '2:1 a “[” above is not closed; close it with “]”'],
    [
      'a quote that is not closed',
      "a: 'b\nc: d\n",
      '1:4 the text in quotes that begins here is not closed; its closing quote is missing',
    ],
    [
      'a value of which only the beginning is in quotes',
      'when: "x" == y\n',
      '1:11 a text in quotes ends here, and the value goes on; put the whole value in quotes of the other kind',
    ],
    ['a line that is nothing', 'a: b\nc\n', '2:1 this line is neither “key: value” nor part of a value'],
    ['an unquoted template', 'a: {{ b }}\n', '1:5 a value that begins with {{ must be in quotes'],
    [
      'a tag of another program',
      'a: !!python/object:os.system x\n',
      '1:30 the YAML tag “tag:yaml.org,2002:python/object:os.system” is not supported here',
    ],
    ['an alias to nothing', 'a: *b\n', '1:4 the alias *b names nothing'],
  ])('tells the place of %s', (_what, source, fault) => {
    expect(read(source).faults).toContain(fault);
  });

  it('tells a line with a tab once, not everything that follows from it', () => {
    expect(read('- hosts: web\n\ttasks: []\n').faults).toEqual(['2:2 a tab is used to indent; use spaces']);
  });

  it('tells each key that is written twice, in any map, with what else is wrong', () => {
    expect(
      read('a: { b: 1, "b": 2 }\nc: [{ d: 1, d: 2, d: 3 }]\na: &x 1\ne:\n  ? [f]\n  : 1\n  ? [f]\n  : 2\n').faults,
    ).toEqual([
      '1:12 this key is written twice',
      '2:13 this key is written twice',
      '2:19 this key is written twice',
      '3:1 this key is written twice',
    ]);
    const told = read("a:\na: 1\nb: 'c\n").faults;
    expect(told[0]).toBe('2:1 this key is written twice');
    expect(told[1]).toContain('3:4 the text in quotes that begins here is not closed');
    expect(read("a: 'b\nc: 1\nc: 2\n").faults).toHaveLength(1);
  });

  it('reads a table of very many keys in time that grows with them alone', () => {
    const source = Array.from({ length: 60_000 }, (_, index) => `key_${index}: ${index}\n`).join('');
    const before = process.cpuUsage();
    expect(read(`${source}key_7: 1\n`).faults).toEqual(['60001:1 this key is written twice']);
    const { user } = process.cpuUsage(before);
    expect(user / 1e6).toBeLessThan(15);
  }, 60_000);

  it('refuses a file that multiplies itself, quickly', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const began = Date.now();
    expect(read(lines.join('\n')).faults).toEqual([expect.stringContaining('nested or repeated too deeply')]);
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  it('refuses a file nested without end', () => {
    expect(read(`a: ${'['.repeat(5000)}${']'.repeat(5000)}`).faults.length).toBeGreaterThan(0);
  });
});
