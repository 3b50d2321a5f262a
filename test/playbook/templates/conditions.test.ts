import { describe, expect, it } from 'vitest';
import { evaluateCondition, evaluateExpression, type Layer, parseExpression } from '#playbook/templates/index.ts';
import { at, env, refusal, scopeOf, sentence } from './support.ts';

const variables: Layer = {
  yes_word: 'yes',
  no_word: 'no',
  empty: '',
  zero: 0,
  list: [],
  name: 'web-1',
  version: '1.10',
  result: { rc: 0, stdout: 'active', changed: true, failed: false },
  evil: "x' or lookup('pipe', 'id') or '",
  code: 'result.rc == 0',
};

const holds = (condition: string | boolean): unknown => evaluateCondition(condition, at, scopeOf(variables), env);

const cases: [string | boolean, boolean][] = [
  [true, true],
  [false, false],
  ['', true],
  ['result.rc == 0', true],
  ['result is changed', true],
  ['result is failed', false],
  ['result is succeeded and name is match("web")', true],
  ['missing is defined', false],
  ['missing is not defined', true],
  ['missing | default(false)', false],
  ['missing.deeper is undefined', true],
  ['version is version("1.9", ">")', true],
  ['name in ["web-1", "web-2"]', true],
  ['not list', true],
  ['empty', false],
  ['zero', false],
  ['yes_word', true],
  ['no_word', true],
  ['no_word | bool', false],
  ['result.stdout | length > 3', true],
  ["name is match('^web-\\d+$')", true],
  ['"{{ name }}" == "web-1"', true],
  ["'{{ name }}-x' == 'web-1-x'", true],
  ['{{ result.rc }} == 0', true],
  ['{{ name }} == "web-1"', true],
  ['{{ result.changed }}', true],
  ['{"a": {"b": 1}}.a.b == 1', true],
];

describe('conditions', () => {
  it.each(cases)('decides %j', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('refuses a name that is not defined', () => {
    const refused = refusal(() => holds('missing == 1'));
    expect(refused.code).toBe('template.undefined');
    expect(sentence(() => holds('missing == 1'))).toBe("play.yml:3:5: 'missing' is undefined");
  });

  it('never reads a value as an expression', () => {
    expect(holds("'{{ evil }}' == 'y'")).toBe(false);
    expect(holds('{{ evil }} == "y"')).toBe(false);
    expect(holds('{{ code }} == "result.rc == 0"')).toBe(true);
  });

  it('says where a condition is wrong', () => {
    expect(sentence(() => parseExpression('a = 1', at))).toBe(
      "play.yml:3:7: expected the end of the expression, found '='",
    );
    expect(sentence(() => parseExpression('a and', at))).toBe('play.yml:3:10: expected an expression, found the end');
    expect(sentence(() => parseExpression('(a', at))).toBe("play.yml:3:5: ')' is missing for what opens here");
  });

  it('gives the value of an expression', () => {
    expect(evaluateExpression('result.stdout', at, scopeOf(variables), env)).toBe('active');
    expect(evaluateExpression('[1] + list', at, scopeOf(variables), env)).toEqual([1]);
  });
});
