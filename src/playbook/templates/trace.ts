import { keepsWords } from './keeping.ts';
import { type Made, namesMade } from './origins.ts';
import { ofValue } from './pieces.ts';
import { guarded, startRun } from './render.ts';
import type { TemplateEnv } from './run/env.ts';
import { Frame } from './run/frame.ts';
import { Output } from './run/output.ts';
import type { Run } from './run/run.ts';
import { execute } from './run/statements.ts';
import type { Scope, Unknown } from './scope.ts';
import type { Expression } from './syntax/ast.ts';
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
}

const nobody: ReadonlySet<string> = new Set();

/** Renders as usual, and notes what every stretch is made of. */
class Tracing extends Output {
  readonly stretches: Stretch[] = [];
  private readonly all: ReadonlySet<string>;
  private readonly made: ReadonlyMap<string, Made>;

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
    const names = this.namesOf(expression);
    const keeps = keepsWords(expression) && [...names].every((name) => this.made.get(name)?.keeps !== false);
    const alone = expression.node === 'name' && !this.made.has(expression.name) ? { alone: expression.name } : {};
    return { text, expression, names, keeps, ...alone };
  }

  /** A text put together is its parts, a choice is what was chosen. */
  override parts(expression: Expression, ask: (expression: Expression) => Value): readonly Expression[] {
    const parts = this.taken(expression, ask);
    return parts === undefined ? [expression] : parts.flatMap((part) => this.parts(part, ask));
  }

  private taken(expression: Expression, ask: (expression: Expression) => Value): readonly Expression[] | undefined {
    if (expression.node === 'concat') return expression.parts;
    if (expression.node === 'choice') return chosen(expression, ask);
    if (expression.node === 'binary' && expression.operator === '+') {
      const sides = [expression.left, expression.right];
      return sides.every((side) => typeof ask(side) === 'string') ? sides : undefined;
    }
    if (expression.node !== 'filter' || expression.of === undefined) return undefined;
    return expression.name === 'join' ? joined(expression) : orDefault(expression, ask);
  }

  private namesOf(expression: Expression): ReadonlySet<string> {
    const piece = ofValue(expression);
    const names = new Set<string>();
    const add = (name: string): void => {
      if (names.has(name)) return;
      names.add(name);
      for (const one of this.made.get(name)?.names ?? []) add(one);
    };
    if (piece.kind === 'value') for (const name of piece.names) add(name);
    return names;
  }
}

function chosen(
  { test, yes, no }: Extract<Expression, { node: 'choice' }>,
  ask: (expression: Expression) => Value,
): readonly Expression[] | undefined {
  const { offset } = test;
  const [holds, fails] = [true, false].map((value): Expression => ({ node: 'literal', value, offset }));
  if (holds && ask({ node: 'choice', test, offset, yes: holds, no: fails }) === true) return [yes];
  return no === undefined ? [] : [no];
}

/** The items of a list that is written out, with what joins them. */
function joined({ of, args, offset }: Extract<Expression, { node: 'filter' }>): readonly Expression[] | undefined {
  const [between] = args.positional;
  if ((of?.node !== 'list' && of?.node !== 'tuple') || args.named.length > 0 || args.positional.length > 1)
    return undefined;
  const separator: Expression = between ?? { node: 'literal', value: '', offset };
  return of.items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
}

/** What `default` is about, where that is given; else what it says. */
function orDefault(
  expression: Extract<Expression, { node: 'filter' }>,
  ask: (expression: Expression) => Value,
): readonly Expression[] | undefined {
  const [otherwise] = expression.args.positional;
  if (!['default', 'd'].includes(expression.name) || !expression.of) return undefined;
  const value = ask(expression.of);
  if (typeof value === 'string' && value !== '') return [expression.of];
  return value instanceof Undefined && otherwise ? [otherwise] : undefined;
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
