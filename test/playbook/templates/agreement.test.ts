import { describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { type Layer, layeredScope, parseTemplate, renderText, type TemplateEnv } from '#playbook/templates/index.ts';
import { at, env, golden, goldenVariables } from './support.ts';

/** What we give, in the judge's notation: a refusal is `!`. */
function ours(source: string, variables: Layer, given: TemplateEnv): unknown {
  try {
    const template = parseTemplate(source, at, { kind: 'file' });
    return renderText(template, layeredScope([variables], given), given);
  } catch (thrown) {
    if (refusalOf(thrown) === undefined) throw thrown;
    return '!';
  }
}

const verdict = (answer: string): string => (answer.startsWith('!') ? '!' : answer);

describe('templates give what the originals give', () => {
  it('agrees with Jinja2 on every probe', () => {
    const plain: TemplateEnv = { lookups: {}, dialect: 'jinja2' };
    const probes = golden('probes');
    expect(probes).toHaveLength(71);
    for (const [source, answer] of probes) {
      const variables = {
        e: [],
        l: [1, 2],
        d: { a: 1, b: null },
        ed: {},
        s: 'abc',
        z: '',
        n: 7,
        t: true,
        f: false,
        nl: null,
        items: [{ n: 'x', on: true }, { n: 'y' }],
      };
      expect([source, ours(source, variables, plain)]).toEqual([source, verdict(answer)]);
    }
  });

  it('agrees with Ansible on whole templates', () => {
    for (const [source, answer] of golden('templates')) {
      expect([source, ours(source, goldenVariables(), env)]).toEqual([source, verdict(answer)]);
    }
  });

  it('agrees with Ansible on thousands of random expressions', () => {
    const variables = goldenVariables();
    const expressions = golden('expressions');
    expect(expressions.length).toBeGreaterThan(4000);
    const different = expressions.filter(
      ([source, answer]) => ours(`{{ [${source}] }}`, variables, env) !== verdict(answer),
    );
    expect(different).toEqual([]);
  });

  it('agrees with Ansible on thousands of JMESPath expressions', () => {
    const variables = goldenVariables();
    const queries = golden('queries');
    expect(queries.length).toBeGreaterThan(1700);
    const different = queries.filter(
      ([source, answer]) => ours(`{{ [${source}] }}`, variables, env) !== verdict(answer),
    );
    expect(different).toEqual([]);
  });
});
