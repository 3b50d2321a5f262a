import { describe, expect, it } from 'vitest';
import { NO_FLAGS } from '#playbook/templates/regex/ast.ts';
import { Regex, Subject } from '#playbook/templates/regex/regex.ts';
import { DEFAULT_BUDGET, Meter } from '#playbook/templates/run/budget.ts';
import { refusal, text } from './support.ts';

const groups = (pattern: string, subject: string, flags = NO_FLAGS): unknown => {
  const found = new Regex(pattern, flags).search(new Subject(subject), new Meter(DEFAULT_BUDGET));
  return found === undefined ? null : found.groups.map((group) => group ?? null);
};

// Every answer is Python's `re.search(pattern, text)`: the whole match and its groups.
const cases: [string, string, unknown][] = [
  ['a+?b', 'aab', ['aab']],
  ['(a)|(b)', 'b', ['b', null, 'b']],
  ['(?P<x>\\d+)-(?P=x)', '12-12', ['12-12', '12']],
  ['^b', 'a\nb', null],
  ['(?m)^b', 'a\nb', ['b']],
  ['a$', 'a\n', ['a']],
  ['a\\Z', 'a\n', null],
  ['a\\Z', 'ba', ['a']],
  ['\\Ab', 'ab', null],
  ['(?s)a.b', 'a\nb', ['a\nb']],
  ['a.b', 'a\nb', null],
  ['(?i)ÀB', 'àb', ['àb']],
  ['(?x) a \\  b # comment\n c', 'a bc', ['a bc']],
  ['(?:ab){2,3}', 'abababab', ['ababab']],
  ['a{,2}', 'aaa', ['aa']],
  ['a{2', 'a{2', ['a{2']],
  ['(?=ab)a', 'ab', ['a']],
  ['a(?!b)', 'abac', ['a']],
  ['(?<=x)a', 'axa', ['a']],
  ['(?<!x)a', 'xaa', ['a']],
  ['(?>a+)ab', 'aaab', null],
  ['a++b', 'aab', ['aab']],
  ['a++a', 'aaa', null],
  ['(a)?(?(1)b|c)', 'ab', ['ab', 'a']],
  ['(a)?(?(1)b|c)', 'c', ['c', null]],
  ['[]a]+', 'x]a', [']a']],
  ['[^]a]+', ']xa', ['x']],
  ['[a\\-z]+', 'b-', ['-']],
  ['[\\w.]+@[\\w.]+', 'to a.b@c.d!', ['a.b@c.d']],
  ['\\bword\\b', 'a word.', ['word']],
  ['\\B-\\B', ' - ', ['-']],
  ['\\w+', 'été!', ['été']],
  ['(?a)\\w+', 'été!', ['t']],
  ['(?a)\\bt', 'été', ['t']],
  ['(?ai)[É]', 'é', null],
  ['\\d+', '٣4', ['٣4']],
  ['\\x41\\u00e9', 'Aé', ['Aé']],
  ['(a*)*', 'aab', ['aa', '']],
  ['(a|b)*?c', 'abc', ['abc', 'b']],
  ['(?i:A)b', 'ab', ['ab']],
  ['(?i:A)B', 'ab', null],
  ['.', '😀', ['😀']],
  ['(x)(y)?(z)', 'xz', ['xz', 'x', null, 'z']],
  ['\\0', 'a\0', ['\0']],
  ['(?#comment)a', 'a', ['a']],
  ['', 'a', ['']],
];

describe('regular expressions are those of Python', () => {
  it.each(cases)('%j on %j', (pattern, subject, expected) => {
    expect(groups(pattern, subject)).toEqual(expected);
  });

  it.each([
    '(',
    ')',
    '[',
    '*',
    'a**',
    '\\',
    '\\q',
    '(?P<1>a)',
    '(?P=x)',
    '(?<=a+)b',
    '[z-a]',
    'a{3,2}',
    '(?z)',
    '(?P<a>x)(?P<a>y)',
    '\\1',
    'x{70000}',
  ])('refuses %j', (pattern) => {
    expect(refusal(() => text('{{ "a" is search(p) }}', { p: pattern })).code).toBe('template.value');
  });

  it('finds empty matches as Python does', () => {
    expect(text("{{ 'baac' | regex_replace('a*', '-') }}")).toBe('-b--c-');
    expect(text("{{ 'abc' | regex_replace('', '.') }}")).toBe('.a.b.c.');
    expect(text("{{ 'ab' | regex_findall('x*') }}")).toBe("['', '', '']");
  });

  it('walks over a large text in a moment', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `key${index} = value ${index}`).join('\n');
    expect(text("{{ lines | regex_findall('^key\\\\d*99 = (.*)$', multiline=true) | length }}", { lines })).toBe('200');
  });
});
