import { typeMistake } from '../mistakes.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Builtin } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { asNumeric, toNumber } from '../values/numbers.ts';
import { defined, truth, typeName } from '../values/show.ts';
import type { Value } from '../values/value.ts';

const onResult = (name: string, work: (result: Dict) => boolean): Builtin =>
  builtin('result', (_run, given) => {
    const result = defined(given);
    if (result instanceof Dict) return work(result);
    throw typeMistake(
      `'${name}' needs the result of a task, not ${typeName(result)}`,
      `« ${name} » attend le résultat d’une tâche, pas ${typeName(result)}`,
    );
  });

const flag = (result: Dict, name: string): boolean => truth(result.get(name) ?? false);

const isOne = (value: Value | undefined): boolean => {
  const number = value === undefined ? undefined : asNumeric(value);
  return number !== undefined && toNumber(number) === 1;
};

function changed(result: Dict): boolean {
  if (result.has('changed')) return flag(result, 'changed');
  const results = result.get('results');
  if (!Array.isArray(results) || !(results[0] instanceof Dict)) return false;
  return results.some((each) => each instanceof Dict && flag(each, 'changed'));
}

const failed = onResult('failed', (result) => flag(result, 'failed'));
const succeeded = onResult('succeeded', (result) => !flag(result, 'failed'));
const isChanged = onResult('changed', changed);
const skipped = onResult('skipped', (result) => flag(result, 'skipped'));

/** Tests of registered results. */
export const resultTests: Builtins = {
  failed,
  failure: failed,
  succeeded,
  success: succeeded,
  successful: succeeded,
  changed: isChanged,
  change: isChanged,
  skipped,
  skip: skipped,
  unreachable: onResult('unreachable', (result) => flag(result, 'unreachable')),
  reachable: onResult('reachable', (result) => !flag(result, 'unreachable')),
  started: onResult('started', (result) => !result.has('started') || isOne(result.get('started'))),
  finished: onResult('finished', (result) => !result.has('finished') || isOne(result.get('finished'))),
};
