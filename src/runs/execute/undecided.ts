import { inLanguage, type Text } from '#core/text.ts';

/** Thrown inside a step when its answer depends on what only a real run can give; the step is then planned as `unknown`. */
export class Undecided extends Error {
  readonly because: Text;
  constructor(because: Text) {
    super(`undecided: ${inLanguage(because, 'en')}`);
    this.name = 'Undecided';
    this.because = because;
  }
}
