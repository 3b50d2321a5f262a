/** What a code stands for, in short plain sentences; the refusal itself says more, with names and places. */
export interface Meaning {
  readonly means: string;
  /** What to do, where that is the same every time. */
  readonly next?: string;
  /** True when the same thing, unchanged, may succeed later. */
  readonly retryable?: true;
}

/** The codes that begin with certain words. */
export type Meanings<Word extends string> = Readonly<Record<`${Word}.${string}`, Meaning>>;
