import { randomBytes } from 'node:crypto';
import { t } from '#core/text.ts';
import { typeMistake, valueMistake } from '../mistakes.ts';
import { below, type RandomBits, seededByInt, seededByText, systemRandom } from '../python/random.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { iterate } from '../values/iterate.ts';
import { isInt } from '../values/numbers.ts';
import { countOf, textOf, truth } from '../values/show.ts';
import { Undefined, type Value } from '../values/value.ts';

function sourceOf(run: Run, seed: Value): RandomBits {
  if (seed === null) return systemRandom(run.env.entropy ?? randomBytes);
  return isInt(seed) ? seededByInt(BigInt(seed)) : seededByText(textOf(seed, 'seed'));
}

function ofRange(source: RandomBits, end: number, start: number, step: number): Value {
  if (step === 0) throw valueMistake('random cannot step by zero', 'random ne peut pas avancer de zéro');
  const count = Math.ceil((end - start) / step);
  if (count <= 0) throw valueMistake('random has nothing to choose from', 'random n’a rien à choisir');
  return start + step * below(source, count);
}

/** Filters with chance in them; with a seed they give what Ansible gives. */
export const randoms: Builtins = {
  random: builtin('end, start=null, step=null, seed=null', (run, end, start, step, seed) => {
    const source = sourceOf(run, seed);
    if (isInt(end))
      return ofRange(source, countOf(end, 'end'), countOf(start ?? 0, 'start'), countOf(step ?? 1, 'step') || 1);
    if (start !== null || step !== null)
      throw typeMistake('start and step need a number', 'start et step attendent un nombre');
    const items = iterate(run, end);
    if (items.length === 0)
      return new Undefined('random', t('random has nothing to choose from', 'random n’a rien à choisir'));
    return items[below(source, items.length)] ?? null;
  }),
  shuffle: builtin('value, seed=null', (run, value, seed) => {
    const items = [...iterate(run, value)];
    const source = sourceOf(run, seed !== null && truth(seed) ? seed : null);
    for (let index = items.length - 1; index > 0; index -= 1) {
      const other = below(source, index + 1);
      const [one = null, two = null] = [items[index], items[other]];
      items[index] = two;
      items[other] = one;
    }
    return items;
  }),
};
