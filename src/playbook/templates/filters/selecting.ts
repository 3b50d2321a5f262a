import { t } from '#core/text.ts';
import { Mistake } from '../mistakes.ts';
import type { Builtins } from '../run/builtin.ts';
import type { Builtin, Run } from '../run/run.ts';
import { iterate } from '../values/iterate.ts';
import { textOf, truth } from '../values/show.ts';
import type { Arguments, Value } from '../values/value.ts';
import { reader } from './attributes.ts';

const missing = (en: string, fr: string): Mistake => new Mistake('type', t(en, fr));

/** What is empty or None gives nothing to walk over, as in Jinja2. */
const itemsOf = (run: Run, value: Value): readonly Value[] => (truth(value) ? iterate(run, value) : []);

/** A test by name on a value; plain truth when no name is given. */
function tester(run: Run, [name, ...rest]: readonly Value[], named: Arguments['named']): (value: Value) => boolean {
  if (name === undefined) return truth;
  const test = textOf(name, 'test');
  return (value) => truth(run.test(test, { positional: [value, ...rest], named }));
}

const select =
  (wanted: boolean): Builtin =>
  (run, { positional: [items = null, ...rest], named }) => {
    const passes = tester(run, rest, named);
    return itemsOf(run, items).filter((item) => passes(item) === wanted);
  };

const selectAttribute =
  (wanted: boolean): Builtin =>
  (run, { positional: [items = null, path, ...rest], named }) => {
    if (path === undefined) throw missing('the name of the attribute is missing', 'il manque le nom de l’attribut');
    const read = reader(run, path);
    const passes = tester(run, rest, named);
    return itemsOf(run, items).filter((item) => passes(read(item)) === wanted);
  };

const map: Builtin = (run, { positional: [items = null, name, ...rest], named }) => {
  const path = named.get('attribute');
  if (name === undefined && path !== undefined) {
    const read = reader(run, path, named.get('default') ?? null);
    return itemsOf(run, items).map(read);
  }
  if (name === undefined) throw missing('map needs a filter or attribute=', 'map attend un filtre ou attribute=');
  const filter = textOf(name, 'filter');
  return itemsOf(run, items).map((item) => run.filter(filter, { positional: [item, ...rest], named }));
};

/** Filters that apply others: `map`, `select` and their kin. */
export const selecting: Builtins = {
  map,
  select: select(true),
  reject: select(false),
  selectattr: selectAttribute(true),
  rejectattr: selectAttribute(false),
};
