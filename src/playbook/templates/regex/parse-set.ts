import type { CharacterTest, Flags, Node } from './ast.ts';
import { ignoringCase } from './characters.ts';
import { setEscape } from './parse-escape.ts';
import type { PatternReader } from './reader.ts';

function member(reader: PatternReader, flags: Flags): CharacterTest | number {
  if (reader.done) throw reader.fault("']' is missing", '« ] » manque');
  if (reader.skip('\\')) return setEscape(reader, flags);
  return reader.take().codePointAt(0) ?? 0;
}

function range(reader: PatternReader, flags: Flags, low: CharacterTest | number): CharacterTest | undefined {
  if (reader.peek !== '-' || reader.match(/-(?=[^\]])/y) === undefined) return undefined;
  const high = member(reader, flags);
  if (typeof low !== 'number' || typeof high !== 'number' || high < low) {
    throw reader.fault('bad character range', 'intervalle de caractères incorrect');
  }
  return (code) => code >= low && code <= high;
}

/** `[…]`, after its opening bracket. */
export function parseSet(reader: PatternReader, flags: Flags): Node {
  const negative = reader.skip('^');
  const tests: CharacterTest[] = [];
  const codes = new Set<number>();
  let first = true;
  while (first || !reader.skip(']')) {
    const low = member(reader, flags);
    const span = range(reader, flags, low);
    if (span !== undefined) tests.push(span);
    else if (typeof low === 'number') codes.add(low);
    else tests.push(low);
    first = false;
  }
  const inSet: CharacterTest = (code) => codes.has(code) || tests.some((test) => test(code));
  const test = flags.ignoreCase ? ignoringCase(inSet, flags) : inSet;
  return { kind: 'set', test: negative ? (code) => !test(code) : test };
}
