import { typeMistake } from '../mistakes.ts';
import { slice } from '../run/access.ts';
import type { Run } from '../run/run.ts';
import { compare, equal } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { isNumeric } from '../values/numbers.ts';
import { defined, truth } from '../values/show.ts';
import type { Value } from '../values/value.ts';
import type { Comparison, Node } from './ast.ts';
import { callFunction, Each } from './functions.ts';

/** What a JMESPath expression gives of a value. Lists and dicts alone have parts; everything else has none. */
export function query(run: Run, node: Node, value: Value): Value {
  run.meter.step();
  return run.meter.deeper(() => visit(run, node, value));
}

function visit(run: Run, node: Node, value: Value): Value {
  switch (node.node) {
    case 'current':
      return value;
    case 'literal':
      return node.value;
    case 'field':
      return value instanceof Dict ? defined(value.get(node.name) ?? null) : null;
    case 'index':
      return Array.isArray(value) ? defined(value.at(node.at) ?? null) : null;
    case 'slice':
      return Array.isArray(value) ? slice(run, value, node.start, node.stop, node.step) : null;
    case 'chain':
      return node.parts.reduce((given, part) => query(run, part, given), value);
    case 'flatten':
      return flattened(run, query(run, node.of, value));
    case 'projection':
      return projected(run, node, query(run, node.of, value));
    case 'values':
      return ofValues(run, node.each, query(run, node.of, value));
    case 'compare':
      return compared(run, node.how, query(run, node.left, value), query(run, node.right, value));
    case 'and':
    case 'or':
      return joined(run, node, value);
    case 'not':
      return negated(query(run, node.of, value));
    case 'list':
      return value === null ? null : node.items.map((item) => query(run, item, value));
    case 'dict':
      if (value === null) return null;
      return Dict.of(node.pairs.map(([key, each]) => [key, query(run, each, value)]));
    case 'call':
      return callFunction(
        run,
        node.name,
        node.args.map((arg) => argument(run, arg, value)),
      );
    case 'expression':
      throw typeMistake(
        'json_query: an expression with & stands alone; it is for functions',
        'json_query : une expression avec & est seule ; elle est faite pour les fonctions',
      );
  }
}

const argument = (run: Run, node: Node, value: Value): Value | Each =>
  node.node === 'expression' ? new Each((item) => query(run, node.of, item)) : query(run, node, value);

function flattened(run: Run, list: Value): Value {
  if (!Array.isArray(list)) return null;
  run.meter.list(list.reduce<number>((count, item) => count + (Array.isArray(item) ? item.length : 1), 0));
  return list.flat(1);
}

/** What an expression gives of each item, and null of none. */
function ofEach(run: Run, each: Node, items: readonly Value[]): Value[] {
  run.meter.list(items.length);
  return items.map((item) => query(run, each, defined(item))).filter((item) => item !== null);
}

function projected(run: Run, { each, test }: Extract<Node, { node: 'projection' }>, list: Value): Value {
  if (!Array.isArray(list)) return null;
  const items = test ? list.filter((item) => holds(query(run, test, defined(item)))) : list;
  return ofEach(run, each, items);
}

const ofValues = (run: Run, each: Node, dict: Value): Value =>
  dict instanceof Dict ? ofEach(run, each, dict.values()) : null;

/** JMESPath's truth: numbers are always true. */
const holds = (value: Value): boolean => isNumeric(value) || truth(value);

const negated = (value: Value): boolean => !holds(value);

function joined(run: Run, { node, left, right }: Extract<Node, { node: 'and' | 'or' }>, value: Value): Value {
  const first = query(run, left, value);
  return holds(first) === (node === 'or') ? first : query(run, right, value);
}

const ordered = (value: Value): boolean => typeof value === 'string' || isNumeric(value);

/** Equality never mixes booleans with numbers; order is for numbers and texts alone, and null for anything else. */
function compared(run: Run, how: Comparison, left: Value, right: Value): Value {
  if (how === '==' || how === '!=') {
    const same = (typeof left === 'boolean') === (typeof right === 'boolean') && equal(left, right, run.meter);
    return same === (how === '==');
  }
  if (!ordered(left) || !ordered(right)) return null;
  const order = compare(left, right, run.meter);
  if (how === '<') return order < 0;
  if (how === '<=') return order <= 0;
  return how === '>' ? order > 0 : order >= 0;
}
