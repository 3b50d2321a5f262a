import type { Flags, Node } from './ast.ts';
import { dot, exactly } from './characters.ts';
import { parseAtomEscape } from './parse-escape.ts';
import { parseGroup } from './parse-group.ts';
import { parseSet } from './parse-set.ts';
import { PatternReader } from './reader.ts';
import { widthOf } from './width.ts';

const REPEAT_LIMIT = 65_535;
const MAX_NESTING = 100;

/** Groups seen so far: shared by the whole pattern. */
export class Groups {
  readonly names = new Map<string, number>();
  readonly closed = new Set<number>();
  count = 0;
  depth = 0;

  open(name?: string): number {
    this.count += 1;
    if (name !== undefined) this.names.set(name, this.count);
    return this.count;
  }
}

/** A pattern and its groups. */
export interface Pattern {
  readonly node: Node;
  readonly groups: Groups;
}

/** Reads Python's pattern syntax. */
export function parsePattern(source: string, flags: Flags): Pattern {
  const reader = new PatternReader(source);
  const groups = new Groups();
  const start = globalFlags(reader, flags);
  const node = parseOptions(reader, start, groups);
  if (!reader.done) throw reader.fault("unbalanced ')'", '« ) » de trop');
  return { node, groups };
}

const LETTERS: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
};

/** Flags by their letters, added to or taken from others. */
export function withFlags(reader: PatternReader, flags: Flags, letters: string, on: boolean): Flags {
  let result = flags;
  for (const letter of letters) {
    const name = LETTERS[letter];
    if (name === undefined && letter !== 'u')
      throw reader.fault(`unknown flag '${letter}'`, `drapeau « ${letter} » inconnu`);
    if (name !== undefined) result = { ...result, [name]: on };
  }
  return result;
}

function globalFlags(reader: PatternReader, flags: Flags): Flags {
  let result = flags;
  for (
    let letters = reader.match(/\(\?([a-zA-Z]+)\)/y);
    letters !== undefined;
    letters = reader.match(/\(\?([a-zA-Z]+)\)/y)
  ) {
    result = withFlags(reader, result, letters.slice(2, -1), true);
  }
  return result;
}

/** Alternatives up to a closing parenthesis or the end. */
export function parseOptions(reader: PatternReader, flags: Flags, groups: Groups): Node {
  groups.depth += 1;
  if (groups.depth > MAX_NESTING) throw reader.fault('too many levels', 'trop de niveaux');
  const options = [parseSequence(reader, flags, groups)];
  while (reader.skip('|')) options.push(parseSequence(reader, flags, groups));
  groups.depth -= 1;
  const [only] = options;
  return options.length === 1 && only !== undefined ? only : { kind: 'either', options };
}

function parseSequence(reader: PatternReader, flags: Flags, groups: Groups): Node {
  const parts: Node[] = [];
  while (!reader.done && reader.peek !== '|' && reader.peek !== ')') {
    if (flags.verbose && reader.skipVerbose()) continue;
    const atom = parseAtom(reader, flags, groups);
    if (atom !== undefined) parts.push(parseRepeats(reader, flags, atom));
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts };
}

function parseAtom(reader: PatternReader, flags: Flags, groups: Groups): Node | undefined {
  const character = reader.take();
  if (character === '.') return { kind: 'set', test: dot(flags) };
  if (character === '^') return { kind: 'assert', what: flags.multiline ? 'line-start' : 'start' };
  if (character === '$') return { kind: 'assert', what: flags.multiline ? 'line-end' : 'end-or-newline' };
  if (character === '[') return parseSet(reader, flags);
  if (character === '\\') return parseAtomEscape(reader, flags, groups);
  if (character === '(') return parseGroup(reader, flags, groups);
  if ('*+?'.includes(character)) throw reader.fault('nothing to repeat', 'rien à répéter');
  return { kind: 'set', test: exactly(character.codePointAt(0) ?? 0, flags) };
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

function parseBounds(reader: PatternReader): Bounds | undefined {
  if (reader.skip('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
  if (reader.skip('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
  if (reader.skip('?')) return { min: 0, max: 1 };
  const braces = reader.match(/\{(?:\d+(?:,\d*)?|,\d*)\}/y);
  if (braces === undefined || braces === '{,}')
    return braces === undefined ? undefined : { min: 0, max: Number.POSITIVE_INFINITY };
  const [min = '', max] = braces.slice(1, -1).split(',');
  const low = Number(min || 0);
  const high = max === undefined ? low : max === '' ? Number.POSITIVE_INFINITY : Number(max);
  if (low > REPEAT_LIMIT || (Number.isFinite(high) && high > REPEAT_LIMIT))
    throw reader.fault('the repeat is too big', 'la répétition est trop grande');
  if (high < low) throw reader.fault('the repeat has min over max', 'la répétition a un minimum au-dessus du maximum');
  return { min: low, max: high };
}

function parseRepeats(reader: PatternReader, flags: Flags, atom: Node): Node {
  if (flags.verbose) while (reader.skipVerbose());
  const bounds = parseBounds(reader);
  if (bounds === undefined) return atom;
  if (atom.kind === 'assert') throw reader.fault('nothing to repeat', 'rien à répéter');
  const mode = reader.skip('?') ? 'lazy' : reader.skip('+') ? 'possessive' : 'greedy';
  const repeated: Node = { kind: 'repeat', body: atom, ...bounds, mode };
  if ('*+?'.includes(reader.peek) && reader.peek !== '')
    throw reader.fault('multiple repeat', 'répétition de répétition');
  return repeated;
}

/** A lookbehind must know how far to go back. */
export function fixedWidth(reader: PatternReader, node: Node): Node {
  if (widthOf(node) === undefined)
    throw reader.fault('a look-behind needs a fixed width', 'un regard en arrière demande une largeur fixe');
  return node;
}
