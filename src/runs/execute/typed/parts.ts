import { refusalOf } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { hasTemplate, isChancy, isQuoted, isUnknown, type Scope, type Stretch } from '#playbook/templates/index.ts';
import type { Position, Written } from '#playbook/tree.ts';
import type { Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { isNoName, mayRemove } from './chosen.ts';
import { type Origin, TypedOrigins } from './origins.ts';
import { isWord } from './values.ts';

/**
 * A part of a rendered text. `written`: nothing typed is in it but plain words among what the author wrote. `word`: of
 * something typed came one plain word. `quoted`: it is behind `quote`. `open`: it may be anything.
 */
export interface Part {
  readonly text: string;
  readonly kind: 'written' | 'word' | 'quoted' | 'open';
  /** The typed variable in it; empty when there is none. */
  readonly name: string;
  /** What was left out, where it is nothing by a choice of the author's: something typed, or words of the author's. */
  readonly left?: { readonly typed: boolean; readonly begins: boolean; readonly ends: boolean };
}

/** Renders a written text and tells what in it was typed; undefined while only a run can know its values. */
export class TypedParts {
  private readonly walk: Walk;
  private readonly scope: Scope;
  readonly origins: TypedOrigins;
  private readonly underway = new Set<string>();
  private readonly removes: boolean;

  constructor(walk: Walk, unit: Unit, scope: Scope) {
    this.walk = walk;
    this.scope = scope;
    this.origins = new TypedOrigins(walk, unit, scope);
    this.removes = mayRemove(unit);
  }

  of(text: string, at: Position): readonly Part[] | undefined {
    if (!hasTemplate(text)) return [{ text, kind: 'written', name: '' }];
    const stretches = this.traced({ value: text, at });
    return stretches?.flatMap((stretch) => this.partsOf(stretch));
  }

  private traced(written: Written<string>): readonly Stretch[] | undefined {
    try {
      const stretches = this.walk.language.trace(written, this.scope);
      return isUnknown(stretches) ? undefined : stretches;
    } catch (thrown) {
      // Rendering fails in the same way, and says so.
      if (refusalOf(thrown)) return undefined;
      throw thrown;
    }
  }

  private partsOf(stretch: Stretch): readonly Part[] {
    const origin = this.origins.ofNames(stretch.names);
    if (!origin) return this.chosen(stretch);
    return (
      this.within(stretch) ?? [
        { text: stretch.text, kind: kindOf(stretch, origin), name: origin.name, ...this.left(stretch) },
      ]
    );
  }

  /** The author's, unless something typed decided which of it: then it is no name of a path where it is nothing, or dots. */
  private chosen(stretch: Stretch): readonly Part[] {
    const { text, names, expression } = stretch;
    const name = this.origins.chooserOf(names);
    const written = [{ text, kind: 'written', name: '' }] as const;
    if (name === undefined) return written;
    if (!isNoName(text) || !this.removes) return this.within(stretch) ?? written;
    const left = { typed: false, begins: false, ends: false };
    return [{ text, kind: isQuoted(expression) ? 'quoted' : 'word', name, left }];
  }

  private left({ left }: Stretch): Pick<Part, 'left'> {
    if (!left) return {};
    const { names, begins, ends } = left;
    return { left: { typed: this.origins.ofNames(names) !== undefined, begins, ends } };
  }

  /** The parts of what a variable is made of, where that is what is written; quotes that add nothing count for none. */
  private within(stretch: Stretch): readonly Part[] | undefined {
    const { text } = stretch;
    const alone = stretch.alone ?? quotedName(stretch);
    if (alone === undefined || this.underway.has(alone)) return undefined;
    const written: Written<Json> | undefined = this.scope.written?.(alone);
    if (typeof written?.value !== 'string') return undefined;
    this.underway.add(alone);
    const parts = this.of(written.value, written.at);
    this.underway.delete(alone);
    return parts?.map((part) => part.text).join('') === text ? parts : undefined;
  }
}

/** The variable that is quoted, and nothing else. */
const quotedName = ({ expression }: Stretch): string | undefined =>
  expression?.node === 'filter' && expression.name === 'quote' && expression.of?.node === 'name'
    ? expression.of.name
    : undefined;

function kindOf({ text, expression, keeps }: Stretch, { plain }: Origin): Part['kind'] {
  if (isQuoted(expression)) return 'quoted';
  if (isChancy(expression)) return 'open';
  if (isWord(text)) return 'word';
  return plain && keeps ? 'written' : 'open';
}
