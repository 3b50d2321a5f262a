import type { Json } from '#core/json.ts';
import { leadIn, namesIn, namesInAll, opens } from './behind.ts';
import { isPart } from './pieces.ts';
import { guarded, startRun } from './render.ts';
import type { TemplateEnv } from './run/env.ts';
import { evaluate } from './run/evaluate.ts';
import { Frame } from './run/frame.ts';
import { Output } from './run/output.ts';
import type { Run } from './run/run.ts';
import { execute } from './run/statements.ts';
import type { Scope, Unknown } from './scope.ts';
import type { Expression, Statement } from './syntax/ast.ts';
import { shortName } from './syntax/known.ts';
import { argumentsOf, freeNamesOf } from './syntax/names.ts';
import type { Template } from './template.ts';
import { toJson } from './values/json.ts';
import { truth } from './values/show.ts';

/** A part of a rendered text. */
export interface Span {
  readonly text: string;
  /** What a single expression gives, before it is text. */
  readonly value: Json;
  /** The variables it is made of; none where its letters are the author's, or mean nothing. */
  readonly names: readonly string[];
  /** The variable it is, and the keys to the part of it: `item.path`. */
  readonly part?: readonly string[];
  /** The filters it went through, the last one first, where it is one variable and nothing else of the author's. */
  readonly filters?: readonly string[];
  /** The variable that its text begins with, as far as that can be told. */
  readonly lead?: string;
  /** True where something is taken out of an encoding in it, or line ends are put in: more than went in may come out. */
  readonly opened?: boolean;
}

const body = (statement: Statement): boolean => ['data', 'output', 'if'].includes(statement.node);
const looping = (statement: Statement): boolean => body(statement) || statement.node === 'for';

/**
 * The parts of what a template gives, in their order, with the variables behind each. What only decides (`if`) is no
 * part. Where the template makes names of its own it is one part.
 */
export function spansOf(template: Template, scope: Scope, env: TemplateEnv): readonly Span[] | Unknown {
  const { source, body: all, kind } = template;
  const run = startRun(source, scope, env, kind === 'value');
  return guarded(run, () => {
    if (!all.every(kind === 'file' ? looping : body)) return [ofAll(run, all)];
    return all.flatMap((statement) => ofStatement(run, statement));
  });
}

/** Letters of the author's, or what means nothing. */
const plain = (text: string): Span => ({ text, value: text, names: [] });

function ofAll(run: Run, statements: readonly Statement[]): Span {
  const output = new Output(run);
  execute(run, new Frame(), statements, output);
  const text = output.text();
  return { text, value: text, names: namesInAll(statements), opened: opens(statements) };
}

function ofStatement(run: Run, statement: Statement): readonly Span[] {
  if (statement.node === 'data') return [plain(statement.text)];
  if (statement.node === 'output') return ofExpression(run, statement.value);
  if (statement.node !== 'if') return [ofAll(run, [statement])];
  const taken = statement.branches.find(({ test }) => truth(evaluate(run, new Frame(), test)));
  const chosen = taken?.body ?? statement.otherwise;
  return chosen.every(body) ? chosen.flatMap((one) => ofStatement(run, one)) : [ofAll(run, chosen)];
}

function ofExpression(run: Run, expression: Expression): readonly Span[] {
  if (expression.node === 'concat') return expression.parts.flatMap((part) => ofExpression(run, part));
  if (expression.node !== 'choice') return [ofValue(run, expression)];
  const chosen = truth(evaluate(run, new Frame(), expression.test)) ? expression.yes : expression.no;
  return chosen ? ofExpression(run, chosen) : [plain('')];
}

function ofValue(run: Run, expression: Expression): Span {
  const output = new Output(run, true);
  output.value(evaluate(run, new Frame(), expression));
  const text = output.text();
  const span = { text, value: toJson(output.native(true), run.meter), names: namesIn(expression) };
  if (span.names.length === 0) return span;
  const part = partOf(expression);
  const filters = part ? [] : filtersOf(expression);
  const lead = leadIn(expression);
  const how = { opened: opens(expression), ...(lead !== undefined && { lead }) };
  return { ...span, ...how, ...(part && { part }), ...(filters && { filters }) };
}

function partOf(expression: Expression): readonly string[] | undefined {
  if (!isPart(expression)) return undefined;
  if (expression.node === 'name') return [expression.name];
  if (expression.node === 'attribute') return [...(partOf(expression.of) ?? []), expression.name];
  if (expression.node !== 'item' || expression.key.node !== 'literal') return undefined;
  return [...(partOf(expression.of) ?? []), String(expression.key.value)];
}

function filtersOf(expression: Expression): readonly string[] | undefined {
  if (isPart(expression)) return [];
  if (expression.node !== 'filter' || expression.of === undefined) return undefined;
  if (argumentsOf(expression).some((argument) => freeNamesOf(argument).size > 0)) return undefined;
  const before = filtersOf(expression.of);
  return before && [shortName(expression.name), ...before];
}
