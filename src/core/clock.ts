/** The time, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** ISO 8601 in UTC with milliseconds. */
export const iso = (clock: Clock): string => new Date(clock.now()).toISOString();
