/** How often the other end is asked whether it hears, and how often in a row it may fail to answer. */
export interface PulseLimits {
  readonly everyMs: number;
  readonly most: number;
}

/** A minute: what a playbook works out takes a second at most between two looks at the channel. */
export const usualPulse: PulseLimits = { everyMs: 5_000, most: 12 };

/**
 * Finds an end that hears nothing any more. What was not answered is counted, rather than time: a machine that slept
 * did so at both ends.
 */
export function watchPulse(
  { everyMs, most }: PulseLimits,
  { wanted, ask, lost }: { wanted(): boolean; ask(): void; lost(): void },
): { heard(): void; stop(): void } {
  let unanswered = 0;
  const look = (): void => {
    if (!wanted()) unanswered = 0;
    else if (unanswered >= most) {
      stop();
      lost();
    } else {
      unanswered += 1;
      ask();
    }
  };
  const timer = setInterval(look, everyMs).unref();
  const stop = (): void => clearInterval(timer);
  const heard = (): void => {
    unanswered = 0;
  };
  return { heard, stop };
}
