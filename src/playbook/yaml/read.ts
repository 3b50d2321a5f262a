import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
  type Node as YamlNode,
} from 'yaml';
import { refusalOf } from '#core/errors.ts';
import { join, type Text, t } from '#core/text.ts';
import { worthTelling, type YamlWords, yamlPlace, yamlWords } from '#core/yaml-words.ts';
import type { Faults } from '../faults.ts';
import type { Position } from '../tree.ts';
import { isVault, noVault, type Vault } from '../vault.ts';
import { type Entry, type Node, scalarsOf } from './node.ts';
import { readPlain } from './scalar.ts';
import { errorsOf } from './twice.ts';

/** Aliases may repeat a part of the file; a file that multiplies itself beyond this is refused. */
const maxNodes = 200_000;
const maxDepth = 200;

interface Reading {
  readonly source: string;
  readonly targets: ReadonlyMap<Alias, YamlNode>;
  readonly lines: LineCounter;
  readonly file: string;
  readonly faults: Faults;
  readonly vault: Vault;
  nodes: number;
}

const position = (reading: Reading, offset: number): Position => {
  const { line, col } = reading.lines.linePos(offset);
  return { file: reading.file, line: Math.max(1, line), column: Math.max(1, col) };
};

const multipleDocs: YamlWords = {
  message: t('a file holds one YAML document', 'un fichier contient un seul document YAML'),
};

/** What is wrong and, after a semicolon, what to do. */
const sentenceOf = (error: YAMLError, source: string): Text => {
  const { message, hint } = error.code === 'MULTIPLE_DOCS' ? multipleDocs : yamlWords(error, source);
  return hint === undefined ? message : join([message, t('; ', ' ; '), hint]);
};

/** The text of a scalar begins after its quote, or on the line after `|` and `>`. */
const startOfText = (reading: Reading, scalar: Scalar): Position => {
  const offset = scalar.range?.[0] ?? 0;
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') return position(reading, offset + 1);
  if (scalar.type !== 'BLOCK_LITERAL' && scalar.type !== 'BLOCK_FOLDED') return position(reading, offset);
  const newline = reading.source.indexOf('\n', offset);
  const indent = /^ */.exec(reading.source.slice(newline + 1))?.[0].length ?? 0;
  return position(reading, newline + 1 + indent);
};

const scalarTags: Readonly<Record<string, (text: string) => null | boolean | number | string>> = {
  'tag:yaml.org,2002:str': (text) => text,
  'tag:yaml.org,2002:int': readPlain,
  'tag:yaml.org,2002:float': readPlain,
  'tag:yaml.org,2002:bool': readPlain,
  'tag:yaml.org,2002:null': () => null,
};

const refuseTag = (reading: Reading, offset: number, tag: string): void =>
  reading.faults.add(
    position(reading, offset),
    t(`the YAML tag “${tag}” is not supported here`, `le marqueur YAML « ${tag} » n’est pas pris en charge ici`),
  );

/** A value that is sealed: its text, or a fault with its place. */
const readSealed = (reading: Reading, sealed: string, at: Position): Node => {
  try {
    const text = reading.vault.open(sealed).toString('utf8');
    reading.vault.hide(text);
    return { kind: 'scalar', value: text, text, at };
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    reading.faults.add(at, refusal.say);
    return emptyAt(at);
  }
};

const readScalar = (reading: Reading, scalar: Scalar): Node => {
  const text = String(scalar.value ?? '');
  const at = startOfText(reading, scalar);
  if (scalar.tag === '!vault' || scalar.tag === '!vault-encrypted') return readSealed(reading, text, at);
  const tagged = scalar.tag === undefined ? undefined : scalarTags[scalar.tag];
  if (scalar.tag !== undefined && tagged === undefined) refuseTag(reading, scalar.range?.[0] ?? 0, scalar.tag);
  const plain = scalar.type === 'PLAIN' || scalar.type === undefined;
  const read = tagged ?? (plain ? readPlain : (words: string) => words);
  return { kind: 'scalar', value: read(text), text, at };
};

const unquotedTemplate = t(
  'a value that begins with {{ must be in quotes',
  'une valeur qui commence par {{ doit être entre guillemets',
);

const keyText = (reading: Reading, key: unknown, at: Position): string | undefined => {
  if (isScalar(key)) return String(key.value ?? '');
  reading.faults.add(at, isMap(key) ? unquotedTemplate : t('a key must be a word', 'une clé doit être un mot'));
  return undefined;
};

/** `<<: *other` takes the other's keys where there are none of the same name. */
const merge = (own: readonly Entry[], merged: readonly Node[]): Entry[] => {
  const seen = new Set(own.map((entry) => entry.key));
  const added: Entry[] = [];
  for (const node of merged.flatMap((item) => (item.kind === 'list' ? item.items : [item]))) {
    for (const entry of node.kind === 'map' ? node.entries : []) {
      if (!seen.has(entry.key)) added.push(entry);
      seen.add(entry.key);
    }
  }
  return [...added, ...own];
};

const readMap = (reading: Reading, map: YAMLMap<unknown, unknown>, depth: number): Node => {
  const at = position(reading, map.range?.[0] ?? 0);
  const own: Entry[] = [];
  const merged: Node[] = [];
  for (const pair of map.items) {
    const keyNode = pair.key as ParsedNode | null;
    const keyAt = position(reading, keyNode?.range?.[0] ?? map.range?.[0] ?? 0);
    const key = keyText(reading, keyNode, keyAt);
    if (key === undefined) continue;
    const value = pair.value === null ? emptyAt(keyAt) : readNode(reading, pair.value as ParsedNode, depth + 1);
    if (key === '<<' && isScalar(keyNode) && keyNode.type === 'PLAIN') merged.push(value);
    else own.push({ key, at: keyAt, value });
  }
  return { kind: 'map', entries: merged.length > 0 ? merge(own, merged) : own, at };
};

const emptyAt = (at: Position): Node => ({ kind: 'scalar', value: null, text: '', at });

const resolveAlias = (reading: Reading, alias: Alias, depth: number): Node => {
  const target = reading.targets.get(alias);
  const at = position(reading, alias.range?.[0] ?? 0);
  if (target !== undefined) return readNode(reading, target as ParsedNode, depth + 1);
  reading.faults.add(at, t(`the alias *${alias.source} names nothing`, `l’alias *${alias.source} ne désigne rien`));
  return emptyAt(at);
};

/** What each alias stands for: the last node before it that has its name. `alias.resolve` looks through the file each time. */
const targetsIn = (doc: Document.Parsed): ReadonlyMap<Alias, YamlNode> => {
  const latest = new Map<string, YamlNode>();
  const targets = new Map<Alias, YamlNode>();
  visit(doc, {
    Node: (_, node) => {
      if (!isAlias(node)) return void (node.anchor !== undefined && latest.set(node.anchor, node));
      const target = latest.get(node.source);
      if (target !== undefined) targets.set(node, target);
    },
  });
  return targets;
};

const tooBig = t('the file is nested or repeated too deeply', 'le fichier est imbriqué ou répété trop profondément');

function readNode(reading: Reading, node: ParsedNode, depth: number): Node {
  const at = position(reading, node.range?.[0] ?? 0);
  reading.nodes += 1;
  if (reading.nodes > maxNodes || depth > maxDepth) {
    if (reading.faults.found.every((fault) => fault.message !== tooBig)) reading.faults.add(at, tooBig);
    return emptyAt(at);
  }
  if (isAlias(node)) return resolveAlias(reading, node, depth);
  if (isScalar(node)) return readScalar(reading, node);
  if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) refuseTag(reading, node.range[0], node.tag);
  if (isSeq(node)) {
    return { kind: 'list', items: node.items.map((item) => readNode(reading, item as ParsedNode, depth + 1)), at };
  }
  return readMap(reading, node as YAMLMap<unknown, unknown>, depth);
}

/** The text of a file that is sealed as a whole; undefined, and a fault noted, when it cannot be opened. */
const unsealed = (source: string, file: string, faults: Faults, vault: Vault): string | undefined => {
  try {
    return vault.open(source).toString('utf8');
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    faults.add({ file, line: 1, column: 1 }, refusal.say);
    return undefined;
  }
};

/**
 * Reads one YAML document with places; faults are added to `faults`. What is sealed by Ansible Vault, the whole file or
 * single values, is opened. Undefined when it could not be read or is empty.
 */
export const readYaml = (source: string, file: string, faults: Faults, vault: Vault = noVault): Node | undefined => {
  if (isVault(source)) {
    const text = unsealed(source, file, faults, vault);
    const node = text === undefined ? undefined : readYaml(text, file, faults, vault);
    for (const scalar of node ? scalarsOf(node) : []) if (typeof scalar.value === 'string') vault.hide(scalar.text);
    return node;
  }
  const lines = new LineCounter();
  const doc = parseDocument(source, { schema: 'failsafe', lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const errors = errorsOf(doc);
  const reading: Reading = { source, targets: targetsIn(doc), lines, file, faults, vault, nodes: 0 };
  for (const error of worthTelling(errors, source))
    faults.add(position(reading, yamlPlace(error, source)), sentenceOf(error, source));
  if (errors.length > 0 || doc.contents === null) return undefined;
  return readNode(reading, doc.contents, 0);
};
