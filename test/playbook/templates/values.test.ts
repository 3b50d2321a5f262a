import { describe, expect, it } from 'vitest';
import { hasTemplate, renderValue } from '#playbook/templates/index.ts';
import { at, env, scopeOf, text, value } from './support.ts';

const native: [string, unknown][] = [
  ['{{ 3 }}', 3],
  ['{{ 3.5 }}', 3.5],
  ['{{ 6 / 2 }}', 3],
  ['{{ [1, "a", none] }}', [1, 'a', null]],
  ['{{ {"a": {"b": [true]}} }}', { a: { b: [true] } }],
  ['{{ (1, 2) }}', [1, 2]],
  ['{{ none }}', null],
  ['{{ 1 == 1 }}', true],
  ['{{ "3" }}', '3'],
  ['{{ 3 }}x', '3x'],
  ['a{{ none }}b', 'ab'],
  ['{{ true }} and {{ false }}', 'True and False'],
  ['{{ 1 }}{{ 2 }}', '12'],
  ['[{{ 1 }}, {{ "\'a\'" }}]', [1, 'a']],
  ['{"a": {{ 1 }}, "b": null, "c": true}', { a: 1, b: null, c: true }],
  ['[{{ 1 }}, oops]', '[1, oops]'],
  ['[section]\nname = {{ 1 }}', '[section]\nname = 1'],
  ['{{ "[1, 2]" }}', [1, 2]],
  ['{{ "True" }}', true],
  ['{% if true %}True{% endif %}', true],
  ['{% if false %}x{% endif %}', ''],
  ['{{ [1] | to_json }}', '[1]'],
  ['{{ [1] | string }}', '[1]'],
  ['{{ "{}" | from_json }}', {}],
  ['{{ range(3) }}', [0, 1, 2]],
  ['{{ {"a": 1}.keys() }}', ['a']],
  ['{{ 2 ** 64 }}', '18446744073709551616'],
  ["{{ 'a\\nb' }}", 'a\\nb'],
  ["{{ 'a.b' | regex_replace('\\.', '-') }}", 'a-b'],
  ['no template', 'no template'],
  ['{{ "x" }}\n', 'x\n'],
  ['{# nothing #}', ''],
];

describe('the value of a template', () => {
  it.each(native)('gives %j its own type', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it('is always text in a template file', () => {
    expect(text('{{ [1] }}')).toBe('[1]');
    expect(text('{{ 3.0 }}')).toBe('3.0');
    expect(text("{{ 'a\\nb' }}")).toBe('a\nb');
  });

  it('keeps as many newlines at the end as were written', () => {
    expect(text('a\n')).toBe('a\n');
    expect(text('a\n\n\n')).toBe('a\n\n\n');
    expect(text('{% if true %}\na\n{% endif %}\n')).toBe('a\n');
    expect(text('{{ "a" }}')).toBe('a');
  });

  it('keeps ints and floats of variables apart where JSON can', () => {
    expect(value('{{ [n, f, n / 2, big] }}', { n: 4, f: 2.5, big: 1e300 })).toEqual([4, 2.5, 2, 1e300]);
    expect(text('{{ n }} {{ n / 2 }} {{ f }} {{ big }}', { n: 4, f: 2.5, big: 1e300 })).toBe('4 2.0 2.5 1e+300');
  });

  it('finds members written as numbers in YAML', () => {
    expect(value('{{ ports[80] }}', { ports: { 80: 'http' } })).toBe('http');
  });

  it('renders strings in lists and dicts, keys too', () => {
    const scope = scopeOf({ name: 'web', n: 2 });
    const written = { '{{ name }}_port': '{{ n + 1 }}', list: ['{{ name }}', 5, null], plain: 'x' };
    expect(renderValue(written, at, scope, env)).toEqual({ web_port: 3, list: ['web', 5, null], plain: 'x' });
  });

  it('knows what may be a template', () => {
    expect(['{{ x }}', '{% x %}', '{# x #}', '{ { x', 'a %} b'].map(hasTemplate)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('keeps the members that JavaScript treats in its own way', () => {
    const odd = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "toString": 3}');
    expect(value("{{ [odd['__proto__'].a, odd.constructor, odd['toString']] }}", { odd })).toEqual([1, 2, 3]);
    const given = value('{{ odd }}', { odd });
    expect(JSON.stringify(given)).toBe('{"__proto__":{"a":1},"constructor":2,"toString":3}');
    expect(value('{{ {} is mapping }}')).toBe(true);
  });

  it('never changes a variable', () => {
    const list = [1];
    expect(value('{% set _ = l.append(2) %}{{ l }}', { l: list })).toEqual([1, 2]);
    expect(list).toEqual([1]);
  });
});
