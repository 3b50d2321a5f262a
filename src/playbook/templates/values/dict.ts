import { typeMistake } from '../mistakes.ts';
import { isFloat, isNumeric, toNumber } from './numbers.ts';
import { Moment, Tuple, type Value, View } from './value.ts';

/** Reads one member of the JSON object behind a dict. */
export type Wrap = (json: unknown) => Value;

/** The key under which Python finds a value: 1, 1.0 and True are one key, '1' is another. */
export function keyOf(value: Value): string {
  if (typeof value === 'string') return `s${value}`;
  if (value === null) return 'z';
  if (typeof value === 'boolean') return value ? 'n1' : 'n0';
  if (isNumeric(value)) return `n${isFloat(value) ? toNumber(value) : value}`;
  if (value instanceof View && value.kind === 'range') return `r${value.label}`;
  if (value instanceof Moment) return `m${value.utc}.${value.microseconds}`;
  if (value instanceof Tuple) return `t${value.items.map((item) => JSON.stringify(keyOf(item))).join()}`;
  throw typeMistake(
    'a list or a dict cannot be a key of a dict',
    'une liste ou un dictionnaire ne peut pas être une clé de dictionnaire',
  );
}

/** True for what can be a key: no list, no dict, no tuple that holds one. */
export const isHashable = (value: Value): boolean => {
  if (value instanceof Tuple) return value.items.every(isHashable);
  if (value instanceof View) return value.kind === 'range';
  return !Array.isArray(value) && !(value instanceof Dict);
};

/** An ordered dict. Over a JSON object it reads members when they are asked for, so that a big one costs nothing. */
export class Dict {
  private readonly members = new Map<string, [Value, Value]>();
  private source: Readonly<Record<string, unknown>> | undefined;
  private readonly wrap: Wrap | undefined;
  /** True when it shows a variable: templates may read it, not change it. */
  readonly shared: boolean;

  constructor(source?: Readonly<Record<string, unknown>>, wrap?: Wrap) {
    this.source = source;
    this.wrap = wrap;
    this.shared = source !== undefined;
  }

  /** A dict of these pairs; a later pair wins. */
  static of(pairs: Iterable<readonly [Value, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of pairs) dict.set(key, value);
    return dict;
  }

  get(key: Value): Value | undefined {
    const id = keyOf(key);
    const member = this.members.get(id);
    if (member !== undefined) return member[1];
    if (this.source === undefined) return undefined;
    const name = this.nameIn(this.source, key);
    return name === undefined ? undefined : this.read(this.source, name);
  }

  has(key: Value): boolean {
    if (this.members.has(keyOf(key))) return true;
    return this.source !== undefined && this.nameIn(this.source, key) !== undefined;
  }

  set(key: Value, value: Value): void {
    this.materialise();
    const id = keyOf(key);
    const before = this.members.get(id);
    this.members.set(id, [before === undefined ? key : before[0], value]);
  }

  remove(key: Value): Value | undefined {
    this.materialise();
    const id = keyOf(key);
    const member = this.members.get(id);
    this.members.delete(id);
    return member?.[1];
  }

  keys(): Value[] {
    if (this.source !== undefined) return Object.keys(this.source);
    return [...this.members.values()].map(([key]) => key);
  }

  values(): Value[] {
    return this.entries().map(([, value]) => value);
  }

  entries(): [Value, Value][] {
    this.materialise();
    return [...this.members.values()];
  }

  get size(): number {
    return this.source === undefined ? this.members.size : Object.keys(this.source).length;
  }

  /** A shallow copy that the template owns. */
  copy(): Dict {
    return Dict.of(this.entries());
  }

  private materialise(): void {
    const source = this.source;
    if (source === undefined) return;
    const pairs = Object.keys(source).map((name): [Value, Value] => [name, this.read(source, name)]);
    this.members.clear();
    for (const [key, value] of pairs) this.members.set(keyOf(key), [key, value]);
    this.source = undefined;
  }

  /** JSON has only text keys: `ports[80]` finds the member written `80:`. */
  private nameIn(source: Readonly<Record<string, unknown>>, key: Value): string | undefined {
    const name = typeof key === 'number' || typeof key === 'bigint' ? `${key}` : key;
    return typeof name === 'string' && Object.hasOwn(source, name) ? name : undefined;
  }

  private read(source: Readonly<Record<string, unknown>>, name: string): Value {
    const id = `s${name}`;
    const known = this.members.get(id);
    if (known !== undefined) return known[1];
    const value = this.wrap === undefined ? null : this.wrap(source[name]);
    this.members.set(id, [name, value]);
    return value;
  }
}
