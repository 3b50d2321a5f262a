import { Fault } from '#core/errors.ts';
import { each, type Text } from '#core/text.ts';
import { Mistake } from '../../templates/mistakes.ts';
import { type Flags, NO_FLAGS } from '../../templates/regex/ast.ts';
import { type Match, Regex, Subject } from '../../templates/regex/regex.ts';
import { replacementOf } from '../../templates/regex/replacement.ts';
import { DEFAULT_BUDGET, Meter } from '../../templates/run/budget.ts';
import { toBytes } from './bytes.ts';

/** A regular expression of a module's argument, and what it may cost. */
export interface Pattern {
  readonly regex: Regex;
  /** It was written with `(?m)`. */
  readonly multiline: boolean;
}

/** Enough for any honest pattern over the largest file, and an end for one that backtracks for ever. */
export const editMeter = (): Meter => new Meter({ ...DEFAULT_BUDGET, steps: 10_000_000, characters: 64 * 1024 * 1024 });

const refuse = (module: string, name: string, say: Text): Fault =>
  new Fault({ code: 'module.arguments', say: each(say, (words) => `${module}: ${name}: ${words}`) });

const guarded = <T>(module: string, name: string, work: () => T): T => {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Mistake) throw refuse(module, name, thrown.say);
    throw thrown;
  }
};

/** What a person reads when a pattern cannot be worked with; undefined for anything else that was thrown. */
export const mistakeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Mistake ? (typeof thrown.say === 'string' ? thrown.say : thrown.say.en) : undefined;

/** Reads a pattern. Throws the Fault `module.arguments` for one that Python would not take. */
export const readPattern = (module: string, name: string, source: string, flags: Partial<Flags> = {}): Pattern => ({
  regex: guarded(module, name, () => new Regex(source, { ...NO_FLAGS, ...flags })),
  multiline: /^(?:\(\?[a-zA-Z]+\))*\(\?[a-zA-Z]*m[a-zA-Z]*\)/.test(source),
});

/** A pattern over bytes: it knows ASCII letters only. */
export const readBytePattern = (module: string, name: string, source: string): Pattern =>
  readPattern(module, name, toBytes(source), { ascii: true });

/** A replacement with `\1` and `\g<name>`. Throws the Fault `module.arguments` for one that Python would not take. */
export const readReplacement = (
  module: string,
  name: string,
  pattern: Pattern,
  source: string,
): ((match: Match) => string) => guarded(module, name, () => replacementOf(pattern.regex, source));

/** The first match in a text. */
export const search = (pattern: Pattern, text: string, meter: Meter): Match | undefined =>
  pattern.regex.search(new Subject(text), meter);

/** Every match replaced, and how many there were. */
export const replaceAll = (
  pattern: Pattern,
  replacement: (match: Match) => string,
  text: string,
  meter: Meter,
): { readonly text: string; readonly count: number } => {
  const subject = new Subject(text);
  const parts: string[] = [];
  let [last, length, count] = [0, 0, 0];
  for (const match of pattern.regex.all(subject, meter)) {
    const part = subject.part(last, match.start) + replacement(match);
    length += part.length;
    meter.text(length);
    parts.push(part);
    last = match.end;
    count += 1;
  }
  return { text: parts.join('') + subject.part(last, subject.codes.length), count };
};
