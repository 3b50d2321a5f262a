import { typeMistake, valueMistake } from '../mistakes.ts';
import { item } from '../run/access.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { equal, sorted } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { defined, repr, textOf, truth, typeName } from '../values/show.ts';
import { isSequence, Tuple, Undefined, type Value } from '../values/value.ts';
import { ignoreCase } from './attributes.ts';
import { flattened } from './sequences.ts';

const MERGES: ReadonlySet<string> = new Set(['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp']);

function dictOf(value: Value, what: string): Dict {
  const given = defined(value);
  if (given instanceof Dict) return given;
  throw typeMistake(
    `${what} needs a dict, not ${typeName(given)}`,
    `${what} attend un dictionnaire, pas ${typeName(given)}`,
  );
}

function mergeLists(run: Run, low: readonly Value[], high: readonly Value[], how: string): Value {
  run.meter.list(low.length + high.length);
  const present = (value: Value): boolean => high.some((other) => equal(value, other, run.meter));
  if (how === 'keep') return [...low];
  if (how === 'append') return [...low, ...high];
  if (how === 'prepend') return [...high, ...low];
  if (how === 'append_rp') return [...low.filter((value) => !present(value)), ...high];
  return how === 'prepend_rp' ? [...high, ...low.filter((value) => !present(value))] : [...high];
}

function merge(run: Run, low: Dict, high: Dict, recursive: boolean, how: string): Dict {
  if (low.size === 0 || equal(low, high, run.meter)) return high.copy();
  const merged = low.copy();
  for (const [key, value] of high.entries()) {
    run.meter.step();
    merged.set(key, mergeMember(run, low.get(key), value, recursive, how));
  }
  return merged;
}

function mergeMember(run: Run, low: Value | undefined, high: Value, recursive: boolean, how: string): Value {
  if (low instanceof Dict && high instanceof Dict && recursive) {
    return run.meter.deeper(() => merge(run, low, high, recursive, how));
  }
  return Array.isArray(low) && Array.isArray(high) ? mergeLists(run, low, high, how) : high;
}

const combine = builtin('*dicts, recursive=false, list_merge="replace"', (run, given, recursive, how) => {
  const listMerge = textOf(how, 'list_merge');
  if (!MERGES.has(listMerge))
    throw valueMistake(`list_merge cannot be '${listMerge}'`, `list_merge ne peut pas être « ${listMerge} »`);
  const dicts = flattened(run, iterate(run, given), 1).map((value) => dictOf(value, 'combine'));
  const [first = new Dict(), ...rest] = dicts;
  return rest.reduce((merged, next) => merge(run, merged, next, truth(recursive), listMerge), first.copy());
});

const dictsort = builtin(
  'value, case_sensitive=false, by="key", reverse=false',
  (run, value, sensitive, by, reverse) => {
    const index = by === 'key' ? 0 : by === 'value' ? 1 : undefined;
    if (index === undefined)
      throw valueMistake("dictsort sorts by 'key' or 'value'", 'dictsort trie par « key » ou « value »');
    const key = (pair: readonly [Value, Value]): Value => (truth(sensitive) ? pair[index] : ignoreCase(pair[index]));
    return sorted(dictOf(value, 'dictsort').entries(), key, truth(reverse), run.meter).map((pair) => new Tuple(pair));
  },
);

const items2dict = builtin('value, key_name="key", value_name="value"', (run, value, keyName, valueName) => {
  if (!isSequence(value)) throw typeMistake('items2dict needs a list', 'items2dict attend une liste');
  return Dict.of(
    iterate(run, value).map((each): [Value, Value] => {
      const member = (name: Value): Value => {
        const found = dictOf(each, 'items2dict').get(name);
        if (found !== undefined) return found;
        throw valueMistake(
          `items2dict: an item has no ${repr(name, run.meter)}`,
          `items2dict : un élément n’a pas de ${repr(name, run.meter)}`,
        );
      };
      return [member(keyName), member(valueName)];
    }),
  );
});

const extract = builtin('key, container, morekeys=null', (run, key, container, more) => {
  const keys = more === null ? [key] : Array.isArray(more) ? [key, ...more] : [key, more];
  return keys.reduce((value: Value, each) => item(run, value, each), container);
});

function under(run: Run, element: Value, path: readonly string[], skipMissing: boolean): readonly Value[] {
  let value = element;
  for (const name of path) {
    const next = dictOf(value, 'subelements').get(name);
    if (next === undefined && skipMissing) return [];
    if (next === undefined) {
      throw valueMistake(
        `subelements: there is no key '${name}' in ${repr(value, run.meter)}`,
        `subelements : pas de clé « ${name} » dans ${repr(value, run.meter)}`,
      );
    }
    value = next;
  }
  if (Array.isArray(value)) return value;
  throw typeMistake(
    `subelements: '${path.join('.')}' is no list`,
    `subelements : « ${path.join('.')} » n’est pas une liste`,
  );
}

/** Ansible's `subelements`, for the filter and the lookup. */
export function subelementsOf(run: Run, value: Value, path: Value, skipMissing: boolean): Tuple[] {
  const elements = value instanceof Dict ? value.values() : iterate(run, value);
  const names = Array.isArray(path)
    ? path.map((name) => textOf(name, 'subelements'))
    : textOf(path, 'subelements').split('.');
  return elements.flatMap((element) =>
    under(run, element, names, skipMissing).map((each) => new Tuple([element, each])),
  );
}

const rekey = builtin('data, key, duplicates="error"', (run, given, key, duplicates) => {
  const made = new Dict();
  const elements = given instanceof Dict ? given.values() : iterate(run, given);
  for (const element of elements) {
    const id = dictOf(element, 'rekey_on_member').get(key);
    if (id === undefined)
      throw valueMistake(`there is no key ${repr(key, run.meter)}`, `pas de clé ${repr(key, run.meter)}`);
    if (made.has(id) && duplicates !== 'overwrite') {
      throw valueMistake(
        `the key ${repr(id, run.meter)} is not unique`,
        `la clé ${repr(id, run.meter)} n’est pas unique`,
      );
    }
    made.set(id, element);
  }
  return made;
});

/** Filters over dicts. */
export const dicts: Builtins = {
  combine,
  dictsort,
  items: builtin('value', (_run, value) => {
    if (value instanceof Undefined) return [];
    return dictOf(value, 'items')
      .entries()
      .map((pair) => new Tuple(pair));
  }),
  dict2items: builtin('value, key_name="key", value_name="value"', (_run, value, keyName, valueName) =>
    dictOf(value, 'dict2items')
      .entries()
      .map(([key, each]) =>
        Dict.of([
          [keyName, key],
          [valueName, each],
        ]),
      ),
  ),
  items2dict,
  extract,
  subelements: builtin('value, subelements, skip_missing=false', (run, value, path, skip) =>
    subelementsOf(run, value, path, truth(skip)),
  ),
  rekey_on_member: rekey,
};
