import { keepsWords } from './keeping.ts';
import { type LeftOut, leftOutOf, leftOutOfBodies } from './left-out.ts';
import { type Made, namesMade, testsOf } from './origins.ts';
import { ofValue } from './pieces.ts';
import { guarded, startRun } from './render.ts';
import type { TemplateEnv } from './run/env.ts';
import { Frame } from './run/frame.ts';
import { Output } from './run/output.ts';
import type { Run } from './run/run.ts';
import { execute } from './run/statements.ts';
import type { Scope, Unknown } from './scope.ts';
import type { Expression, Statement } from './syntax/ast.ts';
import { freeNames } from './syntax/names.ts';
import type { Template } from './template.ts';
import { Undefined, type Value } from './values/value.ts';

/** A stretch of a rendered text, and where it comes from. */
export interface Stretch {
  readonly text: string;
  /** What gave it; undefined for the author's own letters, and for a block. */
  readonly expression?: Expression;
  /** The variables it is made of. */
  readonly names: ReadonlySet<string>;
  /** True where plain words are still such words in it, beside what the author wrote. */
  readonly keeps: boolean;
  /** The variable that it is, as it is. */
  readonly alone?: string;
  /** What was left out, where it is nothing by a choice; its names are those that chose. */
  readonly left?: LeftOut;
}

const nobody: ReadonlySet<string> = new Set();

/** Renders as usual, and notes what every stretch is made of. */
class Tracing extends Output {
  readonly stretches: Stretch[] = [];
  private readonly all: ReadonlySet<string>;
  private readonly made: ReadonlyMap<string, Made>;
  private readonly left = new Map<Expression, LeftOut>();

  constructor(run: Run, template: Template) {
    super(run);
    this.all = freeNames(template.body);
    this.made = namesMade(template.body);
  }

  override data(text: string): void {
    super.data(text);
    this.stretches.push({ text, names: nobody, keeps: true });
  }

  override value(given: Value, expression?: Expression): void {
    super.value(given, expression);
    const text = this.textOf(this.final(given));
    this.stretches.push(expression ? this.stretch(text, expression) : { text, names: this.all, keeps: false });
  }

  private stretch(text: string, expression: Expression): Stretch {
    const made = this.namesOf(expression);
    const by = text === '' ? this.chosenBy(made) : nobody;
    const names = by.size > 0 ? this.followed([...made, ...by]) : made;
    const keeps = keepsWords(expression) && [...names].every((name) => this.made.get(name)?.keeps !== false);
    const alone = expression.node === 'name' && !this.made.has(expression.name) ? { alone: expression.name } : {};
    const left = this.left.get(expression) ?? (by.size > 0 ? { names: made, begins: false, ends: false } : undefined);
    return { text, expression, names, keeps, ...alone, ...(left && { left: this.completed(left) }) };
  }

  /** Where nothing came of a statement that chooses, there is a stretch of what it chose by. */
  override around<Result>(statement: Statement, run: () => Result): Result {
    const from = this.stretches.length;
    const result = run();
    const choice = choiceOf(statement);
    const left = choice && leftOutOfBodies(choice.bodies);
    if (left && this.stretches.slice(from).every(({ text }) => text === ''))
      this.stretches.push({ text: '', names: this.followed(choice.by), keeps: true, left: this.completed(left) });
    return result;
  }

  /** A text put together is its parts, a choice is what was chosen. */
  override parts(expression: Expression, ask: (expression: Expression) => Value): readonly Expression[] {
    const parts = this.taken(expression, ask);
    return parts === undefined ? [expression] : parts.flatMap((part) => this.parts(part, ask));
  }

  private taken(expression: Expression, ask: (expression: Expression) => Value): readonly Expression[] | undefined {
    if (expression.node === 'concat') return expression.parts;
    if (expression.node === 'choice') return this.left.has(expression) ? undefined : this.chosen(expression, ask);
    if (expression.node === 'binary' && expression.operator === '+') {
      const sides = [expression.left, expression.right];
      return sides.every((side) => typeof ask(side) === 'string') ? sides : undefined;
    }
    if (expression.node !== 'filter' || expression.of === undefined) return undefined;
    return expression.name === 'join' ? joined(expression) : orDefault(expression, ask);
  }

  /** What was chosen; where that is nothing, a choice of nothing at all beside it, for what it was chosen by. */
  private chosen({ test, yes, no }: Choice, ask: (expression: Expression) => Value): readonly Expression[] {
    const { offset } = test;
    const holds =
      ask({ node: 'choice', test, offset, yes: literal(true, offset), no: literal(false, offset) }) === true;
    const [taken, other] = holds ? [yes, no] : [no, yes];
    const all = taken ? [taken] : [];
    if (!other || (taken && !isNothing(ask(taken)))) return all;
    const empty = literal('', offset);
    const choice: Expression = { node: 'choice', test, offset, yes: empty, no: empty };
    this.left.set(choice, leftOutOf(other));
    return [choice, ...all];
  }

  private namesOf(expression: Expression): ReadonlySet<string> {
    const piece = ofValue(expression);
    return this.followed(piece.kind === 'value' ? piece.names : []);
  }

  /** The names that chose between the places where these are made. */
  private chosenBy(names: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...names].flatMap((name) => [...(this.made.get(name)?.by ?? [])]));
  }

  private completed(left: LeftOut): LeftOut {
    return { ...left, names: this.followed(left.names) };
  }

  /** Names, with those that the names the template makes are made of. */
  private followed(all: Iterable<string>): ReadonlySet<string> {
    const names = new Set<string>();
    const add = (name: string): void => {
      if (names.has(name)) return;
      names.add(name);
      for (const one of this.made.get(name)?.names ?? []) add(one);
    };
    for (const name of all) add(name);
    return names;
  }
}

type Choice = Extract<Expression, { node: 'choice' }>;

const literal = (value: string | boolean, offset: number): Expression => ({ node: 'literal', value, offset });

/** What shows nothing in a text. */
const isNothing = (value: Value): boolean => value === '' || value === null || value instanceof Undefined;

/** What a statement chooses by, and between which bodies. */
function choiceOf(statement: Statement) {
  if (statement.node === 'if')
    return { by: testsOf(statement), bodies: [...statement.branches.map(({ body }) => body), statement.otherwise] };
  return statement.node === 'for'
    ? { by: testsOf(statement), bodies: [statement.body, statement.otherwise] }
    : undefined;
}

/** The items of a list that is written out, with what joins them. */
function joined({ of, args, offset }: Extract<Expression, { node: 'filter' }>): readonly Expression[] | undefined {
  const [between] = args.positional;
  if ((of?.node !== 'list' && of?.node !== 'tuple') || args.named.length > 0 || args.positional.length > 1)
    return undefined;
  const separator: Expression = between ?? { node: 'literal', value: '', offset };
  return of.items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
}

/** What `default` is about, where that is given; else what it says, unless that is nothing: then it is all of it. */
function orDefault(
  expression: Extract<Expression, { node: 'filter' }>,
  ask: (expression: Expression) => Value,
): readonly Expression[] | undefined {
  const [otherwise] = expression.args.positional;
  if (!['default', 'd'].includes(expression.name) || !expression.of) return undefined;
  const value = ask(expression.of);
  if (typeof value === 'string' && value !== '') return [expression.of];
  if (!(value instanceof Undefined) || !otherwise || isNothing(ask(otherwise))) return undefined;
  return [otherwise];
}

/** The text of a template in its stretches. */
export function traceTemplate(template: Template, scope: Scope, env: TemplateEnv): readonly Stretch[] | Unknown {
  const run = startRun(template.source, scope, env, template.kind === 'value');
  return guarded(run, () => {
    const tracing = new Tracing(run, template);
    execute(run, new Frame(), template.body, tracing);
    if (template.newlines > 0) tracing.data('\n'.repeat(template.newlines));
    return tracing.stretches;
  });
}
