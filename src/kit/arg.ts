import type { Text } from '#core/text.ts';

/** The kinds of argument a command can take. */
export type ArgKind =
  | 'word'
  | 'text'
  | 'words'
  | 'number'
  | 'duration'
  | 'date'
  | 'choice'
  | 'flag'
  | 'host'
  | 'hosts'
  | 'playbook'
  | 'vars'
  | 'secret'
  | 'command';

/**
 * What the core lists by itself for completion and forms, cut to what who types may see: `metrics` and `logs` are the
 * targets of these, `figures` those of the target before it; `running` and `resumable` are runs; `orders` wait for the word.
 */
export type Listed =
  | 'commands'
  | 'orders'
  | 'runs'
  | 'running'
  | 'resumable'
  | 'people'
  | 'metrics'
  | 'figures'
  | 'logs';

/**
 * How an argument is described: everything else (help, completion, forms, checks) follows from it.
 * `T` is what `answer` and `plan` receive.
 */
export interface Arg<T> {
  readonly kind: ArgKind;
  readonly about: Text;
  readonly required: boolean;
  readonly default?: T;
  /** May be written as `--name value` only, never by position. */
  readonly named: boolean;
  /** A word that may stand before it: `to` in `deploy shop v2 to web`. */
  readonly after?: string;
  readonly choices?: readonly string[];
  /** Values offered by completion and forms, from the plugin's settings, when they are not fixed. */
  readonly suggest?: (settings: never) => readonly string[];
  /** Values that the core lists. */
  readonly lists?: Listed;
  /** Of hosts: where a value of an earlier argument is at home, as a pattern; other hosts are not offered after it. */
  readonly hostsOf?: (settings: never) => Readonly<Record<string, string>>;
  /** Where `suggest` lists all there is: what is said instead of asking for it when that is nothing. */
  readonly none?: Text;
  readonly min?: number;
  readonly max?: number;
  /** Never set; carries the type. */
  readonly type?: T;
}

interface Options<T> {
  readonly about: Text;
  readonly default?: T;
  readonly named?: boolean;
  readonly after?: string;
}

interface Optional {
  readonly optional: true;
}

type Extra = Partial<Pick<Arg<never>, 'choices' | 'suggest' | 'lists' | 'hostsOf' | 'none' | 'min' | 'max'>>;

/** An argument kind's constructor: with `optional: true` the value may be undefined. */
interface Make<T, More = object> {
  (options: Options<T> & More & Optional): Arg<T | undefined>;
  (options: Options<T> & More): Arg<T>;
}

const make =
  <T, More extends object = object>(kind: ArgKind): Make<T, More> =>
  (options: Options<T> & More & { readonly optional?: true }): Arg<never> => {
    const { about, optional, named = false, ...rest } = options;
    const required = optional !== true && options.default === undefined;
    return { kind, about, required, named, ...(rest as Extra) } as Arg<never>;
  };

/** Something whose values the plugin's settings list. */
type Suggesting = { readonly suggest?: (settings: never) => readonly string[]; readonly none?: Text };
type Listing = Pick<Arg<never>, 'lists'>;
type Bounded = { readonly min?: number; readonly max?: number };

/** The argument kinds, by name. Durations arrive in milliseconds, dates as ms since the epoch. */
export const arg = {
  /** One word or one quoted string. */
  word: make<string, Suggesting & Listing>('word'),
  /** The rest of the line, as typed. */
  text: make<string>('text'),
  /** All remaining words. */
  words: make<readonly string[], Listing>('words'),
  number: make<number, Bounded & Listing>('number'),
  /** `15m`, `2h`, `1d`, `90 s`; milliseconds. */
  duration: make<number, Bounded>('duration'),
  date: make<number>('date'),
  flag: make<boolean>('flag'),
  /** One host of the inventory, checked. */
  host: make<string>('host'),
  /** Hosts by an inventory pattern; arrives as the names it selects, never empty. */
  hosts: make<readonly string[], Pick<Arg<never>, 'hostsOf'>>('hosts'),
  /** A playbook of the playbooks folder, by its path; the extension is there only where two files would have that name. */
  playbook: make<string>('playbook'),
  /** Remaining `key=value` pairs; values are plain strings. */
  vars: make<Readonly<Record<string, string>>>('vars'),
  /** The name of a secret of the configuration; the value itself is never typed, shown or stored. */
  secret: make<string>('secret'),
  /** The name of a command. */
  command: make<string>('command'),
  /** One of a fixed list. */
  choice: <const C extends string>(
    options: Options<C> & { readonly choices: readonly C[]; readonly optional?: true },
  ): Arg<C> => make<C>('choice')(options) as Arg<C>,
};

/** The arguments of a command, by name, in the order they may be written. */
export type Args = Readonly<Record<string, Arg<unknown>>>;

/** What a command receives for its arguments. */
export type Values<A extends Args> = { readonly [K in keyof A]: A[K] extends Arg<infer T> ? T : never };
