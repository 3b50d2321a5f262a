import { readFileSync } from 'node:fs';
import { refusalOf } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import {
  type Layer,
  layeredScope,
  parseTemplate,
  pureLookups,
  renderTemplate,
  renderText,
  type Scope,
  type TemplateEnv,
} from '#playbook/templates/index.ts';
import type { Position } from '#playbook/tree.ts';

/** Where the templates of these tests stand. */
export const at: Position = { file: 'play.yml', line: 3, column: 5 };

/** Lookups that touch nothing. */
export const env: TemplateEnv = { lookups: pureLookups };

/** Plain values as variables. */
export const scopeOf = (variables: Layer, given: TemplateEnv = env): Scope => layeredScope([variables], given);

/** A value of a playbook, rendered. */
export const value = (source: string, variables: Layer = {}): unknown =>
  renderTemplate(parseTemplate(source, at), scopeOf(variables), env);

/** A template file, rendered. */
export const text = (source: string, variables: Layer = {}): unknown =>
  renderText(parseTemplate(source, at, { kind: 'file' }), scopeOf(variables), env);

/** The English sentence of the fault that work ends in. */
export const sentence = (work: () => unknown): string => {
  const { say } = refusal(work);
  return typeof say === 'string' ? say : say.en;
};

/** The refusal that work ends in. Anything else thrown is thrown on. */
export const refusal = (work: () => unknown): NonNullable<ReturnType<typeof refusalOf>> => {
  try {
    const given = work();
    throw new Error(`nothing was refused: ${JSON.stringify(given)}`);
  } catch (thrown) {
    const found = refusalOf(thrown);
    if (found === undefined) throw thrown;
    return found;
  }
};

/** Pairs of a source and what the judge answered. */
export const golden = (name: string): [string, string][] =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8'));

/** The variables the judge had. */
export const goldenVariables = (): Record<string, Json> =>
  JSON.parse(readFileSync(new URL('golden/variables.json', import.meta.url), 'utf8'));
