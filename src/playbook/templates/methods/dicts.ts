import { typeMistake, valueMistake } from '../mistakes.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { repr } from '../values/show.ts';
import { orElse, Tuple, type Value, View } from '../values/value.ts';

const self = (value: Value): Dict => {
  if (value instanceof Dict) return value;
  throw typeMistake('this is no dict', 'ce n’est pas un dictionnaire');
};

/** The dict, if the template made it: what shows a variable is not changed, for others read it too. */
function own(value: Value, method: string): Dict {
  const dict = self(value);
  if (!dict.shared) return dict;
  throw typeMistake(
    `'${method}' would change a variable; use combine(), or a dict made in this template`,
    `« ${method} » changerait une variable ; utilisez combine(), ou un dictionnaire créé dans ce modèle`,
  );
}

const pairsOf = (dict: Dict): Tuple[] => dict.entries().map((pair) => new Tuple(pair));

function update(run: Run, dict: Dict, value: Value): void {
  if (value instanceof Dict) {
    for (const [key, each] of value.entries()) dict.set(key, each);
    return;
  }
  for (const pair of iterate(run, value)) {
    const [key, each] = iterate(run, pair);
    if (key === undefined || each === undefined) throw valueMistake('update needs pairs', 'update attend des paires');
    dict.set(key, each);
  }
}

const missingKey = (run: Run, key: Value): Error =>
  valueMistake(`the dict has no key ${repr(key, run.meter)}`, `le dictionnaire n’a pas de clé ${repr(key, run.meter)}`);

/** Methods of dicts. */
export const dictMethods: Builtins = {
  keys: builtin('self', (_run, dict) => new View('dict_keys', self(dict).keys())),
  values: builtin('self', (_run, dict) => new View('dict_values', self(dict).values())),
  items: builtin('self', (_run, dict) => new View('dict_items', pairsOf(self(dict)))),
  get: builtin('self, key, default=null', (_run, dict, key, byDefault) => orElse(self(dict).get(key), byDefault)),
  copy: builtin('self', (_run, dict) => self(dict).copy()),
  fromkeys: builtin('self, keys, value=null', (run, _dict, keys, value) =>
    Dict.of(iterate(run, keys).map((key): [Value, Value] => [key, value])),
  ),
  update: builtin('self, other=null, **named', (run, dict, other, named) => {
    const target = own(dict, 'update');
    if (other instanceof Dict || Array.isArray(other) || other instanceof Tuple || other instanceof View)
      update(run, target, other);
    update(run, target, named);
    return null;
  }),
  setdefault: builtin('self, key, default=null', (_run, dict, key, byDefault) => {
    const known = self(dict).get(key);
    if (known !== undefined) return known;
    own(dict, 'setdefault').set(key, byDefault);
    return byDefault;
  }),
  pop: builtin('self, key, *default', (run, dict, key, byDefault) => {
    const known = own(dict, 'pop').remove(key);
    const fallback = byDefault instanceof Tuple ? byDefault.items[0] : undefined;
    if (known !== undefined) return known;
    if (fallback === undefined) throw missingKey(run, key);
    return fallback;
  }),
  popitem: builtin('self', (run, dict) => {
    const last = own(dict, 'popitem').entries().at(-1);
    if (last === undefined) throw missingKey(run, 'popitem');
    self(dict).remove(last[0]);
    return new Tuple(last);
  }),
  clear: builtin('self', (_run, dict) => {
    for (const key of own(dict, 'clear').keys()) self(dict).remove(key);
    return null;
  }),
};
