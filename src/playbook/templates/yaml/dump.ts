import { typeMistake } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { sorted } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { bitsOf, floatText, isFloat, isNumeric, toNumber } from '../values/numbers.ts';
import { defined, momentText, typeName } from '../values/show.ts';
import { Moment, Tuple, type Value, View } from '../values/value.ts';
import { analyse } from './analyse.ts';
import { resolves } from './resolve.ts';
import { Writer } from './writer.ts';

/** How YAML is written; `flow` undefined lets short collections of plain values be written in one line. */
export interface DumpOptions {
  readonly indent: number;
  readonly width: number;
  readonly flow: boolean | undefined;
  readonly sortKeys: boolean;
  readonly explicitStart: boolean;
  readonly explicitEnd: boolean;
}

/** A node of the document, as PyYAML's representer makes it. */
type Node =
  | { readonly kind: 'scalar'; readonly text: string; readonly isText: boolean; readonly tag: string }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly flow: boolean; anchor?: string }
  | {
      readonly kind: 'dict';
      readonly pairs: readonly (readonly [Node, Node])[];
      readonly flow: boolean;
      anchor?: string;
    }
  | { readonly kind: 'again'; readonly of: { anchor?: string } };

const scalar = (text: string, tag: string): Node => ({ kind: 'scalar', text, isText: tag === 'str', tag: `!!${tag}` });

function numberNode(value: number | bigint | Exclude<Value, null | boolean | string>): Node {
  if (!isNumeric(value)) return scalar('', 'null');
  if (!isFloat(value)) return scalar(`${value}`, 'int');
  const number = toNumber(value);
  if (Number.isNaN(number)) return scalar('.nan', 'float');
  if (!Number.isFinite(number)) return scalar(number > 0 ? '.inf' : '-.inf', 'float');
  const text = floatText(number);
  return scalar(text.includes('.') || !text.includes('e') ? text : text.replace('e', '.0e'), 'float');
}

/** Turns values into nodes; the same list or dict twice becomes an anchor and an alias. */
class Representer {
  private readonly known = new Map<Value, Node & { anchor?: string }>();
  private readonly options: DumpOptions;
  private readonly meter: Meter;

  constructor(options: DumpOptions, meter: Meter) {
    this.options = options;
    this.meter = meter;
  }

  node(given: Value): Node {
    const value = defined(given);
    this.meter.step();
    if (value === null) return scalar('null', 'null');
    if (typeof value === 'boolean') return scalar(value ? 'true' : 'false', 'bool');
    if (typeof value === 'string') return scalar(value, 'str');
    if (typeof value === 'bigint') this.meter.whole(bitsOf(value));
    if (isNumeric(value)) return numberNode(value);
    if (value instanceof Moment) return scalar(momentText(value), 'timestamp');
    return this.collection(value);
  }

  private collection(value: Value): Node {
    const known = this.known.get(value);
    if (known !== undefined) return { kind: 'again', of: known };
    const made = this.meter.deeper(() => this.make(value));
    if (!(value instanceof Tuple && value.items.length === 0)) this.known.set(value, made);
    return made;
  }

  private make(value: Value): Node {
    if (Array.isArray(value)) return this.list(value);
    if (value instanceof Tuple || value instanceof View) return this.list(value.items);
    if (value instanceof Dict) return this.dict(value);
    throw typeMistake(
      `a ${typeName(value)} cannot be written as YAML`,
      `un objet « ${typeName(value)} » ne s’écrit pas en YAML`,
    );
  }

  private flow(nodes: readonly Node[]): boolean {
    return this.options.flow ?? nodes.every((node) => node.kind === 'scalar');
  }

  private list(items: readonly Value[]): Node {
    const nodes = items.map((item) => this.node(item));
    return { kind: 'list', items: nodes, flow: this.flow(nodes) };
  }

  private dict(dict: Dict): Node {
    const entries = this.options.sortKeys ? this.sortedEntries(dict) : dict.entries();
    const pairs = entries.map(([key, value]): [Node, Node] => [this.node(key), this.node(value)]);
    return { kind: 'dict', pairs, flow: this.flow(pairs.flat()) };
  }

  /** Keys that have no common order stay as they are, as in PyYAML. */
  private sortedEntries(dict: Dict): [Value, Value][] {
    const entries = dict.entries();
    const kinds = new Set(
      entries.map(([key]) =>
        typeof key === 'string' ? 'text' : isNumeric(key) || typeof key === 'boolean' ? 'number' : 'other',
      ),
    );
    return kinds.size > 1 || kinds.has('other') ? entries : sorted(entries, ([key]) => key, false, this.meter);
  }
}

interface Place {
  readonly mapping?: boolean;
  readonly simpleKey?: boolean;
}

/** Writes nodes, after PyYAML's emitter. */
class Emitter {
  private readonly writer: Writer;
  private readonly options: DumpOptions;
  private flowLevel = 0;

  constructor(options: DumpOptions, meter: Meter) {
    this.options = options;
    this.writer = new Writer(meter, options.width);
  }

  document(node: Node): string {
    if (this.options.explicitStart) {
      this.writer.indicator('---', true);
    }
    this.node(node, {});
    this.writer.writeIndent();
    if (this.options.explicitEnd) {
      this.writer.indicator('...', true);
      this.writer.writeIndent();
    }
    return this.writer.result;
  }

  private node(node: Node, place: Place): void {
    if (node.kind === 'again') {
      this.writer.indicator(`*${node.of.anchor ?? ''}`, true);
      return;
    }
    if (node.kind === 'scalar') {
      this.scalar(node, place);
      return;
    }
    if (node.anchor !== undefined) this.writer.indicator(`&${node.anchor}`, true);
    const empty = node.kind === 'list' ? node.items.length === 0 : node.pairs.length === 0;
    const flow = this.flowLevel > 0 || node.flow || empty;
    const indent = this.writer.indent;
    if (node.kind === 'list') this[flow ? 'flowList' : 'blockList'](node.items, place);
    else this[flow ? 'flowDict' : 'blockDict'](node.pairs);
    this.writer.indent = indent;
  }

  private deeper(flow: boolean, indentless = false): void {
    const { indent } = this.writer;
    if (indent === undefined) this.writer.indent = flow ? this.options.indent : 0;
    else if (!indentless) this.writer.indent = indent + this.options.indent;
  }

  private flowList(items: readonly Node[], _place: Place): void {
    this.writer.indicator('[', true, true);
    this.inFlow(items.length, ']', (index) => {
      const item = items[index];
      if (item !== undefined) this.node(item, {});
    });
  }

  private flowDict(pairs: readonly (readonly [Node, Node])[]): void {
    this.writer.indicator('{', true, true);
    this.inFlow(pairs.length, '}', (index) => {
      const pair = pairs[index];
      if (pair !== undefined) this.pair(pair, true);
    });
  }

  private inFlow(count: number, end: string, each: (index: number) => void): void {
    this.flowLevel += 1;
    this.deeper(true);
    for (let index = 0; index < count; index += 1) {
      if (index > 0) this.writer.indicator(',', false);
      if (this.writer.column > this.options.width) this.writer.writeIndent();
      each(index);
    }
    this.flowLevel -= 1;
    this.writer.indicator(end, false);
  }

  private blockList(items: readonly Node[], place: Place): void {
    this.deeper(false, place.mapping === true && !this.writer.indention);
    for (const item of items) {
      this.writer.writeIndent();
      this.writer.indicator('-', true, false, true);
      this.node(item, {});
    }
  }

  private blockDict(pairs: readonly (readonly [Node, Node])[]): void {
    this.deeper(false);
    for (const pair of pairs) {
      this.writer.writeIndent();
      this.pair(pair, false);
    }
  }

  private pair([key, value]: readonly [Node, Node], flow: boolean): void {
    if (this.isSimpleKey(key)) {
      this.node(key, { mapping: true, simpleKey: true });
      this.writer.indicator(':', false);
    } else {
      this.writer.indicator('?', true, false, !flow);
      this.node(key, { mapping: true });
      if (!flow || this.writer.column > this.options.width) this.writer.writeIndent();
      this.writer.indicator(':', true, false, !flow);
    }
    this.node(value, { mapping: true });
  }

  private isSimpleKey(key: Node): boolean {
    if (key.kind === 'list') return key.items.length === 0;
    if (key.kind === 'dict') return key.pairs.length === 0;
    if (key.kind === 'again') return true;
    const { empty, multiline } = analyse(key.text);
    return key.text.length + key.tag.length < 128 && !empty && !multiline;
  }

  /** Further lines of a text stand deeper than what holds it. */
  private scalar(node: Extract<Node, { kind: 'scalar' }>, place: Place): void {
    const { indent } = this.writer;
    this.deeper(true);
    this.text(node, place.simpleKey === true);
    this.writer.indent = indent;
  }

  private text(node: Extract<Node, { kind: 'scalar' }>, key: boolean): void {
    const analysis = analyse(node.text);
    const implicit = !node.isText || !resolves(node.text);
    const allowed = this.flowLevel > 0 ? analysis.flowPlain : analysis.blockPlain;
    if (implicit && allowed && !(key && (analysis.empty || analysis.multiline))) this.writer.plain(node.text, !key);
    else if (analysis.singleQuoted && !(key && analysis.multiline)) this.writer.singleQuoted(node.text, !key);
    else this.writer.doubleQuoted(node.text, !key);
  }
}

/** Gives anchors to what is written more than once, in the order of writing. */
function anchor(node: Node, count = { used: 0 }): void {
  if (node.kind === 'again' && node.of.anchor === undefined) {
    count.used += 1;
    node.of.anchor = `id${String(count.used).padStart(3, '0')}`;
  }
  const children = node.kind === 'list' ? node.items : node.kind === 'dict' ? node.pairs.flat() : [];
  for (const child of children) anchor(child, count);
}

/** A value as YAML, exactly as PyYAML writes it. */
export function dumpYaml(value: Value, options: DumpOptions, meter: Meter): string {
  const node = new Representer(options, meter).node(value);
  anchor(node);
  return new Emitter(options, meter).document(node);
}
