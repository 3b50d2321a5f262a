import { Fault } from '#core/errors.ts';
import { each, type Text, t } from '#core/text.ts';
import type { Position } from '../tree.ts';

/** The stable endings of `template.…` codes. */
export type MistakeKind = 'syntax' | 'undefined' | 'type' | 'value' | 'unknown_name' | 'budget' | 'cycle' | 'lookup';

/** A character of a template; its position in the file is worked out when it is needed. */
export interface Place {
  readonly source: { place(offset: number): Position };
  readonly offset: number;
}

/** Something wrong inside an expression, before its place is known: the evaluator adds the place and makes a Fault of it. */
export class Mistake extends Error {
  readonly kind: MistakeKind;
  readonly say: Text;
  /** Where it is, when that is known better than by where the evaluator was. */
  readonly where: Place | undefined;
  constructor(kind: MistakeKind, say: Text, options?: { cause?: unknown; where?: Place | undefined }) {
    super(typeof say === 'string' ? say : say.en, options);
    this.where = options?.where;
    this.name = 'Mistake';
    this.kind = kind;
    this.say = say;
  }
}

/** A value of the wrong type met an operation. */
export const typeMistake = (en: string, fr: string): Mistake => new Mistake('type', t(en, fr));

/** A value of the right type that cannot be used. */
export const valueMistake = (en: string, fr: string): Mistake => new Mistake('value', t(en, fr));

/** `file:line:column`, as a person reads it. */
export const placeOf = (at: Position): string => `${at.file}:${at.line}:${at.column}`;

const NEXT: Partial<Record<MistakeKind, Text>> = {
  undefined: t(
    'Define the variable, or write `| default(…)` after it.',
    'Définissez la variable, ou écrivez `| default(…)` après elle.',
  ),
  budget: t(
    'Make the template smaller, or compute the value elsewhere.',
    'Réduisez le modèle, ou calculez la valeur ailleurs.',
  ),
  cycle: t(
    'Break the cycle: give one of these variables a value of its own.',
    'Rompez le cycle : donnez à l’une de ces variables une valeur propre.',
  ),
};

/** The fault a person reads: the sentence, its place, and the next step. */
export const faultAt = (kind: MistakeKind, say: Text, at: Position, cause?: unknown): Fault => {
  const next = NEXT[kind];
  return new Fault(
    {
      code: `template.${kind}`,
      say: each(say, (words) => `${placeOf(at)}: ${words}`),
      ...(next === undefined ? {} : { next }),
      details: { file: at.file, line: at.line, column: at.column, kind },
    },
    { cause },
  );
};

/** The value depends on what only a real run can give; it travels up to the entry point, which returns an Unknown. */
export class UnknownMet extends Error {
  readonly because: Text;
  constructor(because: Text) {
    super('unknown until the run');
    this.name = 'UnknownMet';
    this.because = because;
  }
}
