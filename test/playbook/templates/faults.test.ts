import { describe, expect, it } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { expressionNames, parseTemplate } from '#playbook/templates/index.ts';
import { at, refusal, sentence, text, value } from './support.ts';

const syntax: [string, string][] = [
  ['{{ a b }}', "play.yml:3:10: expected '}}', found 'b'"],
  ['{{ (1 }}', "play.yml:3:11: unexpected '}', expected ')'"],
  ['{% if (1', "play.yml:3:11: ')' is missing for what opens here"],
  ['{{ 1 ', "play.yml:3:5: '}}' is missing for what opens here"],
  ["{{ 'a }}", "play.yml:3:8: ''' is missing for what opens here"],
  ['{{ [1) }}', "play.yml:3:10: unexpected ')', expected ']'"],
  ['x\n{% if a %}\ny', "play.yml:4:1: this tag has no 'elif', 'else', 'endif'"],
  ['{% endif %}', "play.yml:3:8: 'endif' closes nothing here; expected '-'"],
  ['{% fro x in y %}', "play.yml:3:8: there is no tag 'fro'"],
  ['{% include "x" %}', "play.yml:3:8: 'include' is not supported in templates"],
  ['{# open', "play.yml:3:5: the comment has no end '#}'"],
  ['{{ a | defualt(1) }}', "play.yml:3:12: there is no filter 'defualt'; did you mean 'default'?"],
  ['{{ a is defned }}', "play.yml:3:13: there is no test 'defned'; did you mean 'defined'?"],
  ["{{ lookup('envv', 'X') }}", "play.yml:3:15: there is no lookup 'envv'; did you mean 'env'?"],
  ["{{ a | map('uper') }}", "play.yml:3:16: there is no filter 'uper'; did you mean 'upper'?"],
  ["{{ a | selectattr('x', 'equalo', 1) }}", "play.yml:3:28: there is no test 'equalo'; did you mean 'equalto'?"],
  ['{% break %}', "play.yml:3:5: 'break' stands outside a loop"],
  ['{% set true = 1 %}', "play.yml:3:12: 'true' cannot be assigned"],
  ['{{ a ? b }}', 'play.yml:3:10: the character "?" does not belong in an expression'],
];

describe('faults', () => {
  it.each(syntax)('says what is wrong with %j and where', (source, expected) => {
    const refused = refusal(() => parseTemplate(source, at));
    expect(refused.code).toBe('template.syntax');
    expect(inLanguage(refused.say, 'en')).toBe(expected);
    expect(inLanguage(refused.say, 'fr')).toMatch(/^play\.yml:\d+:\d+: /);
    expect(inLanguage(refused.say, 'fr')).not.toBe(expected);
  });

  it('names what is undefined, and the place inside a long template', () => {
    expect(sentence(() => text('a\nb {{ x }}\n'))).toBe("play.yml:4:6: 'x' is undefined");
    expect(sentence(() => value('{{ d.a.b }}', { d: {} }))).toBe("play.yml:3:10: 'dict object' has no attribute 'a'");
    expect(refusal(() => value('{{ x }}')).details).toEqual({
      file: 'play.yml',
      line: 3,
      column: 8,
      kind: 'undefined',
    });
  });

  it('says what a person can do about an undefined name', () => {
    const { next } = refusal(() => value('{{ x }}'));
    expect(next === undefined ? '' : inLanguage(next, 'en')).toContain('default');
  });

  it.each([
    ['{{ 1 + "a" }}', "play.yml:3:10: '+' does not work between int and str; '~' joins anything as text"],
    ['{{ 1 / 0 }}', 'play.yml:3:10: division by zero'],
    ['{{ [1] < 2 }}', "play.yml:3:12: list and int have no order: '<' cannot compare them"],
    ['{{ 5 | length }}', 'play.yml:3:12: a int has no length'],
    ['{{ "x" | from_json }}', 'play.yml:3:14: this is no JSON, at line and column 1:1'],
    ['{{ "(" is search("(") }}', "play.yml:3:15: the regular expression '(' is not valid at 1: ')' is missing"],
    ['{{ "x" | b64decode }}', 'play.yml:3:14: this is no base64: its padding is wrong'],
    ['{{ range(1, 2, 3, 4) }}', 'play.yml:3:8: too many arguments'],
    ['{{ "a" | replace("b") }}', "play.yml:3:14: the argument 'new' is missing"],
    ['{{ "a" | upper(x=1) }}', "play.yml:3:14: there is no argument 'x'"],
    ['{{ 3() }}', 'play.yml:3:9: this value cannot be called'],
    ["{{ {} | json_query('a[') }}", "play.yml:3:13: json_query cannot read 'a[': it ends too early, at character 3"],
    [
      "{{ {} | json_query('a b') }}",
      "play.yml:3:13: json_query cannot read 'a b': 'b' cannot stand here, at character 3",
    ],
    [
      "{{ {} | json_query('a # b') }}",
      "play.yml:3:13: json_query cannot read 'a # b': this means nothing here, at character 3",
    ],
    [
      '{{ {} | json_query("\'a") }}',
      "play.yml:3:13: json_query cannot read ''a': there is no second ', at character 1",
    ],
    [
      "{{ {} | json_query('`\"a`') }}",
      "play.yml:3:13: json_query cannot read '`\"a`': this is no JSON, at character 1",
    ],
    ["{{ {} | json_query('foo(a)') }}", "play.yml:3:13: json_query has no function 'foo'"],
    ["{{ {} | json_query('abs()') }}", 'play.yml:3:13: json_query: abs() takes 1 arguments, and is given 0'],
    ["{{ {} | json_query('abs(@)') }}", 'play.yml:3:13: json_query: abs() needs number, not object'],
    ['{{ {} | json_query(1) }}', 'play.yml:3:13: json_query must be text, not int'],
    ["{{ lookup('pipe', 'id') }}", "play.yml:3:8: the lookup 'pipe' may not run here"],
  ])('explains %j', (source, expected) => {
    expect(sentence(() => value(source))).toBe(expected);
  });

  it('refuses to change the dict of a variable, not one of its own', () => {
    expect(sentence(() => value('{% set _ = d.update({"a": 1}) %}{{ d }}', { d: {} }))).toContain('use combine()');
    expect(value('{% set d = {} %}{% set _ = d.update({"a": 1}) %}{{ d }}')).toEqual({ a: 1 });
  });

  it('knows the variables a template reads', () => {
    const names = (source: string): string[] => [...expressionNames(parseTemplate(source, at))].sort();
    expect(
      names('{{ a.b[c] | default(d) }}{% if e is f_test_free is defined %}{% endif %}'.replace(' is f_test_free', '')),
    ).toEqual(['a', 'c', 'd', 'e']);
    expect(names('{% for x in xs if x > y %}{{ loop.index }}{{ x }}{{ z }}{% endfor %}{{ x }}')).toEqual([
      'x',
      'xs',
      'y',
      'z',
    ]);
    expect(names('{% set a = b %}{{ a }}{% macro m(p, q=r) %}{{ p }}{{ q }}{{ s }}{% endmacro %}{{ m(1) }}')).toEqual([
      'b',
      'r',
      's',
    ]);
    expect(names('{% if t %}{% set v = 1 %}{% endif %}{{ v }}')).toEqual(['t', 'v']);
    expect(names('{{ lookup("env", n) }}{% with k = w %}{{ k }}{% endwith %}')).toEqual(['lookup', 'n', 'w']);
  });
});
