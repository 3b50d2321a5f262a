import { t } from '#core/text.ts';
import { Mistake } from '../mistakes.ts';

/** How much one rendering may cost. */
export interface Budget {
  /** Nodes evaluated, items visited, regular expression steps. */
  readonly steps: number;
  /** Characters of the result, and of any text on the way. */
  readonly characters: number;
  /** Calls within calls: macros, recursive loops. */
  readonly depth: number;
  /** Items of one `range()` or one repeated list. */
  readonly items: number;
}

/** What is enough for any honest template and stops a hostile one within about a second. */
export const DEFAULT_BUDGET: Budget = { steps: 5_000_000, characters: 16 * 1024 * 1024, depth: 100, items: 1_000_000 };

const over = (en: string, fr: string): Mistake => new Mistake('budget', t(en, fr));

/** Counts what one rendering costs and stops it when it is too much. */
export class Meter {
  private readonly budget: Budget;
  private steps = 0;
  private depth = 0;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Work done: `count` small steps. */
  step(count = 1): void {
    this.steps += count;
    if (this.steps > this.budget.steps) {
      throw over(
        `the template takes more than ${this.budget.steps} steps`,
        `le modèle demande plus de ${this.budget.steps} étapes`,
      );
    }
  }

  /** Steps that are left. */
  get left(): number {
    return Math.max(0, this.budget.steps - this.steps);
  }

  /** A text of that length is about to be made. */
  text(length: number): void {
    if (length > this.budget.characters) {
      throw over(
        `the template makes a text of more than ${this.budget.characters} characters`,
        `le modèle produit un texte de plus de ${this.budget.characters} caractères`,
      );
    }
    this.step(1 + Math.floor(length / 64));
  }

  /**
   * Whole numbers of so many bits are worked with, as on paper: every digit of one with every digit of the other. A
   * number written out counts as one by itself.
   */
  whole(bits: number, others = bits): void {
    this.step(Math.floor((bits + others) / 256) + Math.floor((bits * others) / 2 ** 21));
  }

  /** A list of that many items is about to be made. */
  list(length: number): void {
    if (length > this.budget.items) {
      throw over(
        `the template makes a list of more than ${this.budget.items} items`,
        `le modèle produit une liste de plus de ${this.budget.items} éléments`,
      );
    }
    this.step(length);
  }

  /** Runs one level deeper. */
  deeper<T>(work: () => T): T {
    if (this.depth >= this.budget.depth) {
      throw over(
        `the template calls itself more than ${this.budget.depth} levels deep`,
        `le modèle s’appelle lui-même sur plus de ${this.budget.depth} niveaux`,
      );
    }
    this.depth += 1;
    try {
      return work();
    } finally {
      this.depth -= 1;
    }
  }
}
