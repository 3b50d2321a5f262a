import { describe, expect, it } from 'vitest';
import {
  DEFAULT_BUDGET,
  evaluateCondition,
  layeredScope,
  parseTemplate,
  renderTemplate,
} from '#playbook/templates/index.ts';
import { at, env, refusal, scopeOf, text, value } from './support.ts';

const attempts = [
  "{{ ''.__class__ }}",
  "{{ ''.constructor }}",
  "{{ {}['constructor'] }}",
  '{{ {}.__proto__ }}',
  '{{ [].__proto__.polluted }}',
  "{{ '{0.__class__}'.format('x') }}",
  "{{ '{0.constructor}'.format([]) }}",
  "{{ '{0[__proto__]}'.format({}) }}",
  "{{ '{x.__globals__}'.format(x=lookup) }}",
  '{{ lookup.constructor }}',
  "{{ range.constructor('return process')() }}",
  "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
  '{{ self.__init__.__globals__ }}',
  "{{ ''['__class__']['__mro__'] }}",
  '{{ loop.constructor }}',
  '{% macro m() %}{% endmacro %}{{ m.constructor }}',
  "{{ [{}] | map(attribute='constructor') | list }}",
  "{{ [{}] | map(attribute='__proto__.x') | list }}",
  '{{ ({} | dict2items).constructor }}',
  '{{ namespace(a=1).__proto__ }}',
  '{{ process }}',
  '{{ globalThis }}',
  '{{ require }}',
  '{{ this }}',
  '{{ _self }}',
];

const unknownNames = [
  "{{ ['a'] | map('constructor') | list }}",
  "{{ ['a'] | select('toString') | list }}",
  '{{ 1 | __proto__ }}',
  '{{ 1 is hasOwnProperty }}',
  "{{ lookup('constructor') }}",
];

const bomb = (end: string): string =>
  `{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l ${end} }}`;

const expensive = [
  '{{ range(10 ** 9) }}',
  "{{ 'x' * 10 ** 9 }}",
  '{{ [0] * 10 ** 9 }}',
  '{{ 10 ** (10 ** 10) }}',
  '{{ 2 ** 1000000 }}',
  "{{ 'a'.center(10 ** 9) }}",
  "{{ '%1000000000d' % 1 }}",
  "{{ '{:1000000000}'.format(1) }}",
  "{{ '{:{w}}'.format(1, w=1000000000) }}",
  "{{ 'a\\nb' | indent(10 ** 9) }}",
  "{{ (['x' * 1000000] * 1000) | join }}",
  "{{ ('x' * 1000000).replace('x', 'y' * 1000) }}",
  '{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}{% endfor %}{% endfor %}{% endfor %}',
  '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
  '{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}',
  '{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}',
  bomb(''),
  bomb('| to_json'),
  bomb('| flatten | length'),
  '{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}',
  '{% set l = [] %}{% do l.append(l) %}{{ l }}',
  '{% set l = [] %}{% do l.append(l) %}{{ l | to_yaml | length }}{{ l }}',
  '{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}',
  '{{ range(12) | permutations | length }}',
  '{{ range(100) | product(range(100), range(100), range(100)) | length }}',
  `{{ '${'['.repeat(20_000)}' | from_json }}`,
  '{% for i in range(1000000) %}{% set x = (2 ** 9999) * (2 ** 9999) %}{% endfor %}',
  '{% for i in range(1000000) %}{% set x = (2 ** 19999) // 7 %}{% endfor %}',
  '{% for i in range(1000000) %}{% set x = (2 ** 19999) % 7 %}{% endfor %}',
  '{% set y = 2 ** 19999 %}{% for i in range(1000000) %}{% set x = y ~ "" %}{% endfor %}',
  '{% set y = 2 ** 19999 %}{% for i in range(1000000) %}{% set x = "%d" % y %}{% endfor %}',
  '{% set y = 2 ** 19999 %}{% for i in range(1000000) %}{% set x = [y] | to_json %}{% endfor %}',
  '{% set ns = namespace(n=2 ** 19999) %}{% for i in range(1000000) %}{% set ns.n = ns.n + ns.n %}{% endfor %}',
  '{{ 2 ** 20001 }}',
  '{{ (2 ** 19999) ** 2 }}',
  `{{ ('---\\n' * 500000) | from_yaml_all | list | length }}`,
  `{{ ('- a\\n' * 300000) | from_yaml | length }}`,
  `{{ [1] | json_query(${"'[@, @][] | ' * 60 ~ '@'"}) }}`,
  `{{ [1] | json_query(${"'[@, @] | ' * 60 ~ '@'"}) }}`,
  `{{ [1] | json_query(${"'[@, @] | ' * 60 ~ 'to_string(@)'"}) }}`,
  `{{ [[1], [1]] | json_query('[[0]' ~ '.[@, @]' * 60 ~ ', [1]' ~ '.[@, @]' * 60 ~ '] | [0] == [1]') }}`,
  `{{ {'a': 'xxxxxxxxxx'} | json_query(${"'a | ' ~ 'join(@, [@, @, @, @]) | ' * 30 ~ '@'"}) }}`,
  "{{ range(1000) | list | json_query('map(&map(&@, `[[1, 2, 3, 4, 5, 6, 7, 8]]`[]), [@, @, @][][])') | json_query('[*][*].[[@, @, @][], [@, @, @]] | [*][*]') | json_query('map(&map(&map(&[@, @], @), @), [@, @, @, @, @][])') }}",
  `{{ range(1000) | list | json_query('[?contains($, @)]' | replace('$', '\`' ~ range(1000) | list | to_json ~ '\`')) | json_query('[*].[@, @][] | [*].[@, @][] | sort(@)') | json_query(${"'[] | sort(@) | ' * 600 ~ '@'"}) }}`,
];

const patterns = [
  "{{ ('a' * 100) is match('(a+)+b') }}",
  "{{ ('a' * 40) | regex_replace('(a|a)*b', '') }}",
  "{{ ('a' * 100000) | regex_findall('(a*)*b') }}",
  "{{ ('ab' * 50000) | regex_search('(?:a|b|ab)*c') }}",
  "{{ ('a' * 5000) is search('(.*)(.*)(.*)(.*)x$') }}",
];

const deep = [
  `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
  `{{ ${'['.repeat(5000)}${']'.repeat(5000)} }}`,
  `{{ ${'-'.repeat(50_000)}1 }}`,
  `{{ ${'not '.repeat(50_000)}1 }}`,
  `{{ 1${'+1'.repeat(100_000)} }}`,
  `{{ {}${'.a'.repeat(100_000)} }}`,
  `{{ 1${'|abs'.repeat(50_000)} }}`,
  "{{ 1 | json_query('(' * 5000) }}",
  "{{ 1 | json_query('!' * 50000 ~ 'a') }}",
  "{{ 1 | json_query('a' ~ '[*]' * 50000) }}",
  "{{ 1 | json_query('a' ~ '||a' * 50000) }}",
  "{{ 1 | json_query('`' ~ '[' * 50000 ~ '`') }}",
  `${'{% if 1 %}'.repeat(5000)}${'{% endif %}'.repeat(5000)}`,
];

const quick = [
  "{{ [1, 2, 3] | shuffle(seed='x' * 4000000) | length }}",
  "{% for i in range(2000) %}{% set x = ('9' * 4300) | int %}{% endfor %}",
  "{{ ('<' * 2000000) | striptags | length }}",
  "{{ ('a-' * 100000) | wordwrap(5) | length }}",
  "{{ ('\\n' * 500000 ~ 'x') | length }}",
  "{{ ('/' * 1000000 ~ 'a/b') | dirname | length }}",
  "{{ ('1' * 100000) | float }}",
  "{{ ('_1' * 100000) | int(7) }}",
  "{{ '[' ~ '1,' * 100000 ~ ']' }}",
  "{{ ('%(' * 100000) | default('') | length }}",
  "{{ '{:,}'.format(2 ** 19000) | length }}",
  "{{ ('=' * 1000000 ~ 'a') | b64encode | length }}",
  "{{ 1 | json_query('a' ~ '.a' * 100000) }}",
];

/** Rendered with fewer steps than usual, so that many of them are soon done. */
const within = (steps: number, source: string): unknown => {
  const given = { ...env, budget: { ...DEFAULT_BUDGET, steps } };
  return renderTemplate(parseTemplate(source, at, { kind: 'file' }), layeredScope([{}], given), given);
};

describe('hostile templates', () => {
  it.each(attempts)('finds nothing of the host process in %j', (source) => {
    expect(['template.undefined', 'template.value']).toContain(refusal(() => text(source)).code);
  });

  it.each(unknownNames)('has no builtin of JavaScript behind %j', (source) => {
    expect(refusal(() => text(source)).code).toBe('template.syntax');
  });

  it('leaves the prototypes of JavaScript as they are', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    value("{{ {'__proto__': {'polluted': 1}} }}");
    value("{{ [{'key': '__proto__', 'value': {'polluted': 1}}] | items2dict }}");
    value("{{ {} | combine({'__proto__': {'polluted': 1}}, recursive=true) }}");
    value('{{ \'{"__proto__": {"polluted": 1}}\' | from_json }}');
    value("{{ '__proto__: {polluted: 1}' | from_yaml }}");
    text('{% set ns = namespace() %}{% set ns.__proto__ = {"polluted": 1} %}');
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
    expect('polluted' in {}).toBe(false);
  });

  it.each(expensive)('stops %j within its budget', (source) => {
    expect(refusal(() => within(300_000, source)).code).toBe('template.budget');
  });

  it('stops the worst within seconds when nobody chose a budget', () => {
    const start = performance.now();
    expect(refusal(() => text(bomb('| to_json'))).code).toBe('template.budget');
    expect(refusal(() => text("{{ ('a' * 100) is match('(a+)+b') }}")).code).toBe('template.budget');
    expect(performance.now() - start).toBeLessThan(60_000);
  });

  it.each(patterns)('stops the pattern of %j within its budget', (source) => {
    expect(refusal(() => within(300_000, source)).code).toBe('template.budget');
  });

  it.each(deep.map((source) => [source.slice(0, 20), source]))(
    'refuses the depth of %j without exhausting the stack',
    (_name, source) => {
      expect(['template.syntax', 'template.budget', 'template.undefined']).toContain(refusal(() => text(source)).code);
    },
  );

  it.each(quick)('takes no quadratic time over %j', (source) => {
    const start = performance.now();
    text(source);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it.each(["{{ ('9' * 5000) | from_json }}", "{{ ('9' * 5000) | from_yaml }}", `{{ ${'9'.repeat(5000)} }}`])(
    'refuses %.20j…, a number longer than Python reads, at its place',
    (source) => {
      const told = refusal(() => text(source));
      expect(told.code).toBe('template.value');
      expect(JSON.stringify(told.say)).toMatch(/:\d+:\d+: .*more than 4300 digits/);
    },
  );

  it('honours a smaller budget', () => {
    const small = { ...env, budget: { steps: 100, characters: 50, depth: 5, items: 10 } };
    const render = (source: string) => () =>
      renderTemplate(parseTemplate(source, at), layeredScope([{}], small), small);
    expect(refusal(render('{{ range(11) }}')).code).toBe('template.budget');
    expect(refusal(render("{{ 'x' * 51 }}")).code).toBe('template.budget');
    expect(render('{{ range(5) | sum }}')()).toBe(10);
  });

  it('takes whatever a person typed as a value', () => {
    const typed = [
      '{{ 7 * 7 }}',
      '{% raw %}',
      "'; rm -rf / #",
      '{{',
      '}}',
      '\0\u202e😀',
      '${env:HOME}',
      'a'.repeat(100_000),
    ];
    for (const word of typed) {
      expect(value('{{ word }}', { word })).toBe(word);
      expect(text('<{{ word }}>', { word })).toBe(`<${word}>`);
      expect(evaluateCondition('word == other', at, scopeOf({ word, other: word }), env)).toBe(true);
    }
  });
});
