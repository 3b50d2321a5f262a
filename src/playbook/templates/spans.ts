import { leadIn, namesIn, namesInAll, opens } from './behind.ts';
import { type Made, namesMade } from './origins.ts';
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
import { truth } from './values/show.ts';
import type { Value } from './values/value.ts';

/** A part of a rendered text. */
export interface Span {
  readonly text: string;
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
  /** The variables by which it was chosen, too, where it is nothing or dots: no name of a path. */
  readonly chosen?: readonly string[];
}

const body = (statement: Statement): boolean => ['data', 'output', 'if'].includes(statement.node);

/**
 * The parts of what a template gives, in their order, with the variables behind each. What only decides (`if`) is no
 * part.
 */
export function spansOf(template: Template, scope: Scope, env: TemplateEnv): readonly Span[] | Unknown {
  const { source, body: all, kind } = template;
  const run = startRun(source, scope, env, kind === 'value');
  return guarded(run, () => {
    if (!all.every(body)) return ofAll(run, all);
    return all.flatMap((statement) => ofStatement(run, statement));
  });
}

/** Letters of the author's, or what means nothing. */
const plain = (text: string): Span => ({ text, names: [] });

const isNoName = (text: string): boolean => /^[./\s]*$/.test(text);

/** Spans of what was chosen, with what it was chosen by where they are no name. */
function chosenBy(names: Iterable<string>, spans: readonly Span[]): readonly Span[] {
  if (!isNoName(spans.map(({ text }) => text).join(''))) return spans;
  const [first = plain(''), ...rest] = spans;
  return [{ ...first, chosen: [...(first.chosen ?? []), ...names] }, ...rest];
}

const namesOfAll = (expressions: readonly Expression[]): readonly string[] =>
  expressions.flatMap((one) => [...freeNamesOf(one)]);

/** Statements that make names of their own, or repeat: what they put out, each time. */
function ofAll(run: Run, statements: readonly Statement[]): readonly Span[] {
  const parting = new Parting(run, statements);
  execute(run, new Frame(), statements, parting);
  return parting.spans;
}

/** Renders as usual, and notes what every part is made of. */
class Parting extends Output {
  readonly spans: Span[] = [];
  private readonly statements: readonly Statement[];
  private readonly made: ReadonlyMap<string, Made>;
  private readonly known = new Map<Expression | undefined, Omit<Span, 'text'>>();

  constructor(run: Run, statements: readonly Statement[]) {
    super(run);
    this.statements = statements;
    this.made = namesMade(statements);
  }

  override data(text: string): void {
    super.data(text);
    this.spans.push(plain(text));
  }

  override value(given: Value, expression?: Expression): void {
    super.value(given, expression);
    const text = this.textOf(this.final(given));
    const known = this.known.get(expression) ?? this.originOf(expression);
    this.known.set(expression, known);
    const chosen = expression && isNoName(text) ? { chosen: this.followed(freeNamesOf(expression)) } : {};
    this.spans.push({ text, ...known, ...chosen });
  }

  override around<Result>(statement: Statement, run: () => Result): Result {
    const from = this.spans.length;
    const result = run();
    const by = statement.node === 'for' || statement.node === 'if' ? namesOfAll(testsOf(statement)) : [];
    this.spans.push(...chosenBy(this.followed(by), this.spans.splice(from)));
    return result;
  }

  /** A text put together is its parts. */
  override parts(expression: Expression): readonly Expression[] {
    return expression.node === 'concat' ? expression.parts.flatMap((part) => this.parts(part)) : [expression];
  }

  /** Of a block nobody knows what came into it. */
  private originOf(expression?: Expression): Omit<Span, 'text'> {
    if (!expression) return { names: namesInAll(this.statements), opened: opens(this.statements) };
    const names = this.followed(namesIn(expression));
    if (![...freeNamesOf(expression)].some((name) => this.made.has(name))) return { ...howOf(expression), names };
    const filters = filtersOf(expression);
    return { names, opened: opens(this.statements), ...(filters && { filters }) };
  }

  private followed(all: Iterable<string>): readonly string[] {
    const names = new Set<string>();
    for (const name of all) this.follow(name, names);
    return [...names];
  }

  private follow(name: string, names: Set<string>): void {
    if (names.has(name)) return;
    names.add(name);
    for (const one of this.made.get(name)?.names ?? []) this.follow(one, names);
  }
}

/** What a statement chooses by. */
const testsOf = (statement: Extract<Statement, { node: 'for' | 'if' }>): readonly Expression[] =>
  statement.node === 'if'
    ? statement.branches.map(({ test }) => test)
    : [statement.items, ...(statement.test ? [statement.test] : [])];

function ofStatement(run: Run, statement: Statement): readonly Span[] {
  if (statement.node === 'data') return [plain(statement.text)];
  if (statement.node === 'output') return ofExpression(run, statement.value);
  if (statement.node !== 'if') return ofAll(run, [statement]);
  const taken = statement.branches.find(({ test }) => truth(evaluate(run, new Frame(), test)));
  const chosen = taken?.body ?? statement.otherwise;
  const spans = chosen.every(body) ? chosen.flatMap((one) => ofStatement(run, one)) : ofAll(run, chosen);
  return chosenBy(namesOfAll(testsOf(statement)), spans);
}

function ofExpression(run: Run, expression: Expression): readonly Span[] {
  if (expression.node === 'concat') return expression.parts.flatMap((part) => ofExpression(run, part));
  if (expression.node !== 'choice') return [ofValue(run, expression)];
  const chosen = truth(evaluate(run, new Frame(), expression.test)) ? expression.yes : expression.no;
  return chosenBy(freeNamesOf(expression.test), chosen ? ofExpression(run, chosen) : []);
}

function ofValue(run: Run, expression: Expression): Span {
  const output = new Output(run, true);
  output.value(evaluate(run, new Frame(), expression));
  const text = output.text();
  const chosen = isNoName(text) ? { chosen: [...freeNamesOf(expression)] } : {};
  const span = { text, names: namesIn(expression), ...chosen };
  return span.names.length === 0 ? span : { ...span, ...howOf(expression) };
}

/** How an expression's text is made of its variables. */
function howOf(expression: Expression): Pick<Span, 'opened' | 'lead' | 'part' | 'filters'> {
  const part = partOf(expression);
  const filters = part ? [] : filtersOf(expression);
  const lead = leadIn(expression);
  return {
    opened: opens(expression),
    ...(lead !== undefined && { lead }),
    ...(part && { part }),
    ...(filters && { filters }),
  };
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
