/** Thrown inside a step when its answer depends on what only a real run can give; the step is then planned as `unknown`. */
export class Undecided extends Error {
  readonly because: string;
  constructor(because: string) {
    super(`undecided: ${because}`);
    this.name = 'Undecided';
    this.because = because;
  }
}
