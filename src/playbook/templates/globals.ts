import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { Mistake, typeMistake, valueMistake } from './mistakes.ts';
import { formatMoment, momentNow } from './python/moments.ts';
import { builtin } from './run/builtin.ts';
import type { Builtin, Run } from './run/run.ts';
import { shortName } from './syntax/known.ts';
import { Dict } from './values/dict.ts';
import { iterate } from './values/iterate.ts';
import { toJson, wrap } from './values/json.ts';
import { countOf, show, textOf, truth } from './values/show.ts';
import { type Arguments, Callable, Namespace, Undefined, type Value, View } from './values/value.ts';

const global = (name: string, work: Builtin): readonly [string, Value] => [name, new Callable(name, work)];

function range(run: Run, first: Value, second: Value, third: Value): Value {
  const [start, stop] =
    second === null ? [0, countOf(first, 'stop')] : [countOf(first, 'start'), countOf(second, 'stop')];
  const step = third === null ? 1 : countOf(third, 'step');
  if (step === 0) throw valueMistake('range cannot step by zero', 'range ne peut pas avancer de zéro');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  run.meter.list(count);
  const items = Array.from({ length: count }, (_, index) => start + index * step);
  return new View('range', items, step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`);
}

function dict(run: Run, args: Arguments): Value {
  const [first] = args.positional;
  const made = new Dict();
  if (first instanceof Dict) for (const [key, value] of first.entries()) made.set(key, value);
  else if (first !== undefined) addPairs(run, made, first);
  for (const [key, value] of args.named) made.set(key, value);
  return made;
}

function addPairs(run: Run, made: Dict, pairs: Value): void {
  for (const pair of iterate(run, pairs)) {
    const [key, value] = iterate(run, pair);
    if (key === undefined || value === undefined) throw valueMistake('dict needs pairs', 'dict attend des paires');
    made.set(key, value);
  }
}

function namespace(run: Run, args: Arguments): Value {
  const made = dict(run, args);
  const pairs = made instanceof Dict ? made.entries() : [];
  return new Namespace(new Map(pairs.map(([key, value]) => [show(key, run.meter), value])));
}

function cycler(_run: Run, args: Arguments): Value {
  const items = args.positional;
  if (items.length === 0) throw typeMistake('cycler needs items', 'cycler attend des éléments');
  let position = 0;
  const current = (): Value => items[position] ?? null;
  const next = new Callable('next', () => {
    const item = current();
    position = (position + 1) % items.length;
    return item;
  });
  const reset = new Callable('reset', () => {
    position = 0;
    return null;
  });
  return new Callable(
    'cycler',
    () => current(),
    (name) => {
      if (name === 'current') return current();
      return name === 'next' ? next : name === 'reset' ? reset : undefined;
    },
  );
}

function joiner(run: Run, args: Arguments): Value {
  const separator = args.positional[0] ?? args.named.get('sep') ?? ', ';
  let used = false;
  return new Callable('joiner', () => {
    const text = used ? show(separator, run.meter) : '';
    used = true;
    return text;
  });
}

function lookedUp(run: Run, args: Arguments): readonly Json[] | undefined {
  const [name, ...terms] = args.positional;
  const short = shortName(textOf(name ?? null, 'lookup'));
  const lookup = Object.hasOwn(run.env.lookups, short) ? run.env.lookups[short] : undefined;
  if (lookup === undefined) {
    throw new Mistake(
      'lookup',
      t(`the lookup '${short}' may not run here`, `le lookup « ${short} » ne peut pas s’exécuter ici`),
    );
  }
  const {
    wantlist: _wantlist,
    errors: _errors,
    ...options
  } = Object.fromEntries([...args.named].map(([key, value]) => [key, toJson(value, run.meter)]));
  const call = {
    terms: terms.map((term) => toJson(term, run.meter)),
    options,
    scope: run.scope,
    at: run.source.place(run.offset),
  };
  const errors = args.named.get('errors');
  if (errors === undefined || errors === 'strict') return lookup(call);
  return quietly(() => lookup(call));
}

/** `errors='ignore'`: a lookup that fails gives nothing; anything but its own refusal still stops the template. */
function quietly(work: () => readonly Json[]): readonly Json[] | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Mistake && thrown.kind === 'budget') throw thrown;
    if (isLookupFault(thrown)) return undefined;
    throw thrown;
  }
}

const isLookupFault = (thrown: unknown): boolean =>
  thrown instanceof Mistake || (thrown instanceof Error && 'refusal' in thrown);

function lookup(run: Run, args: Arguments): Value {
  const found = lookedUp(run, args);
  const wantsList = truth(args.named.get('wantlist') ?? false);
  if (found === undefined) return wantsList ? [] : null;
  const values = found.map(wrap);
  if (wantsList || values.length === 0) return values;
  if (values.every((value) => typeof value === 'string')) return values.join(',');
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

const query: Builtin = (run, args) => lookup(run, { ...args, named: new Map([...args.named, ['wantlist', true]]) });

const now = builtin('utc=false, fmt=null', (run, utc, format) => {
  const moment = momentNow((run.env.now ?? Date.now)(), truth(utc));
  return format === null ? moment : formatMoment(moment, textOf(format, 'fmt'));
});

const undef = builtin('hint=null', (_run, hint) => {
  const say =
    hint === null ? t('this variable must be overridden', 'cette variable doit être redéfinie') : textOf(hint, 'hint');
  return new Undefined('undef', say);
});

/** The globals of plain Jinja2. */
export const jinjaGlobals: ReadonlyMap<string, Value> = new Map([
  global('range', builtin('start, stop=null, step=null', range)),
  global('dict', dict),
  global('namespace', namespace),
  global('cycler', cycler),
  global('joiner', joiner),
]);

/** The globals of Ansible's templates. */
export const ansibleGlobals: ReadonlyMap<string, Value> = new Map([
  ...jinjaGlobals,
  global('lookup', lookup),
  global('query', query),
  global('q', query),
  global('now', now),
  global('undef', undef),
]);
