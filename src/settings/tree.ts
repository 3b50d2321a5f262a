import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { type Path, type Place, type SettingsCode, type SettingsFault, showPath } from './faults.ts';
import { syntaxFaults } from './syntax.ts';

/** Where a value stands, and the key before it. */
export interface Spot {
  readonly key: Place;
  readonly value: Place;
}

/** A YAML file as plain values, with the place of every one of them. */
export interface Tree {
  readonly value: Json;
  /** By `pathKey`. */
  readonly spots: ReadonlyMap<string, Spot>;
  readonly faults: readonly SettingsFault[];
}

/** A path as a map key. */
export const pathKey = (path: Path): string => JSON.stringify(path);

// A configuration is small: past these limits it is a mistake or an attack (aliases of aliases of aliases).
const maxDepth = 40;
const maxValues = 50_000;

const tooLarge = t(
  `The configuration is nested deeper than ${maxDepth} levels or holds more than ${maxValues} values.`,
  `La configuration a plus de ${maxDepth} niveaux ou plus de ${maxValues} valeurs.`,
);

interface Walk {
  readonly file: string;
  readonly lines: LineCounter;
  readonly spots: Map<string, Spot>;
  readonly faults: SettingsFault[];
  readonly anchors: Map<string, Node>;
  values: number;
  depth: number;
  full: boolean;
}

/** Reads YAML 1.2 with anchors and merge keys, without tags of one's own. */
export function readTree(source: string, file: string): Tree {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'warn',
  });
  const { faults, readable } = syntaxFaults([...document.errors, ...document.warnings], source, file, lines);
  const walk: Walk = { file, lines, spots: new Map(), faults, anchors: new Map(), values: 0, depth: 0, full: false };
  const value = readable ? readValue(walk, document.contents, [], undefined) : null;
  return { value, spots: walk.spots, faults };
}

const placeOf = (walk: Walk, node: unknown): Place | undefined => {
  const start = (node as Partial<Node> | null)?.range?.[0]; // every parsed node has a range; an absent one is null
  if (start === undefined) return undefined;
  const { line, col } = walk.lines.linePos(start);
  return { file: walk.file, line, column: col };
};

function report(walk: Walk, path: Path, node: unknown, code: SettingsCode, message: SettingsFault['message']): null {
  const place = placeOf(walk, node) ?? { file: walk.file, line: 1, column: 1 };
  walk.faults.push({ ...place, code, path: showPath(path), message });
  return null;
}

function readValue(walk: Walk, node: unknown, path: Path, key: Place | undefined): Json {
  const value = placeOf(walk, node) ?? key ?? { file: walk.file, line: 1, column: 1 };
  walk.spots.set(pathKey(path), { key: key ?? value, value });
  if (tooMuch(walk, node, path)) return null;
  walk.depth += 1; // deeper than the path where an alias or a merge leads back up
  const read = readNode(walk, node, path, key);
  walk.depth -= 1;
  return read;
}

function readNode(walk: Walk, node: unknown, path: Path, key: Place | undefined): Json {
  if (isAlias(node)) return aliased(walk, node.source, node, path, key);
  remember(walk, node);
  if (isMap(node)) return mapOf(walk, node, path);
  if (isSeq(node)) return node.items.map((item, index) => readValue(walk, item, [...path, index], undefined));
  return isScalar(node) ? scalarOf(walk, node, path) : null;
}

function tooMuch(walk: Walk, node: unknown, path: Path): boolean {
  if (walk.full) return true; // said once: whatever follows is part of the same
  walk.values += 1;
  if (walk.values <= maxValues && walk.depth <= maxDepth) return false;
  walk.full = true;
  report(walk, path.slice(0, 3), node, 'settings.too_large', tooLarge);
  return true;
}

function remember(walk: Walk, node: unknown): void {
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) walk.anchors.set(node.anchor, node);
}

function aliased(walk: Walk, name: string, node: Node, path: Path, key: Place | undefined): Json {
  const target = walk.anchors.get(name);
  if (target !== undefined) return readValue(walk, target, path, key);
  const message = t(`There is no anchor &${name} above.`, `Il n’y a pas d’ancre &${name} plus haut.`);
  return report(walk, path, node, 'settings.unknown_anchor', message);
}

function mapOf(walk: Walk, map: YAMLMap, path: Path): Json {
  const result: Record<string, Json> = {};
  for (const pair of map.items) if (keyOf(pair.key) === '<<') Object.assign(result, merged(walk, pair.value, path));
  for (const pair of map.items) {
    const name = keyOf(pair.key);
    if (name === '<<') continue;
    if (name === '__proto__')
      report(
        walk,
        path,
        pair.key,
        'settings.unknown_key',
        t('A key cannot be called __proto__.', 'Une clé ne peut pas s’appeler __proto__.'),
      );
    else result[name] = readValue(walk, pair.value, [...path, name], placeOf(walk, pair.key));
  }
  return result;
}

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

/** `<<: *base` or `<<: [*one, *two]`: the first named wins, so the last is written first. */
function merged(walk: Walk, node: unknown, path: Path): Record<string, Json> {
  const sources = isSeq(node) ? [...node.items].reverse() : [node];
  const result: Record<string, Json> = {};
  for (const source of sources) {
    const value = readValue(walk, source, path, undefined);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) Object.assign(result, value);
    else report(walk, path, source, 'settings.wrong_type', t('<<: takes a map.', '<<: prend un dictionnaire.'));
  }
  return result;
}

function scalarOf(walk: Walk, node: { readonly value: unknown }, path: Path): Json {
  const { value } = node;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const message = t(
    'This is not a value that a configuration can hold.',
    'Une configuration ne peut pas contenir cette valeur.',
  );
  return report(walk, path, node, 'settings.wrong_type', message);
}
