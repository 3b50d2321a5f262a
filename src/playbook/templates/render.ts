import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Position } from '../tree.ts';
import { faultAt, Mistake, UnknownMet } from './mistakes.ts';
import { ansibleRegistry, jinjaRegistry } from './registry.ts';
import type { TemplateEnv } from './run/env.ts';
import { evaluate } from './run/evaluate.ts';
import { Frame } from './run/frame.ts';
import { Output } from './run/output.ts';
import { Run } from './run/run.ts';
import { execute } from './run/statements.ts';
import { isUnknown, type Scope, type Unknown, unknown } from './scope.ts';
import type { Statement } from './syntax/ast.ts';
import type { Source } from './syntax/source.ts';
import { type Condition, hasTemplate, parseExpression, parseTemplate, type Template } from './template.ts';
import { toJson } from './values/json.ts';
import { show, truth } from './values/show.ts';
import { countAtEnd } from './values/text.ts';
import { Float, type Value } from './values/value.ts';

/** Filters whose result stays text, whatever it looks like. */
const TEXT_FILTERS: ReadonlySet<string> = new Set(['string', 'to_json', 'to_nice_json', 'to_yaml', 'to_nice_yaml']);

/** Runs work in the machine; every way it can stop becomes a Fault with its place, or an Unknown. */
export function guarded<T>(run: Run, work: () => T): T | Unknown {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof UnknownMet) return unknown(thrown.because);
    const where = thrown instanceof Mistake && thrown.where !== undefined ? thrown.where : run;
    const at = where.source.place(where.offset);
    if (thrown instanceof Mistake) throw faultAt(thrown.kind, thrown.say, at, thrown);
    // The only ranges a template can leave are the stack's and the longest text's.
    if (thrown instanceof RangeError) {
      throw faultAt(
        'budget',
        t('the template is nested too deep or too big', 'le modèle est trop imbriqué ou trop grand'),
        at,
        thrown,
      );
    }
    throw thrown;
  }
}

/** One rendering, about to begin. */
export function startRun(source: Source, scope: Scope, env: TemplateEnv, converts: boolean): Run {
  const registry = env.dialect === 'jinja2' ? jinjaRegistry : ansibleRegistry;
  return new Run({ scope, env, registry, source, converts });
}

/** True when the template itself says that it is text. */
function staysText(body: readonly Statement[], scope: Scope): boolean {
  const [only] = body;
  if (body.length !== 1 || only?.node !== 'output') return false;
  if (only.value.node === 'filter') return TEXT_FILTERS.has(only.value.name);
  return only.value.node === 'name' && scope.textual?.(only.value.name) === true;
}

/** True when a template's result is text because it says so: see `Scope.textual`. */
export const isTextual = (template: Template, scope: Scope): boolean => staysText(template.body, scope);

const withNewlines = (text: string, wanted: number): string => {
  const has = countAtEnd(text, '\n');
  return wanted > has ? text + '\n'.repeat(wanted - has) : text;
};

/** True for an expression with a line end after it; a variable alone is its value all the same, as in Ansible. */
function endsLine({ body, newlines }: Template): boolean {
  const [only] = body;
  return newlines > 0 && !(only?.node === 'output' && only.value.node === 'name');
}

/** What becomes text where its line end is kept; a list or a boolean loses it, as in Ansible. */
const isNumber = (value: Value): boolean =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Float;

/** A template's value with its type: a single expression gives what it is, anything around it makes text. */
export function renderTemplate(template: Template, scope: Scope, env: TemplateEnv): Json | Unknown {
  const run = startRun(template.source, scope, env, template.kind === 'value');
  return guarded(run, () => {
    const output = new Output(run, template.body.length === 1);
    execute(run, new Frame(), template.body, output);
    const given = output.native(staysText(template.body, scope));
    const value = endsLine(template) && isNumber(given) ? show(given, run.meter) : given;
    return toJson(typeof value === 'string' ? withNewlines(value, template.newlines) : value, run.meter);
  });
}

/** A template file's text. */
export function renderText(template: Template, scope: Scope, env: TemplateEnv): string | Unknown {
  const run = startRun(template.source, scope, env, false);
  return guarded(run, () => {
    const output = new Output(run);
    execute(run, new Frame(), template.body, output);
    return withNewlines(output.text(), template.newlines);
  });
}

function renderString(text: string, at: Position, scope: Scope, env: TemplateEnv): Json | Unknown {
  return hasTemplate(text) ? renderTemplate(parseTemplate(text, at), scope, env) : text;
}

const keyOf = (key: Json): string => (typeof key === 'string' ? key : JSON.stringify(key));

function renderEntries(
  value: { readonly [key: string]: Json },
  at: Position,
  scope: Scope,
  env: TemplateEnv,
): Json | Unknown {
  const entries: [string, Json][] = [];
  for (const [written, inner] of Object.entries(value)) {
    const key = renderString(written, at, scope, env);
    if (isUnknown(key)) return key;
    const rendered = renderValue(inner, at, scope, env);
    if (isUnknown(rendered)) return rendered;
    entries.push([keyOf(key), rendered]);
  }
  return Object.fromEntries(entries);
}

/** Renders what an author wrote, every string in it, keys too. An Unknown anywhere makes the whole Unknown. */
export function renderValue(value: Json, at: Position, scope: Scope, env: TemplateEnv): Json | Unknown {
  if (typeof value === 'string') return renderString(value, at, scope, env);
  if (value === null || typeof value !== 'object') return value;
  if (!isList(value)) return renderEntries(value, at, scope, env);
  const items: Json[] = [];
  for (const item of value) {
    const rendered = renderValue(item, at, scope, env);
    if (isUnknown(rendered)) return rendered;
    items.push(rendered);
  }
  return items;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function inCondition<T>(condition: Condition, scope: Scope, env: TemplateEnv, work: (run: Run) => T): T | Unknown {
  const run = startRun(condition.source, scope, env, true);
  return guarded(run, () => work(run));
}

/** The value of a bare expression, as `debug: var=` shows it. */
export function evaluateExpression(expression: string, at: Position, scope: Scope, env: TemplateEnv): Json | Unknown {
  const condition = parseExpression(expression, at);
  return inCondition(condition, scope, env, (run) =>
    toJson(evaluate(run, new Frame(), condition.expression), run.meter),
  );
}

/**
 * A condition: `when`, `until`, `changed_when`, `failed_when`, `assert`. A bare expression, with Python's truth: any text
 * that is not empty is true, `'no'` included, as in Ansible since 2.12. An empty condition is true.
 */
export function evaluateCondition(
  expression: string | boolean,
  at: Position,
  scope: Scope,
  env: TemplateEnv,
): boolean | Unknown {
  if (typeof expression === 'boolean') return expression;
  if (expression.trim() === '') return true;
  const condition = parseExpression(expression, at);
  return inCondition(condition, scope, env, (run) => truth(evaluate(run, new Frame(), condition.expression)));
}
