import { describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import { type Lookups, layeredScope, parseTemplate, pureLookups, renderTemplate } from '#playbook/templates/index.ts';
import { at, refusal } from './support.ts';

const given: Lookups = {
  ...pureLookups,
  env: ({ terms }) => terms.map((term) => ({ HOME: '/root', LIST: '[1]' })[String(term)] ?? ''),
  file: () => {
    throw new Fault({ code: 'step.no_file', say: 'there is no such file' });
  },
  lines: ({ options }) => ['{{ not_a_template }}', JSON.stringify(options)],
};

const render = (source: string) => {
  const env = { lookups: given };
  return renderTemplate(parseTemplate(source, at), layeredScope([{ a: 1, other: 2 }], env), env);
};

describe('lookups', () => {
  it('joins texts with commas, and gives a list when one is wanted', () => {
    expect(render("{{ lookup('env', 'HOME') }}")).toBe('/root');
    expect(render("{{ lookup('env', 'HOME', 'HOME') }}")).toBe('/root,/root');
    expect(render("{{ query('env', 'HOME') }}")).toEqual(['/root']);
    expect(render("{{ lookup('env', 'HOME', wantlist=true) }}")).toEqual(['/root']);
    expect(render("{{ lookup('ansible.builtin.env', 'HOME') }}")).toBe('/root');
  });

  it('never renders what a lookup gave', () => {
    expect(render("{{ query('lines', 'x') | first }}")).toBe('{{ not_a_template }}');
  });

  it('gives a lookup its options', () => {
    expect(render("{{ query('lines', 'x', split=true, n=[1]) | last | from_json }}")).toEqual({ split: true, n: [1] });
  });

  it('runs only what it was given', () => {
    expect(refusal(() => render("{{ lookup('pipe', 'id') }}")).code).toBe('template.lookup');
    expect(refusal(() => render("{{ lookup(['pipe'][0], 'id') }}")).code).toBe('template.lookup');
    expect(refusal(() => render("{{ lookup('constr' ~ 'uctor') }}")).code).toBe('template.lookup');
  });

  it('passes on the fault of a lookup, unless told to ignore it', () => {
    expect(refusal(() => render("{{ lookup('file', 'x') }}")).code).toBe('step.no_file');
    expect(render("{{ lookup('file', 'x', errors='ignore') }}")).toBeNull();
    expect(render("{{ query('file', 'x', errors='warn') }}")).toEqual([]);
    expect(refusal(() => render("{{ lookup('pipe', 'x', errors='ignore') }}")).code).toBe('template.lookup');
  });

  it('reads variables by name', () => {
    expect(render("{{ lookup('vars', 'a') }}")).toBe(1);
    expect(render("{{ query('varnames', '^o') }}")).toEqual(['other']);
    expect(refusal(() => render("{{ lookup('vars', 'zz') }}")).code).toBe('template.undefined');
  });
});
