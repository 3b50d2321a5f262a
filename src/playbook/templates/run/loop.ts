import { t } from '#core/text.ts';
import { Mistake, typeMistake } from '../mistakes.ts';
import type { StatementOf } from '../syntax/ast.ts';
import { equal } from '../values/compare.ts';
import { iterate } from '../values/iterate.ts';
import { truth } from '../values/show.ts';
import { type Arguments, Callable, orElse, Tuple, Undefined, type Value } from '../values/value.ts';
import { evaluate } from './evaluate.ts';
import { Frame } from './frame.ts';
import { Output } from './output.ts';
import type { Run } from './run.ts';
import { assign, execute } from './statements.ts';

type For = StatementOf<'for'>;

/** What `loop` knows of one walk over items. */
class Loop {
  index0 = 0;
  private last: Value | undefined;
  private readonly items: readonly Value[];
  private readonly depth0: number;
  private readonly recurse: ((run: Run, items: Value, depth: number) => Value) | undefined;

  constructor(items: readonly Value[], depth0: number, recurse: Loop['recurse']) {
    this.items = items;
    this.depth0 = depth0;
    this.recurse = recurse;
  }

  /** The value templates see under the name `loop`. */
  readonly value = new Callable(
    'loop',
    (run, args) => this.again(run, args),
    (name) => this.attribute(name),
  );

  private attribute(name: string): Value | undefined {
    const counts: Readonly<Record<string, Value>> = {
      index: this.index0 + 1,
      index0: this.index0,
      revindex: this.items.length - this.index0,
      revindex0: this.items.length - this.index0 - 1,
      first: this.index0 === 0,
      last: this.index0 === this.items.length - 1,
      length: this.items.length,
      depth: this.depth0 + 1,
      depth0: this.depth0,
    };
    if (Object.hasOwn(counts, name)) return counts[name];
    if (name === 'previtem') return this.neighbour(this.index0 - 1, 'previous', 'précédent');
    if (name === 'nextitem') return this.neighbour(this.index0 + 1, 'next', 'suivant');
    if (name === 'cycle') return new Callable('cycle', (_run, args) => this.cycle(args));
    return name === 'changed' ? new Callable('changed', (run, args) => this.changed(run, args)) : undefined;
  }

  private neighbour(index: number, en: string, fr: string): Value {
    const there = index >= 0 ? this.items[index] : undefined;
    return orElse(there, new Undefined(`${en}item`, t(`there is no ${en} item`, `il n’y a pas d’élément ${fr}`)));
  }

  private cycle(args: Arguments): Value {
    const value = args.positional[this.index0 % args.positional.length];
    if (value === undefined) throw typeMistake('cycle needs items', 'cycle attend des éléments');
    return value;
  }

  private changed(run: Run, args: Arguments): Value {
    const now = new Tuple(args.positional);
    const same = this.last !== undefined && equal(this.last, now, run.meter);
    this.last = now;
    return !same;
  }

  private again(run: Run, args: Arguments): Value {
    const [items] = args.positional;
    if (this.recurse === undefined || items === undefined) {
      throw new Mistake('type', t("the loop is not 'recursive'", 'la boucle n’est pas « recursive »'));
    }
    return this.recurse(run, items, this.depth0 + 1);
  }
}

/** The items that pass the loop's own `if`. */
function chosen(run: Run, frame: Frame, statement: For, items: readonly Value[]): readonly Value[] {
  const { test } = statement;
  if (test === undefined) return items;
  return items.filter((item) => {
    const inner = new Frame(frame);
    assign(run, inner, statement.target, item);
    return truth(evaluate(run, inner, test));
  });
}

/** Runs a `for`, its `else` when there was nothing to walk over. */
export function runLoop(run: Run, frame: Frame, statement: For, output: Output): void {
  const items = iterate(run, evaluate(run, frame, statement.items));
  walk(run, frame, statement, items, 0, output);
}

function walk(run: Run, frame: Frame, statement: For, all: readonly Value[], depth: number, output: Output): void {
  const items = chosen(run, frame, statement, all);
  if (items.length === 0) execute(run, new Frame(frame), statement.otherwise, output);
  const loop = new Loop(items, depth, statement.recursive ? recursion(frame, statement) : undefined);
  for (const [index, item] of items.entries()) {
    run.meter.step();
    loop.index0 = index;
    const inner = new Frame(frame);
    inner.set('loop', loop.value);
    assign(run, inner, statement.target, item);
    if (execute(run, inner, statement.body, output) === 'break') return;
  }
}

function recursion(frame: Frame, statement: For): (run: Run, items: Value, depth: number) => Value {
  return (run, items, depth) => {
    const output = new Output(run);
    walk(run, frame, statement, iterate(run, items), depth, output);
    return output.text();
  };
}
