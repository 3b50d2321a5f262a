import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, parseAllDocuments, type Scalar } from 'yaml';
import { typeMistake, valueMistake } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { Dict } from '../values/dict.ts';
import type { Value } from '../values/value.ts';
import { resolvePlain } from './resolve.ts';

const MERGE = '<<';

const TEXT_TAGS: ReadonlySet<string> = new Set(['!', '!!str', 'tag:yaml.org,2002:str']);

/** What the parser costs, measured: some microseconds for a character, some fifty for a document. */
const stepsPerCharacter = 8;
const stepsPerDocument = 200;

/** Reads YAML 1.1 as PyYAML's safe loader does: every document of the text. */
export function loadYaml(text: string, meter: Meter): Value[] {
  meter.text(text.length);
  meter.step(text.length * stepsPerCharacter);
  meter.step((text.match(/^(?:---|\.\.\.)/gm)?.length ?? 0) * stepsPerDocument);
  const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const [place] = error.linePos ?? [];
      const where = place === undefined ? '' : ` (${place.line}:${place.col})`;
      throw valueMistake(`this is no YAML${where}: ${error.code}`, `ce n’est pas du YAML${where} : ${error.code}`);
    }
    return new Loader(meter, (alias) => alias.resolve(document)).value(document.contents);
  });
}

class Loader {
  private readonly meter: Meter;
  private readonly resolve: (alias: Alias) => unknown;
  private readonly known = new Map<unknown, Value>();

  constructor(meter: Meter, resolve: (alias: Alias) => unknown) {
    this.meter = meter;
    this.resolve = resolve;
  }

  value(node: unknown): Value {
    this.meter.step();
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.known.get(this.resolve(node)) ?? null;
    if (isScalar(node)) return this.remember(node, scalar(node));
    return this.meter.deeper(() => this.collection(node));
  }

  private remember(node: unknown, value: Value): Value {
    this.known.set(node, value);
    return value;
  }

  private collection(node: unknown): Value {
    if (isSeq(node))
      return this.remember(
        node,
        node.items.map((item) => this.value(item)),
      );
    if (!isMap(node))
      throw typeMistake('this YAML holds something unknown', 'ce YAML contient quelque chose d’inconnu');
    const dict = new Dict();
    for (const pair of node.items) if (isMerge(pair)) this.merge(dict, this.value(pair.value));
    for (const pair of node.items) if (!isMerge(pair)) dict.set(this.value(pair.key), this.value(pair.value));
    return this.remember(node, dict);
  }

  /** `<<: *base`: what is written beside it wins, then what is merged first. */
  private merge(dict: Dict, value: Value): void {
    const sources = Array.isArray(value) ? value : [value];
    for (const source of sources) {
      if (!(source instanceof Dict)) throw typeMistake("'<<' needs a dict", '« << » attend un dictionnaire');
      for (const [key, each] of source.entries()) if (!dict.has(key)) dict.set(key, each);
    }
  }
}

const isMerge = ({ key }: Pair): boolean => isScalar(key) && key.value === MERGE && key.type === 'PLAIN';

function scalar(node: Scalar): Value {
  const text = typeof node.value === 'string' ? node.value : '';
  const { tag } = node;
  if (tag === undefined) return node.type === 'PLAIN' ? resolvePlain(text) : text;
  if (TEXT_TAGS.has(tag)) return text;
  if (tag.startsWith('tag:yaml.org,2002:')) return resolvePlain(text);
  throw valueMistake(`the YAML tag ${tag} is not supported`, `l’étiquette YAML ${tag} n’est pas gérée`);
}
